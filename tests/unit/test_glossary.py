"""The vocabulary: commands, options and columns are in the glossary, and texts follow it."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import click
import pytest

from influence import queries
from influence.cli import COMMANDS
from influence.conditions.role_rules import DEFAULT_ROLES
from influence.headings import HEADINGS
from influence.score_columns import score_columns
from influence.tables import TABLES

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "explanation" / "glossary.md").read_text("utf-8")
NAMES = set(re.findall(r"`([^`]+)`", GLOSSARY))

FOLDERS = (
    "influence",
    "loaders",
    "cypher",
)
"""Folders in which every text follows the glossary."""

NOT_THESE_WORDS = re.compile(
    r"\b(she|hers?|herself|he|him|his|himself|circles?|worth|reckon\w*|stor(y|ies)|told"
    r"|how-manieth|\w*-manieth|credits?)\b",
    re.IGNORECASE,
)
"""Words for which the glossary has another."""

ALLOWED = {
    ("influence/demo/names.py", None),  # names of people
    ("influence/cli/__init__.py", "worth"),  # what the product answers, in its users' words
    ("influence/__init__.py", "worth"),
    ("influence/queries/library.py", "she"),  # the former name of a query
    ("influence/answers/leaving.py", "credit"),  # credit_received
    ("influence/reports/targets.py", "credit"),  # the same, as a field
    ("cypher/explore/if-customer-left.cypher", "credit"),  # the same, as a part
}
"""Allowed pairs (file, word); None for every word of a file."""

TECHNICAL = {"--help", "--version", "--quiet", "--log-format", "--debug", "--format", "--dry-run"}
"""Common options, which need no entry."""


def commands() -> dict[str, click.Command]:
    found = {}
    for name, place in COMMANDS.items():
        module, attribute = place.split(":")
        found[name] = getattr(importlib.import_module(module), attribute)
    return found


def options(command: click.Command) -> set[str]:
    own = {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("--")
    }
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            own |= options(inner)
    return own


def literals(path: Path) -> list[tuple[int, str]]:
    """Every text in a module, docstrings included, with its line; every line of a statement."""
    if path.suffix == ".cypher":
        return [*enumerate(path.read_text("utf-8").splitlines(), 1)]
    tree = ast.parse(path.read_text("utf-8"))
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_every_command_and_option_is_in_the_glossary() -> None:
    named = set(COMMANDS).union(*map(options, commands().values())) - TECHNICAL
    assert named - NAMES == set()


def test_every_table_and_column_is_in_the_glossary() -> None:
    columns = {column.name for spec in TABLES.values() for column in spec.columns}
    scores = {column.name for column in score_columns(3, intervals=True)}
    assert (set(TABLES) | columns | scores | set(HEADINGS)) - NAMES == set()


def test_every_column_and_parameter_of_a_query_and_every_role_is_in_the_glossary() -> None:
    entries = {
        entry.name
        for query in queries.library().values()
        if query.name.startswith(queries.EXPLORE)
        for entry in (*query.columns, *query.parameters)
    }
    shown = {name for name in entries if name.replace("_", " ") not in GLOSSARY}
    assert (shown | set(DEFAULT_ROLES)) - NAMES == set()


def test_every_entry_has_a_meaning() -> None:
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("| ")]
    entries = [row for row in rows if not row.startswith("| word ")]
    assert len(entries) > 40
    for row in entries:
        assert row.split("|")[2].strip().endswith("."), row


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_text_uses_a_word_for_which_the_glossary_has_another(folder: str) -> None:
    place = ROOT / folder
    files = sorted((*place.rglob("*.py"), *place.rglob("*.cypher")))
    found = [
        f"{path.relative_to(ROOT)}:{line}: {match[0]}"
        for path in files
        for line, text in literals(path)
        for match in NOT_THESE_WORDS.finditer(text)
        if not {(path.relative_to(ROOT).as_posix(), w) for w in (match[0].lower(), None)} & ALLOWED
    ]
    assert found == [], "\n".join(found)
