"""The options of a load: how to read ambiguous input."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from influence.errors import UsageError
from influence.tables.reading.date_parts import Order
from influence.tables.reading.dates import ORDERS
from influence.tables.reading.numbers import Notation

MissingClv = Literal["error", "zero", "drop"]
Negative = Literal["error", "drop", "sentiment"]


@dataclass(frozen=True)
class Rules:
    """Rules for input that is ambiguous rather than wrong.

    Attributes
    ----------
    missing_clv : {"error", "zero", "drop"}
        How to treat a blank in a `clv` column: as a problem, as the value 0, or as no value (the
        customer stays in the graph, counts 0 and gets no row).
    add_missing : float or None
        Add customers that only other tables name, with this CLV; None reports them as problems.
    drop_self : bool
        Drop and count self ties instead of reporting them.
    question : str or None
        The text of the survey question that is asked in place of `recommend`, in any case.
    currency : str or None
        The currency of all money. Without rates, purchases and referrals in another currency are
        dropped and counted, and CLV in another currency is not used. Rows without a currency are
        read as this one.
    rates : mapping of str to float
        By currency, the value of one unit of it in `currency`; money is converted.
    null_words : tuple of str or None
        Words that are read as blanks, exactly as spelt, in every text column; no other word is
        then refused as an id. None: no word is a blank, and the usual null words, such as NULL,
        are refused as ids.
    decimal, thousands : str
        Decimal mark, and mark between groups of three digits (empty: none; a blank stands also
        for non-breaking blanks), in numbers that come as text.
    currency_sign : tuple of str
        Signs that may stand before or after such a number.
    merge_ids : bool
        Read ids that differ only by case or by the form of Unicode as one customer.
    dates : Order or None
        How dates that are not in ISO 8601 are written, if a column does not show it: `day-first`,
        `month-first`, `year-first`, or numbers as `excel`, `seconds`, `milliseconds`.
    negative : {"error", "drop", "sentiment"}
        How to treat a tie with a negative strength: as a problem, drop and count it, or keep it
        without the sign, with sentiment −1 where it has no sentiment.
    """

    missing_clv: MissingClv = "error"
    add_missing: float | None = None
    drop_self: bool = False
    question: str | None = None
    currency: str | None = None
    rates: Mapping[str, float] = field(default_factory=dict)
    null_words: tuple[str, ...] | None = None
    decimal: str = "."
    thousands: str = ""
    currency_sign: tuple[str, ...] = ()
    merge_ids: bool = False
    dates: Order | None = None
    negative: Negative = "error"

    def __post_init__(self) -> None:
        """Check the values of all options."""
        for name, choices in (("missing_clv", MissingClv), ("negative", Negative)):
            if getattr(self, name) not in get_args(choices):
                raise UsageError(f"{name} {getattr(self, name)!r}: {', '.join(get_args(choices))}")
        if self.add_missing is not None and not math.isfinite(self.add_missing):
            raise UsageError(f"customers cannot be added with the value {self.add_missing}")
        if self.dates not in {None, *ORDERS}:
            raise UsageError(f"dates {self.dates!r}: {', '.join(ORDERS)}")
        for name in ("null_words", "currency_sign"):
            if isinstance(getattr(self, name), str):
                raise UsageError(f"{name} {getattr(self, name)!r}: a tuple of texts is expected")
        for name in ("question", "currency"):
            if getattr(self, name) is not None and not getattr(self, name).strip():
                raise UsageError(f"{name}: it must not be blank")
        self._check_rates()
        _ = self.notation  # checks the marks

    def _check_rates(self) -> None:
        if self.rates and self.currency is None:
            raise UsageError("rates need a currency to convert to: --currency")
        for code, rate in self.rates.items():
            if not 0 < rate < math.inf:
                raise UsageError(f"rate of {code}: {rate:g} must be greater than 0")

    @property
    def notation(self) -> Notation:
        """The notation of numbers that come as text."""
        return Notation(self.decimal, self.thousands, self.currency_sign)
