"""A query of the library, with its parameters and columns."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from influence.errors import UsageError


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(text)
    return number


COMMENTS_AND_TEXTS = re.compile(r"//[^\n]*|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
FLAGS = {"true": True, "false": False}
PARSERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "integer": int,
    "number": _finite,
    "flag": lambda text: FLAGS[text.lower()],
    "date": date.fromisoformat,
}
DECIMALS = {"money": 2, "share": 3}
"""Decimals of the figures that a query returns, by the type of the column."""
TYPES = {*PARSERS, *DECIMALS, "list", "map", "node", "relationship", "path"}
EXACTLY = Context(prec=400)
"""Enough digits for any float."""
OPTIONAL_RUN = re.compile(r"OPTIONAL MATCH \([^)]*:InfluenceRun\b")
"""Matches a run without which the query still returns rows."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a query, as declared in its header.

    Attributes
    ----------
    name, type : str
    default : object
        None if the parameter is required.
    doc : str
    low, high : float
        Inclusive bounds of a number.
    """

    name: str
    type: str
    default: Any
    doc: str
    low: float = -math.inf
    high: float = math.inf

    def parse(self, text: str) -> Any:
        """Convert text from the command line to a value of the parameter's type.

        Raises
        ------
        UsageError
            If the text is not of that type.
        """
        try:
            return PARSERS[self.type](text)
        except (KeyError, ValueError) as error:
            raise UsageError(
                f"parameter {self.name}: {text!r} is not of type {self.type}"
            ) from error

    @property
    def bounds(self) -> str:
        """The bounds in words; empty if there are none."""
        parts = [("from", self.low), ("to", self.high)]
        return " ".join(f"{word} {bound:g}" for word, bound in parts if math.isfinite(bound))

    def check(self, value: Any) -> None:
        """Check a number against the bounds; other values are left to the server.

        Raises
        ------
        UsageError
            If the number is out of bounds.
        """
        if isinstance(value, int | float) and not self.low <= value <= self.high:
            raise UsageError(f"parameter {self.name} is {value!r}; it goes {self.bounds}")


@dataclass(frozen=True)
class Column:
    """A column that a query returns; its type says how many decimals it has, see `DECIMALS`."""

    name: str
    type: str
    doc: str

    def rounded(self, value: Any) -> Any:
        """Round a figure as the statement does; other values are returned as they are."""
        digits = DECIMALS.get(self.type)
        if digits is None or value is None or not math.isfinite(value):
            return value
        return half_up(value, digits)


def half_up(value: float, digits: int) -> float:
    """Round the shortest decimal that stands for `value` half away from zero, as Cypher does.

    Examples
    --------
    >>> half_up(2.675, 2), round(2.675, 2)
    (2.68, 2.67)
    """
    unit = Decimal(1).scaleb(-digits)
    rounded = Decimal(repr(float(value))).quantize(unit, ROUND_HALF_UP, EXACTLY)
    return float(rounded) + 0.0  # -0.0 becomes 0.0


@dataclass(frozen=True)
class Query:
    """A query of the library.

    Attributes
    ----------
    name : str
        Path of its file without the suffix: `explore/three-degrees`.
    title, doc : str
    parameters : tuple of Parameter
    columns : tuple of Column
    text : str
        Cypher, with the header and with all fragments expanded.
    """

    name: str
    title: str
    doc: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str

    def bind(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the given parameters, completed with the defaults of the others.

        Raises
        ------
        UsageError
            If a parameter is unknown, required and missing, or out of bounds.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        unknown = [name for name in given if name not in known]
        missing = [p.name for p in self.parameters if p.default is None and p.name not in given]
        if unknown or missing:
            complaints = [f"unknown parameter {name}" for name in unknown]
            complaints += [f"parameter {name} is missing" for name in missing]
            takes = ", ".join(known) or "none"
            short = self.name.rpartition("/")[2]
            raise UsageError(f"query {short}: {', '.join(complaints)}; it takes {takes}")
        for name, value in given.items():
            known[name].check(value)
        return {name: given.get(name, parameter.default) for name, parameter in known.items()}

    @property
    def needs_run(self) -> bool:
        """Whether the query reads a run or its figures, so it returns nothing before the first."""
        text = OPTIONAL_RUN.sub("", self.text)
        return "InfluenceRun" in text or "networkValue" in text
