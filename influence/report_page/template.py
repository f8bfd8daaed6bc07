"""The template of the page: Jinja escapes everything but the charts, which are drawn here."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from influence.report_page.parts import is_number, shown


def filled(name: str, **values: Any) -> str:
    """Fill a template of this package; a value that is missing is an error.

    Style and script of the page, and their hashes, are there as css, css_hash, script, script_hash.
    """
    made = Environment(
        loader=PackageLoader("influence.report_page", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["shown"] = shown
    made.tests["numeric"] = is_number
    css, script = (_file(name) for name in ("page.css", "page.js"))
    text: str = made.get_template(name).render(
        css=css, css_hash=_hash(css), script=script, script_hash=_hash(script), **values
    )
    return text


def _file(name: str) -> str:
    return (resources.files("influence.report_page") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The hash of an inline style or script as a content security policy names it."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
