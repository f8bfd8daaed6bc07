"""The guide for the Browser: five slides with queries that run with a click."""

from __future__ import annotations

import re
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any

from influence import queries
from influence.browser.examples import ID_PLACEHOLDER
from influence.browser.literals import body
from influence.browser.style import NODES

if TYPE_CHECKING:
    from influence.browser.examples import Examples

PLACE = re.compile(r"\[\[(?P<what>\w+)(?:\s+(?P<name>[\w-]+))?(?P<rest>[^\]]*)\]\]")
CSS = "overflow: auto; white-space: pre; font-size: 12px; line-height: 1.4; margin-bottom: 14px"
LONG = 12
"""Lines; the guide shows only the beginning of a longer query."""


def guide(examples: Examples) -> str:
    """Return the guide as HTML, with queries of the library.

    Its template has placeholders ``[[query NAME parameter=value …]]``, where a value may be the
    name of an example, ``[[colour LABEL]]``, ``[[id EXAMPLE]]`` and ``[[first]]``.
    """
    template = resources.files("influence.browser") / "guide.html"
    text = template.read_text(encoding="utf-8")
    return PLACE.sub(lambda place: _filled(place, examples), text)


def _filled(place: re.Match[str], examples: Examples) -> str:
    what, name = place["what"], place["name"]
    if what == "query":
        return _runnable(name, dict(part.split("=") for part in place["rest"].split()), examples)
    if what == "colour":
        return f'<span style="color: {NODES[name]["color"]}; font-size: 22px">&#9679;</span> {name}'
    if what == "id":
        return f"<code>{escape(getattr(examples, name))}</code>"
    return _first(examples)


def _runnable(name: str, asked: dict[str, str], examples: Examples) -> str:
    query = queries.explore(name)
    parsers = {parameter.name: parameter.parse for parameter in query.parameters}
    given: dict[str, Any] = {
        key: getattr(examples, value) if hasattr(examples, value) else parsers[key](value)
        for key, value in asked.items()
    }
    text = f"// {query.title}\n{body(query, given)}"
    css = CSS if text.count("\n") < LONG else f"{CSS}; max-height: 5.4em"
    return f'<pre class="code runnable" style="{css}">{escape(text)}</pre>'


def _first(examples: Examples) -> str:
    """Return the sentence that introduces the customer with the highest gross value."""
    who, row = escape(examples.customer), examples.figures
    if row is None:
        return (
            f"The queries about one customer contain <code>'{ID_PLACEHOLDER}'</code>: "
            "replace it by the id of one of your customers."
        )
    return (
        f"For example, <code>{who}</code> has a CLV of {row['clv']:,.0f}, rank "
        f"{row['clv_rank']:,} of {examples.people:,}, and a network value of "
        f"{row['network_value']:,.0f}, rank {row['rank']:,}. By gross network value, which counts "
        "all customers within reach, this customer comes first: call them first."
    )
