"""Read a report page: its tables with their unrounded values, its links and its anchors."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Page(HTMLParser):
    """What the tests look at, collected while a page is parsed.

    Attributes
    ----------
    tables : dict
        By id of the figure, rows of cells by heading: numbers unrounded, texts as shown.
    ids : Counter
    links : list of str
    elements : list of (str, dict)
        Every element with its attributes.
    texts : dict of str to list of str
        By name of the element, the texts directly within.
    """

    text: str
    tables: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    ids: Counter[str] = field(default_factory=Counter)
    links: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._figure, self._headings, self._cells = "", [], []
        self._cell: object = None
        self._open: list[str] = []
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._open.append(tag)
        self.elements.append((tag, given))
        if given.get("id"):
            self.ids[given["id"]] += 1
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag == "figure":
            self._figure = given.get("id") or ""
        if tag == "table":
            self._headings, self.tables[self._figure] = [], []
        if tag == "tr":
            self._cells = []
        if tag in {"td", "th"}:
            self._cell = ""
        if tag == "data":
            self._cell = float(given["value"] or "nan")

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.setdefault(self._open[-1], []).append(data)
        if isinstance(self._cell, str):
            self._cell += data

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if tag in {"td", "th"}:
            self._cells.append(self._cell)
            self._cell = None
        if tag == "thead":
            self._headings = [str(cell) for cell in self._cells]
        elif tag == "tr" and self._headings:
            row = dict(zip(self._headings, self._cells, strict=True))
            self.tables[self._figure].append(row)


def addresses(text: str) -> list[str]:
    """Everything in a page that could be fetched."""
    return re.findall(r"(?i)\b(?:https?|ftp|wss?|file|data|javascript):[^\s\"'<]*|//[a-z0-9.-]+/"
                      r"|url\([^)]*\)|@import[^;]*", text)  # fmt: skip
