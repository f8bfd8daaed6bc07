"""The Jinja environment of the page: everything is escaped but the charts, which are drawn here."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from influence.report_page.parts import is_number, shown


def environment() -> Environment:
    """Make the environment."""
    made = Environment(
        loader=PackageLoader("influence.report_page", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["shown"] = shown
    made.tests["numeric"] = is_number
    return made
