"""Escaping of text that a spreadsheet would run as a formula."""

from __future__ import annotations

import re

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet would read a text as a formula; a plain number is not one.

    Examples
    --------
    >>> is_formula("=1+1"), is_formula("C0001"), is_formula("-5"), is_formula("-5+cmd")
    (True, False, False, True)
    """
    return text.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(text)


def harmless(value: object) -> object:
    """Put an apostrophe before text that would be a formula; return other values unchanged.

    Examples
    --------
    >>> harmless("=1+1"), harmless(-3.5), harmless("C0001")
    ("'=1+1", -3.5, 'C0001')
    """
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value
