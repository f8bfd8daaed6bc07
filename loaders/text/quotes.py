"""Quotation marks: whether they close, and whether a cell goes over several lines."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np

QUOTE = 0x22
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
    is_quote = content == QUOTE
    ends = is_quote | (content == 0x0A) | (content == 0x0D)
    ends[:-1] |= (content[:-1] == ord(mark)) & (content[1:] == 0x20)
    at = np.flatnonzero(ends)
    quote = is_quote[at]
    within = np.cumsum(quote) % 2 == 1
    if within[-1:].any():
        return "special"  # one is left over
    breaks = (content[at] == 0x0A) | (content[at] == 0x0D)
    spaced = content[np.minimum(at + 1, len(content) - 1)] == 0x20
    if (breaks & within).any() or (spaced & ~quote & ~within).any() or content[0] == 0x20:
        return "special"
    quotes = at[quote]
    opening, closing = quotes[0::2], quotes[1::2]
    around = np.zeros(256, dtype=bool)
    around[[ord(mark), 0x0A, 0x0D, QUOTE]] = True
    before = content[np.maximum(opening - 1, 0)]
    after = content[np.minimum(closing + 1, len(content) - 1)]
    whole = (around[before] | (opening == 0)) & (around[after] | (closing == len(content) - 1))
    return "plain" if whole.all() else "special"


ENCLOSED = re.compile(rb'(?<![^,;\t|\r\n ])"(?:[^"]|"")*"(?![^,;\t|\r\n ])')


def without_quoted(text: bytes) -> bytes:
    """Text in which every cell in quotes is empty: what is left are separators and line ends."""
    return ENCLOSED.sub(b'""', text) if QUOTE in text else text
