"""Suggest the options with which unreadable cells would be read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.reading.ids import null_words
from influence.tables.reading.numbers import BLANKS, Notation

LOOKED_AT = 1000
"""Number of distinct cells that are looked at."""
GROUPED = r"^\s*-?[1-9][0-9]{0,2}\.[0-9]{3}\s*$"
SIGN = r"[A-Za-z]{0,3}[$¢£¤¥฿\u20a0-\u20cf]|[A-Z]{3}|kr\.?|zł|Kč|Fr\."
AMOUNT = re.compile(
    rf"([+-]?)[{BLANKS}]*({SIGN})?[{BLANKS}]*([+-]?[0-9.,][0-9.,'’{BLANKS}]*?)[{BLANKS}]*({SIGN})?"
)
MARKS = [(",", ""), (".", ""), (".", ","), (",", "."), *((d, t) for t in " '’" for d in ".,")]
"""Common notations: decimal mark and thousands mark."""
NAMES = {",": "comma", ".": "point"}


def number_options(cells: pa.ChunkedArray, notation: Notation) -> str | None:
    """Name the options with which cells would be numbers; None if there are none.

    Parameters
    ----------
    cells : text
        Cells that are not numbers in `notation`.

    Examples
    --------
    >>> number_options(pa.chunked_array([["1,5", "10,25"]]), Notation())
    "'1,5' looks like a decimal comma: --decimal ,"
    >>> number_options(pa.chunked_array([["$1,234.50"]]), Notation())
    "'$1,234.50' looks like a thousands mark and a currency sign: --thousands , --currency-sign '$'"
    >>> number_options(pa.chunked_array([["1,234"]]), Notation())
    "'1,234' looks like a decimal comma (--decimal ,) or a thousands mark (--thousands ,)"
    """
    found = [m for m in map(AMOUNT.fullmatch, _distinct(cells)) if m and not (m[2] and m[4])]
    candidates = [replace(notation, decimal=decimal, thousands=mark) for decimal, mark in MARKS]
    read = {c: [m for m in found if re.match(c.pattern, m[1] + m[3])] for c in candidates}
    most = max(map(len, read.values()))
    if not most:
        return None
    best = [candidate for candidate in candidates if len(read[candidate]) == most]
    least = min(_changes(candidate, notation) for candidate in best)
    best = [candidate for candidate in best if _changes(candidate, notation) == least]
    looks, options = zip(*(_described(c, notation, read[c]) for c in best), strict=True)
    example = max(read[best[0]], key=lambda m: bool(m[2] or m[4]) + _marks(m[3], best[0], notation))
    cell = f"'{example[0]}' looks like"
    if len(best) == 1:
        return f"{cell} {looks[0]}: {options[0]}"
    each = (f"{look} ({option})" for look, option in zip(looks, options, strict=True))
    return f"{cell} {' or '.join(each)}"


def null_word_options(cells: pa.ChunkedArray) -> str | None:
    """Name the option with which null words among cells would be blanks; None if there are none.

    Examples
    --------
    >>> null_word_options(pa.chunked_array([["x", "NULL", "n/a", "NULL"]]))
    "'NULL' looks like a blank: --null-words NULL,n/a"
    """
    texts = pc.utf8_trim_whitespace(cells)
    words = pc.unique(texts.filter(pa.array(null_words(texts)))).to_pylist()
    if not words:
        return None
    return f"'{words[0]}' looks like a blank: --null-words {shlex.quote(','.join(words))}"


def _distinct(cells: pa.ChunkedArray) -> list[str]:
    texts: list[str] = pc.unique(pc.utf8_trim_whitespace(cells)).slice(0, LOOKED_AT).to_pylist()
    return texts


def _changes(new: Notation, old: Notation) -> int:
    return (new.decimal != old.decimal) + (new.thousands != old.thousands)


def _marks(number: str, new: Notation, old: Notation) -> int:
    """Count the marks of a number that the old notation lacks."""
    changed = {new.decimal, new.thousands} - {old.decimal, old.thousands, ""}
    return sum(mark in number for mark in changed)


def _described(new: Notation, old: Notation, cells: Sequence[re.Match[str]]) -> tuple[str, str]:
    """Return what the new notation has and the old one lacks, in words and as options."""
    looks, options = [], []
    if new.decimal != old.decimal:
        looks.append(f"a decimal {NAMES[new.decimal]}")
        options.append(f"--decimal {new.decimal}")
    if new.thousands != old.thousands:
        looks.append("a thousands mark" if new.thousands else "no thousands mark")
        options.append(f"--thousands {shlex.quote(new.thousands)}")
    signs = dict.fromkeys(m[2] or m[4] for m in cells if (m[2] or m[4]) not in {None, *old.signs})
    if signs:
        looks.append("a currency sign")
        options += [f"--currency-sign {shlex.quote(sign)}" for sign in signs]
    *others, last = looks
    return f"{', '.join(others)} and {last}" if others else last, " ".join(options)


def possible_thousands(cells: pa.ChunkedArray) -> str | None:
    """Return the first number with a point, if every point precedes exactly three last digits.

    Examples
    --------
    >>> possible_thousands(pa.chunked_array([["999", "1.000", "25.500"]]))
    '1.000'
    >>> possible_thousands(pa.chunked_array([["1.000", "25.5"]])) is None
    True
    """
    if not pa.types.is_string(cells.type):
        return None
    for some in (cells.slice(0, LOOKED_AT), cells):  # the first few rule out most columns
        pointed = some.filter(pc.match_substring(some, "."))
        grouped = pc.match_substring_regex(pointed, GROUPED)
        if not pc.all(grouped, min_count=1).as_py():
            return None
    return str(pointed[0].as_py())
