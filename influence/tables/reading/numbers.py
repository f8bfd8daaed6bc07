"""Notations of numbers in text: decimal mark, thousands mark, currency signs."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import UsageError

BLANKS = " \u00a0\u202f"
"""Blanks that may separate thousands, non-breaking ones included."""
BLANK = f"[{BLANKS}]*"
NO_MARK = re.compile(r"[0-9A-Za-z+\-]")
EXPONENT = "(?:[eE][+-]?[0-9]+)?"


@dataclass(frozen=True)
class Notation:
    """A notation of numbers.

    Attributes
    ----------
    decimal : str
        Decimal mark.
    thousands : str
        Mark between groups of three digits; empty for none. A blank stands also for non-breaking
        blanks.
    signs : tuple of str
        Currency signs; one may stand before or after a number.

    Raises
    ------
    UsageError
        If a mark or sign cannot be used.
    """

    decimal: str = "."
    thousands: str = ""
    signs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, mark in (("decimal", self.decimal), ("thousands", self.thousands)):
            if len(mark) > 1 or NO_MARK.match(mark):
                raise UsageError(f"--{name} {mark!r}: it must be one character that is not a "
                                 "letter, a digit or a sign")  # fmt: skip
        if not self.decimal.strip():
            raise UsageError(f"--decimal {self.decimal!r}: it must be one visible character")
        if self.decimal == self.thousands:
            raise UsageError(f"--decimal and --thousands are both {self.decimal!r}")
        for sign in self.signs:
            if not sign.strip() or re.search("[0-9]", sign) or sign in {"+", "-", self.decimal}:
                raise UsageError(f"--currency-sign {sign!r}: this cannot be a currency sign")

    @property
    def pattern(self) -> str:
        """A regular expression for a number without a currency sign."""
        mark = re.escape(self.decimal)
        whole = "[0-9]+"
        if self.thousands:
            whole = f"(?:{whole}|[0-9]{{1,3}}(?:{self._between}[0-9]{{3}})+)"
        return f"^[+-]?(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+){EXPONENT}$"

    @property
    def _between(self) -> str:
        return f"[{BLANKS}]" if self.thousands == " " else re.escape(self.thousands)

    def plain(self, texts: pa.ChunkedArray) -> pa.ChunkedArray:
        """Rewrite numbers with a decimal point and no other marks.

        Parameters
        ----------
        texts : text
            Without surrounding blanks.

        Returns
        -------
        text
            Texts that are not numbers in this notation become some text that is not a number.
        """
        if self == Notation():
            return texts
        bare = self._without_sign(texts)
        ok = pc.match_substring_regex(bare, self.pattern)
        if self.thousands:
            bare = pc.replace_substring_regex(bare, self._between, "")
        point = pc.replace_substring(bare, self.decimal, ".")
        # A text in another notation must not become a number by losing its marks.
        not_finite = pc.match_substring_regex(bare, "(?i)^[+-]?(nan|inf|infinity)$")
        other = pc.if_else(not_finite, bare, pa.scalar("not a number"))
        return pc.if_else(ok, point, other)

    def _without_sign(self, texts: pa.ChunkedArray) -> pa.ChunkedArray:
        """Remove one currency sign, before or after the number."""
        if not self.signs:
            return texts
        # The longest first, so that "US$" is not read as "US".
        any_sign = "|".join(re.escape(sign.strip()) for sign in sorted(self.signs, key=len)[::-1])
        sign = f"(?:{any_sign})"
        before = f"^([+-]?){BLANK}{sign}{BLANK}"
        return pc.if_else(
            pc.match_substring_regex(texts, before),
            pc.replace_substring_regex(texts, before, "\\1"),
            pc.replace_substring_regex(texts, f"{BLANK}{sign}$", ""),
        )
