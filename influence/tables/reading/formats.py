"""The format of the cells of one column of a file."""

from __future__ import annotations

from dataclasses import dataclass

from influence.tables.reading.date_parts import Order
from influence.tables.reading.numbers import Notation
from influence.tables.specs import ColumnType


@dataclass(frozen=True)
class Format:
    """The format of the cells of a column; None: as the rules of the load say.

    Attributes
    ----------
    notation : Notation, optional
        Marks of numbers.
    dates : Order, optional
        The order of dates.
    scale : float
        Factor of numbers, such as 0.01 for cents.
    type : ColumnType, optional
        Type of an own column, which otherwise keeps the type that it has in the file.
    """

    notation: Notation | None = None
    dates: Order | None = None
    scale: float = 1.0
    type: ColumnType | None = None


PLAIN = Format()
