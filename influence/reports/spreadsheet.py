"""Escaping of text that a spreadsheet would run as a formula."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.reading.columns import true_where

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


def formulas(texts: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """Return which texts of a column a spreadsheet would read as a formula, bool[n]."""
    found = true_where(pc.is_in(pc.utf8_slice_codeunits(texts, 0, 1), pa.array(FORMULA_STARTS)))
    likely = np.flatnonzero(found)
    found[likely] = [is_formula(text) for text in texts.take(pa.array(likely)).to_pylist()]
    return found


def harmless_texts(texts: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    """Return a column with `harmless` texts, string[n], and the number of cells changed."""
    found = formulas(texts)
    quoted = pc.binary_join_element_wise("'", texts, "")
    return pc.if_else(pa.array(found), quoted, texts), int(found.sum())
