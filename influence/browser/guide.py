"""The guide of the Browser: five slides whose queries run with a click."""

from __future__ import annotations

import re
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any

from influence import queries
from influence.browser.examples import NOBODY
from influence.browser.literals import body
from influence.browser.style import NODES

if TYPE_CHECKING:
    from influence.browser.examples import Examples

PLACE = re.compile(r"\[\[(?P<what>\w+)(?:\s+(?P<name>[\w-]+))?(?P<rest>[^\]]*)\]\]")
LOOKS = "overflow: auto; white-space: pre; font-size: 12px; line-height: 1.4; margin-bottom: 14px"
LONG = 12
"""Lines; of a longer query the guide shows the beginning."""


def guide(examples: Examples) -> str:
    """The text of the guide, with the queries of the library in it.

    Its template has places of the form ``[[query NAME parameter=value …]]``, where a value may be
    the name of one of the examples, ``[[colour LABEL]]``, ``[[id WHO]]`` and ``[[first]]``.
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
    looks = LOOKS if text.count("\n") < LONG else f"{LOOKS}; max-height: 5.4em"
    return f'<pre class="code runnable" style="{looks}">{escape(text)}</pre>'


def _first(examples: Examples) -> str:
    """What is so remarkable about the first of them."""
    who, row = escape(examples.customer), examples.figures
    if row is None:
        return (
            f"The queries about one customer say <code>'{NOBODY}'</code>: put the id of one of "
            "your customers there."
        )
    return (
        f"Take <code>{who}</code>. On her own she is worth {row['clv']:,.0f}, place "
        f"{row['clv_rank']:,} of {examples.people:,}. With what she brings about in others she is "
        f"worth {row['network_value']:,.0f}, place {row['rank']:,}. And if you can make one call "
        "only, make it to her: by gross, which counts all within her reach, she comes first."
    )
