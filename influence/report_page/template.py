"""The template of the page: Jinja escapes everything but the charts, which are drawn here."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from influence.report_page.parts import is_number, shown


def filled(name: str, **values: Any) -> str:
    """Fill a template of this package; a value that is missing is an error."""
    made = Environment(
        loader=PackageLoader("influence.report_page", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["shown"] = shown
    made.tests["numeric"] = is_number
    text: str = made.get_template(name).render(values)
    return text
