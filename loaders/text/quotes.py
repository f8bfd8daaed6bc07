"""Check quotation marks: whether they are closed, and whether cells contain line breaks."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np

QUOTE, LINE_FEED, RETURN, BLANK = b'"\n\r '
BLOCK = 1 << 18
Quoting = Literal["none", "plain", "special"]


def quoting(text: bytes, mark: str) -> Quoting:
    """Classify the quotes of a text.

    Returns
    -------
    {"none", "plain", "special"}
        "none": there are no quotes. "plain": all quotes enclose whole cells within a line, and no
        cell outside quotes begins with a blank. "special": anything else, such as a line break in a
        cell or a missing or misplaced quote; then rows must be parsed character by character.
    """
    if QUOTE not in text:
        return "none"
    content = np.frombuffer(text, np.uint8)
    around = np.zeros(256, dtype=bool)
    around[[ord(mark), LINE_FEED, RETURN, QUOTE]] = True
    last, open_quotes = len(content) - 1, 0
    if content[0] == BLANK:
        return "special"
    for start in range(0, len(content), BLOCK):  # one block fits into the cache
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
    """Empty all quoted cells, so that only real separators and line ends are left."""
    return ENCLOSED.sub(b'""', text) if QUOTE in text else text
