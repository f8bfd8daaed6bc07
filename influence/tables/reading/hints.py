"""Which options would make numbers of cells that are none."""

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
"""So many different cells tell how the others are written."""
GROUPED = r"^\s*-?[1-9][0-9]{0,2}\.[0-9]{3}\s*$"
SIGN = r"[A-Za-z]{0,3}[$¢£¤¥฿\u20a0-\u20cf]|[A-Z]{3}|kr\.?|zł|Kč|Fr\."
AMOUNT = re.compile(
    rf"([+-]?)[{BLANKS}]*({SIGN})?[{BLANKS}]*([+-]?[0-9.,][0-9.,'’{BLANKS}]*?)[{BLANKS}]*({SIGN})?"
)
MARKS = [(",", ""), (".", ""), (".", ","), (",", "."), *((d, t) for t in " '’" for d in ".,")]
"""How numbers are written in one country or another: decimal mark and thousands mark."""
NAMES = {",": "comma", ".": "point"}


def hint(cells: pa.ChunkedArray, notation: Notation) -> str | None:
    """A sentence that names the options with which cells are numbers, if there are such.

    Parameters
    ----------
    cells : text
        Which are no numbers as `notation` writes them.

    Examples
    --------
    >>> hint(pa.chunked_array([["1,5", "10,25"]]), Notation())
    "'1,5' looks like a decimal comma: --decimal ,"
    >>> hint(pa.chunked_array([["$1,234.50"]]), Notation())
    "'$1,234.50' looks like a thousands mark and a currency sign: --thousands , --currency-sign '$'"
    >>> hint(pa.chunked_array([["1,234"]]), Notation())
    "'1,234' looks like a decimal comma (--decimal ,) or a thousands mark (--thousands ,)"
    """
    found = [m for m in map(AMOUNT.fullmatch, _different(cells)) if m and not (m[2] and m[4])]
    ways = [replace(notation, decimal=decimal, thousands=mark) for decimal, mark in MARKS]
    read = {way: [m for m in found if re.match(way.pattern, m[1] + m[3])] for way in ways}
    most = max(map(len, read.values()))
    if not most:
        return None
    best = [way for way in ways if len(read[way]) == most]
    least = min(_changes(way, notation) for way in best)
    best = [way for way in best if _changes(way, notation) == least]
    looks, options = zip(*(_told(way, notation, read[way]) for way in best), strict=True)
    example = max(read[best[0]], key=lambda m: bool(m[2] or m[4]) + _marks(m[3], best[0], notation))
    cell = f"'{example[0]}' looks like"
    if len(best) == 1:
        return f"{cell} {looks[0]}: {options[0]}"
    each = (f"{look} ({option})" for look, option in zip(looks, options, strict=True))
    return f"{cell} {' or '.join(each)}"


def words_hint(cells: pa.ChunkedArray) -> str | None:
    """Likewise, for cells that hold a word for nothing.

    Examples
    --------
    >>> words_hint(pa.chunked_array([["x", "NULL", "n/a", "NULL"]]))
    "'NULL' looks like a blank: --null-words NULL,n/a"
    """
    texts = pc.utf8_trim_whitespace(cells)
    words = pc.unique(texts.filter(pa.array(null_words(texts)))).to_pylist()
    if not words:
        return None
    return f"'{words[0]}' looks like a blank: --null-words {shlex.quote(','.join(words))}"


def _different(cells: pa.ChunkedArray) -> list[str]:
    texts: list[str] = pc.unique(pc.utf8_trim_whitespace(cells)).slice(0, LOOKED_AT).to_pylist()
    return texts


def _changes(way: Notation, notation: Notation) -> int:
    return (way.decimal != notation.decimal) + (way.thousands != notation.thousands)


def _marks(number: str, way: Notation, notation: Notation) -> int:
    """How many marks of a number are new."""
    changed = {way.decimal, way.thousands} - {notation.decimal, notation.thousands, ""}
    return sum(mark in number for mark in changed)


def _told(way: Notation, now: Notation, cells: Sequence[re.Match[str]]) -> tuple[str, str]:
    """What the cells have that the notation of now has not, in words and as options."""
    looks, options = [], []
    if way.decimal != now.decimal:
        looks.append(f"a decimal {NAMES[way.decimal]}")
        options.append(f"--decimal {way.decimal}")
    if way.thousands != now.thousands:
        looks.append("a thousands mark" if way.thousands else "no thousands mark")
        options.append(f"--thousands {shlex.quote(way.thousands)}")
    signs = dict.fromkeys(m[2] or m[4] for m in cells if (m[2] or m[4]) not in {None, *now.signs})
    if signs:
        looks.append("a currency sign")
        options += [f"--currency-sign {shlex.quote(sign)}" for sign in signs]
    *others, last = looks
    return f"{', '.join(others)} and {last}" if others else last, " ".join(options)


def may_be_thousands(cells: pa.ChunkedArray) -> str | None:
    """The first number of a column in which each point stands before three digits, at the end.

    Examples
    --------
    >>> may_be_thousands(pa.chunked_array([["999", "1.000", "25.500"]]))
    '1.000'
    >>> may_be_thousands(pa.chunked_array([["1.000", "25.5"]])) is None
    True
    """
    if not pa.types.is_string(cells.type):
        return None
    for some in (cells.slice(0, LOOKED_AT), cells):  # most are ruled out by the first few
        pointed = some.filter(pc.match_substring(some, "."))
        grouped = pc.match_substring_regex(pointed, GROUPED)
        if not pc.all(grouped, min_count=1).as_py():
            return None
    return str(pointed[0].as_py())
