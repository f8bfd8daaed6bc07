"""Profiles of columns: numbers, dates, flags, addresses, and whether values are unique."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from influence.loaders.mapped.values import text
from influence.tables.reading import ids
from influence.tables.reading.columns import NUMBER, SHORTENED, blank_is_null
from influence.tables.reading.dates import NATIVE, Readings, readings
from influence.tables.reading.numbers import BLANKS, Notation

Kind = Literal["blank", "integer", "number", "date", "day of a moment", "flag", "address", "text"]

SAMPLE = 20_000
"""Distinct cells that are looked at for their form."""
NEARLY_ALL = 0.98
"""Share of cells that must have a form."""
ADDRESS = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
BEGINS_WITH_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]"
SIGNS = rf"[$€£¥₹¤]|\b(?:EUR|USD|GBP|CHF|kr|zł)\b|^[{BLANKS}]+|[{BLANKS}]+$"
NOTATIONS = (
    Notation(), Notation(","), Notation(".", ","), Notation(",", "."), Notation(",", " "),
    Notation(".", "'"),
)  # fmt: skip
NO_DATES = Readings()
FLAGS = {"true", "false", "yes", "no", "t", "f", "y", "n", "ja", "nein", "oui", "non", "0", "1"}


@dataclass(frozen=True, eq=False)
class Profile:
    """A column and what its values look like.

    Attributes
    ----------
    name : str
    cells : pa.ChunkedArray
        As given.
    kind : Kind
    notations : tuple of Notation
        The notations that read most numbers; several if they give other numbers.
    signs : tuple of str
        Currency signs beside numbers.
    dates : Readings
        In which order dates are written.
    example : str
        The first cell that is not blank.
    """

    name: str
    cells: pa.ChunkedArray = field(repr=False)
    kind: Kind
    notations: tuple[Notation, ...] = ()
    signs: tuple[str, ...] = ()
    dates: Readings = NO_DATES
    example: str = ""

    @cached_property
    def texts(self) -> pa.ChunkedArray:
        """The cells as text, without blanks at their ends; blanks are null."""
        return blank_is_null(ids.stripped(text(self.cells)))

    @cached_property
    def distinct(self) -> pa.Array:
        """The distinct cells that are not blank."""
        return pc.drop_null(pc.unique(self.texts))

    @property
    def blanks(self) -> int:
        """The number of blank cells."""
        return int(self.texts.null_count)

    @property
    def unique(self) -> bool:
        """Whether no cell is blank or occurs twice."""
        return len(self.distinct) == len(self.cells) > 0

    @cached_property
    def words(self) -> list[str]:
        """The words of the name, in lower case."""
        apart = re.sub(r"([a-zà-þ])([A-ZÀ-Þ])", r"\1 \2", self.name)
        apart = re.sub(r"([^\x00-\u024f])([A-Za-z])", r"\1 \2", apart)  # 会員ID
        return re.findall(r"[^\W_]+", apart.lower())

    @property
    def is_written_as_decimal(self) -> bool:
        """Whether whole numbers have decimals, as pandas writes a column with blanks."""
        pointed = pc.match_substring_regex(self.distinct, r"\.0+$")
        return self.kind == "integer" and bool(pc.any(pointed, min_count=0).as_py())

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """The smallest and the largest number."""
        numbers = self.numbers
        low, high = pc.min_max(numbers).as_py().values()
        return (0.0, 0.0) if low is None else (low, high)

    @property
    def numbers(self) -> pa.ChunkedArray:
        """The cells as numbers in the first notation; null where they are none."""
        notation = self.notations[0] if self.notations else Notation()
        plain = notation.plain(_without_signs(self.texts))
        numeric = pc.match_substring_regex(plain, NUMBER)
        return pc.if_else(numeric, plain, pa.scalar(None, pa.string())).cast(pa.float64())


def profile(name: str, cells: pa.ChunkedArray) -> Profile:
    """Look at the values of a column.

    Examples
    --------
    >>> found = profile("Betrag", pa.chunked_array([["1.234,50 €", "7,00 €"]]))
    >>> found.kind, found.notations[0].decimal, found.signs
    ('number', ',', ('€',))
    """
    bare = Profile(name, cells, "text")
    if not len(bare.distinct):
        return Profile(name, cells, "blank")
    example = str(bare.distinct[0].as_py())
    some = bare.distinct.slice(0, SAMPLE)
    found = _typed(cells, some)
    return Profile(name, cells, *found, example=example)


def _typed(
    cells: pa.ChunkedArray, some: pa.Array
) -> tuple[Kind, tuple[Notation, ...], tuple[str, ...], Readings]:
    """Return the kind of the values; `some` has distinct texts."""
    dates = readings(pa.chunked_array([some]))
    kind: Kind = "text"
    notations, signs = _notations(some)
    if pa.types.is_temporal(cells.type):
        kind = "date"
    elif pa.types.is_boolean(cells.type) or _is_flag(some):
        kind = "flag"
    elif dates.orders or _share(some, NATIVE) >= NEARLY_ALL:
        partial = _share(some, BEGINS_WITH_DAY) >= NEARLY_ALL and not _moments(some)
        kind = "day of a moment" if partial else "date"
    elif _share(some, ADDRESS) >= NEARLY_ALL:
        kind = "address"
    elif _share(some, SHORTENED) >= NEARLY_ALL:
        kind = "text"  # ids that a spreadsheet has shortened: the load will refuse them
    elif _share(some, r"^-?[0-9]+(\.0+)?$") >= NEARLY_ALL:
        kind, notations = "integer", (Notation(),)
    elif notations:
        kind = "number"
    return kind, notations, signs, dates


def _is_flag(some: pa.Array) -> bool:
    return len(some) == 2 and {each.lower() for each in some.to_pylist()} <= FLAGS


def _moments(some: pa.Array) -> bool:
    """Return whether texts that begin with a day are moments that can be read."""
    return _share(some, r"[T ][0-9]{2}:[0-9]{2}") >= NEARLY_ALL


def _share(some: pa.Array, pattern: str) -> float:
    matching = pc.sum(pc.match_substring_regex(some, pattern)).as_py() or 0
    return float(matching / len(some))


def _without_signs(texts: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(texts, SIGNS, ""))


def _notations(some: pa.Array) -> tuple[tuple[Notation, ...], tuple[str, ...]]:
    """Return the notations that read nearly all cells, and the currency signs."""
    bare = _without_signs(some)
    if _share(bare, rf"^[+-]?[0-9.,'{BLANKS}]+([eE][+-]?[0-9]+)?$") < NEARLY_ALL:
        return (), ()
    shares = {notation: _share(bare, notation.pattern) for notation in NOTATIONS}
    most = max(shares.values())
    if most < NEARLY_ALL:
        return (), ()
    best = [notation for notation in NOTATIONS if shares[notation] == most]
    marked = bare.filter(pc.match_substring_regex(bare, f"[.,'{BLANKS}]"))
    best = [n for n in best if not any(_same(marked, n, m) for m in best[: best.index(n)])]
    if Notation() in best and not _grouped(marked):
        best = [Notation()]
    signs = {sign for cell in some.slice(0, 100).to_pylist()
             for sign in re.findall(r"[$€£¥₹¤]|\b(?:EUR|USD|GBP|CHF|kr|zł)\b", cell)}  # fmt: skip
    return tuple(best), tuple(sorted(signs))


def _same(marked: pa.Array, one: Notation, other: Notation) -> bool:
    """Return whether two notations read the same numbers."""
    return bool(one.plain(marked).equals(other.plain(marked)))


def _grouped(marked: pa.Array) -> bool:
    """Return whether all points stand before three last digits, as thousands do."""
    return len(marked) > 0 and _share(marked, r"^[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+$") == 1
