"""Text that a spreadsheet will not run as a formula."""

from __future__ import annotations

import re

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n")


def is_live(text: str) -> bool:
    """Whether a spreadsheet would take this text for a formula; a plain number is none.

    Examples
    --------
    >>> is_live("=1+1"), is_live("C0001"), is_live("-5"), is_live("-5+cmd")
    (True, False, False, True)
    """
    return text.startswith(LIVE) and not NUMBER.fullmatch(text)


def harmless(value: object) -> object:
    """Text with an apostrophe before what would be a formula; everything else as it is.

    Examples
    --------
    >>> harmless("=1+1"), harmless(-3.5), harmless("C0001")
    ("'=1+1", -3.5, 'C0001')
    """
    return f"'{value}" if isinstance(value, str) and is_live(value) else value
