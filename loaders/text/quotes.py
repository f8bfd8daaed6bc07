"""Quotation marks: whether they close, and whether a cell goes over several lines."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np

QUOTE, LINE_FEED, RETURN, BLANK = b'"\n\r '
BLOCK = 1 << 18
Quoting = Literal["none", "plain", "special"]


def quoting(text: bytes, mark: str) -> Quoting:
    """How much care the quotes of a text need.

    Returns
    -------
    {"none", "plain", "special"}
        There are none; all enclose whole cells that lie within a line, and no cell outside them
        begins with a blank; or something is special: a line break or a missing or
        misplaced quote, so rows must be read one character after the other.
    """
    if QUOTE not in text:
        return "none"
    content = np.frombuffer(text, np.uint8)
    around = np.zeros(256, dtype=bool)
    around[[ord(mark), LINE_FEED, RETURN, QUOTE]] = True
    last, open_quotes = len(content) - 1, 0
    if content[0] == BLANK:
        return "special"
    for start in range(0, len(content), BLOCK):  # so much stays close to the processor
        block = content[start : start + BLOCK]
        is_quote = block == QUOTE
        marks = is_quote | (block == LINE_FEED) | (block == RETURN) | (block == ord(mark))
        at = np.flatnonzero(marks)
        quote = is_quote[at]
        within = (np.cumsum(quote) + open_quotes) % 2 == 1
        open_quotes = (open_quotes + int(quote.sum())) % 2
        at += start
        found, after = content[at], content[np.minimum(at + 1, last)]
        breaks = (found == LINE_FEED) | (found == RETURN)
        if (breaks & within).any() or ((after == BLANK) & ~quote & ~within).any():
            return "special"
        opening, closing = at[quote & within], at[quote & ~within]
        begins = around[content[np.maximum(opening - 1, 0)]] | (opening == 0)
        ends = around[content[np.minimum(closing + 1, last)]] | (closing == last)
        if not (begins.all() and ends.all()):
            return "special"
    return "special" if open_quotes else "plain"


ENCLOSED = re.compile(rb'(?<![^,;\t|\r\n ])"(?:[^"]|"")*"(?![^,;\t|\r\n ])')


def without_quoted(text: bytes) -> bytes:
    """Text in which every cell in quotes is empty: what is left are separators and line ends."""
    return ENCLOSED.sub(b'""', text) if QUOTE in text else text
