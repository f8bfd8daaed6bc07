"""Numbers as people write them: decimal mark, thousands mark, currency signs."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import UsageError

BLANKS = " \u00a0\u202f"
"""What separates thousands where a blank does: also the two that do not break."""
BLANK = f"[{BLANKS}]*"
NO_MARK = re.compile(r"[0-9A-Za-z+\-]")
EXPONENT = "(?:[eE][+-]?[0-9]+)?"


@dataclass(frozen=True)
class Notation:
    """How numbers are written.

    Attributes
    ----------
    decimal : str
        The mark before the decimals.
    thousands : str
        The mark between groups of three digits; none if empty. A blank is also one that does not
        break.
    signs : tuple of str
        Signs of a currency; one may stand before or after a number.

    Raises
    ------
    UsageError
        If numbers cannot be written that way.
    """

    decimal: str = "."
    thousands: str = ""
    signs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, mark in (("decimal", self.decimal), ("thousands", self.thousands)):
            if len(mark) > 1 or NO_MARK.match(mark):
                raise UsageError(f"--{name} {mark!r}: one character that no number has")
        if not self.decimal.strip():
            raise UsageError(f"--decimal {self.decimal!r}: one character that can be seen")
        if self.decimal == self.thousands:
            raise UsageError(f"--decimal and --thousands are both {self.decimal!r}")
        for sign in self.signs:
            if not sign.strip() or re.search("[0-9]", sign) or sign in {"+", "-", self.decimal}:
                raise UsageError(f"--currency-sign {sign!r}: this is no sign of a currency")

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
        """Numbers with a decimal point and nothing else; what is no number stays no number.

        Parameters
        ----------
        texts : text
            Without blanks around them.
        """
        if self == Notation():
            return texts
        bare = self._without_sign(texts)
        ok = pc.match_substring_regex(bare, self.pattern)
        if self.thousands:
            bare = pc.replace_substring_regex(bare, self._between, "")
        point = pc.replace_substring(bare, self.decimal, ".")
        # Whatever is not written that way must not become a number by the marks it lost.
        spelt_out = pc.match_substring_regex(bare, "(?i)^[+-]?(nan|inf|infinity)$")
        odd = pc.if_else(spelt_out, bare, pa.scalar("no number"))
        return pc.if_else(ok, point, odd)

    def _without_sign(self, texts: pa.ChunkedArray) -> pa.ChunkedArray:
        """Texts without one currency sign, before or after the number."""
        if not self.signs:
            return texts
        # The longest first: "US$" is not "US" and a sign.
        any_sign = "|".join(re.escape(sign.strip()) for sign in sorted(self.signs, key=len)[::-1])
        sign = f"(?:{any_sign})"
        before = f"^([+-]?){BLANK}{sign}{BLANK}"
        return pc.if_else(
            pc.match_substring_regex(texts, before),
            pc.replace_substring_regex(texts, before, "\\1"),
            pc.replace_substring_regex(texts, f"{BLANK}{sign}$", ""),
        )
