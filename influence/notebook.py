"""Short tables as HTML for notebooks: everything escaped, numbers rounded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

MOST_COLUMNS = 8


def html_table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> str:
    """Return rows under headings.

    Parameters
    ----------
    rows : sequence of dict
    columns : mapping of str to str
        Column → heading; the first eight are shown.
    """
    shown = dict(list(columns.items())[:MOST_COLUMNS])
    head = "".join(f"<th>{escape(heading)}</th>" for heading in shown.values())
    body = "".join(
        f"<tr>{''.join(_cell(row.get(column)) for column in shown)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def html_facts(title: str, pairs: Iterable[tuple[str, Any]]) -> str:
    """Return a title, and names with their values; those without a value are left out."""
    rows = "".join(
        f"<tr><th>{escape(name)}</th>{_cell(value)}</tr>"
        for name, value in pairs
        if value not in {None, ""}
    )
    return f"{html_paragraph(title, strong=True)}<table><tbody>{rows}</tbody></table>"


def html_paragraph(text: str, *, strong: bool = False) -> str:
    """Return text as a paragraph, on its own where its direction of writing turns."""
    inner = f"<bdi>{escape(text)}</bdi>"
    return f"<p><strong>{inner}</strong></p>" if strong else f"<p>{inner}</p>"


def _cell(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
        return f'<td style="text-align: right">{text}</td>'
    text = "" if value is None else str(value)
    return f'<td style="text-align: left"><bdi>{escape(text)}</bdi></td>'
