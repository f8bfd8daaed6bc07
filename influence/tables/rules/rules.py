"""What to do with input that is no outright fault: what the options of a load say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from influence.errors import UsageError
from influence.tables.reading.numbers import Notation

MissingClv = Literal["error", "zero", "drop"]
Negative = Literal["error", "drop", "sentiment"]


@dataclass(frozen=True)
class Rules:
    """What to do with input that is not an outright fault.

    Attributes
    ----------
    missing_clv : {"error", "zero", "drop"}
        A blank in a `clv` column: a problem, the value 0, or no value at all (the customer stays
        in the graph, counts 0 and gets no row).
    add_missing : float or None
        Add customers that only other tables name, with this value; None: they are problems.
    drop_self : bool
        Drop and count ties with oneself instead of reporting them.
    question : str or None
        The text of the survey question that is asked in place of `recommend`, in any case.
    currency : str or None
        Of all money. Purchases and referrals of another one are dropped and counted, and own
        values of another one are not used, unless there are rates. Rows that name none are taken
        to be of this one.
    rates : mapping of str to float
        By currency, what one unit of it is in `currency`: money is converted.
    null_words : tuple of str or None
        These words, to the letter, are blanks in every column of text, and no other word is
        refused as an id. None: no word is a blank, and the usual ones for nothing, such as NULL,
        are refused as ids.
    decimal, thousands : str
        The marks in numbers that come as text: before the decimals, and between groups of three
        digits (none if empty; a blank is also one that does not break).
    currency_sign : tuple of str
        Signs that may stand before or after such a number.
    negative : {"error", "drop", "sentiment"}
        A tie with a strength below 0: a problem, dropped and counted, or kept without its sign,
        with sentiment −1 where it has none of its own.
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
    negative: Negative = "error"

    def __post_init__(self) -> None:
        """Refuse what cannot be followed."""
        for name, choices in (("missing_clv", MissingClv), ("negative", Negative)):
            if getattr(self, name) not in get_args(choices):
                raise UsageError(f"{name} {getattr(self, name)!r}: {', '.join(get_args(choices))}")
        if self.add_missing is not None and not math.isfinite(self.add_missing):
            raise UsageError(f"customers cannot be added with the value {self.add_missing}")
        for name in ("null_words", "currency_sign"):
            if isinstance(getattr(self, name), str):
                raise UsageError(f"{name} {getattr(self, name)!r}: a tuple of texts is expected")
        for name in ("question", "currency"):
            if getattr(self, name) is not None and not getattr(self, name).strip():
                raise UsageError(f"{name}: it must not be blank")
        self._check_rates()
        _ = self.notation  # refuses what cannot be

    def _check_rates(self) -> None:
        if self.rates and self.currency is None:
            raise UsageError("rates need a currency to convert to: --currency")
        for code, rate in self.rates.items():
            if not 0 < rate < math.inf:
                raise UsageError(f"rate of {code}: {rate:g} must be greater than 0")

    @property
    def notation(self) -> Notation:
        """How numbers are written that come as text."""
        return Notation(self.decimal, self.thousands, self.currency_sign)
