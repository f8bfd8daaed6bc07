"""The input tables: specs, reading, validation, and merging into a store."""

from influence.tables.merge import EMPTY, Difference, difference, merge
from influence.tables.origin import Origin
from influence.tables.problems import Problems
from influence.tables.rules.rules import Rules
from influence.tables.source import Source
from influence.tables.specs import TABLES
from influence.tables.tables import Frame, Tables
from influence.tables.validate import Checked, validate

__all__ = [
    "EMPTY",
    "TABLES",
    "Checked",
    "Difference",
    "Frame",
    "Origin",
    "Problems",
    "Rules",
    "Source",
    "Tables",
    "complete",
    "difference",
    "merge",
    "validate",
]


def complete(tables: Tables) -> Tables:
    """Validate tables and fill in defaults, unless they are complete already."""
    return tables if tables.complete else merge(EMPTY, validate(tables).tables)
