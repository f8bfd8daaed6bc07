"""Escaping of text that a spreadsheet would run as a formula."""

from __future__ import annotations

import re

import pyarrow as pa

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


def harmless_texts(texts: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    """Return a column of texts without formulas, string[n], and the number of cells changed."""
    found = texts.to_pylist()
    formulas = sum(is_formula(text) for text in found if text is not None)
    if formulas:
        texts = pa.chunked_array([pa.array([harmless(text) for text in found], pa.string())])
    return texts, formulas
