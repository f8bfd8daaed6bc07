"""Conditions on customers, such as `segment = retail and clv < 500`: parsed, never executed.

::

    condition   = all { "or" all }
    all         = one { "and" one }
    one         = "not" one | "(" condition ")" | comparison
    comparison  = column ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
                | column [ "not" ] "in" "(" value { "," value } ")"
                | column [ "not" ] "has" value
                | column "is" [ "not" ] "blank"

Values and columns that contain blanks or marks, or are keywords, stand in quotes. A blank cell
equals no value, so it matches only `!=` and `is blank`. `roles has sleeper` finds one of several
values with commas between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn, TypeAlias
from unicodedata import east_asian_width

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.conditions.comparing import Mismatch, blank, compare
from influence.errors import UsageError

Flags: TypeAlias = npt.NDArray[np.bool_]
Column: TypeAlias = Callable[[str], pa.Array]

TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"[^"]*"|'[^']*')|(?P<operator>[!<>]=|[=<>])|(?P<mark>[(),])"""
    r"""|(?P<word>[^\s()<>=!,"']+))"""
)
KEYWORDS = {"and", "or", "not", "in", "has", "is", "blank"}
OPERATORS = {"=", "!=", "<", "<=", ">", ">="}
TYPOGRAPHIC = "“”„‟‘’‚«»"
"""Quotation marks that an editor puts instead of straight ones."""
MAX_NESTING = 50
"""The largest number of nested brackets and `not`."""


@dataclass(frozen=True)
class Token:
    """A part of a condition: its kind, its text without quotes, and its position."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class Comparison:
    """A column, an operator (also `in`, `has` and `blank`) and the values to compare with."""

    column: Token
    operator: str
    values: tuple[Token, ...] = ()
    negated: bool = False


@dataclass(frozen=True)
class Combined:
    """Conditions that are joined by `and`, `or` or `not`."""

    operator: str
    parts: tuple[Node, ...]


Node: TypeAlias = Comparison | Combined


class Condition:
    """A parsed condition.

    Parameters
    ----------
    text : str

    Raises
    ------
    UsageError
        If the text is not a condition; the message shows the position.

    Examples
    --------
    >>> columns = {"segment": pa.array(["retail", "student"]), "clv": pa.array([700.0, 20.0])}
    >>> Condition("segment = retail and clv < 500").mask(columns.__getitem__)
    array([False, False])
    >>> Condition("segment in (retail, student) and not clv < 500").mask(columns.__getitem__)
    array([ True, False])
    """

    def __init__(self, text: str) -> None:
        self.text = re.sub(r"\s", " ", text)
        self._tokens = [*self._scan()]
        self._next = 0
        self._depth = 0
        self._node = self._condition()
        if self._peek.kind != "end":
            self._refuse(self._peek.at, "and, or, or the end is expected")

    def columns(self) -> list[str]:
        """Return the columns that the condition names, in order."""
        return [comparison.column.text for comparison in _comparisons(self._node)]

    def mask(self, column: Column) -> Flags:
        """Return a mask of the rows that match; bool[n].

        Parameters
        ----------
        column : callable
            Returns the n values of a column, given its name; may raise UsageError.

        Raises
        ------
        UsageError
            If there is no such column, or its values cannot be compared with the given ones.
        """
        return self._holds(self._node, column)

    def _holds(self, node: Node, column: Column) -> Flags:
        if isinstance(node, Comparison):
            return self._compares(node, column)
        first, *rest = (self._holds(part, column) for part in node.parts)
        if node.operator == "not":
            return ~first
        for flags in rest:
            first = first & flags if node.operator == "and" else first | flags
        return first

    def _compares(self, node: Comparison, column: Column) -> Flags:
        try:
            values = column(node.column.text)
        except UsageError as error:
            self._refuse(node.column.at, str(error))
        if node.operator == "blank":
            found = blank(values)
        else:
            operator = "=" if node.operator == "in" else node.operator
            found = np.zeros(len(values), dtype=np.bool_)
            for value in node.values:
                try:
                    found |= compare(values, operator, value.text)
                except Mismatch as error:
                    self._refuse(value.at, f"{node.column.text} {error}")
        return ~found if node.negated else found

    # Parsing

    def _scan(self) -> Iterator[Token]:
        at, end = 0, len(self.text.rstrip())
        while at < end:
            found = TOKEN.match(self.text, at)
            if found is None:
                at += len(self.text[at:]) - len(self.text[at:].lstrip())
                quote = self.text[at] in "'\""
                self._refuse(at, "a quotation mark is not closed" if quote else "not readable")
            kind = str(found.lastgroup)
            text = found[kind]
            begin = found.start(kind)
            if kind == "word" and text.lower() in KEYWORDS:
                kind, text = "keyword", text.lower()
            yield Token(kind, text[1:-1] if kind == "quoted" else text, begin)
            at = found.end()
        yield Token("end", "", end)

    @property
    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _found(self, *texts: str) -> Token | None:
        """Take the next token if it is one of these keywords, operators or marks."""
        token = self._peek
        plain = token.kind in {"keyword", "operator", "mark"}
        return self._take() if plain and token.text in texts else None

    def _require(self, text: str) -> None:
        if self._found(text) is None:
            self._refuse(self._peek.at, f"{text} is expected")

    def _condition(self) -> Node:
        return self._joined("or", lambda: self._joined("and", self._one))

    def _joined(self, operator: str, part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self._found(operator):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Combined(operator, tuple(parts))

    def _one(self) -> Node:
        self._depth += 1
        if self._depth > MAX_NESTING:
            self._refuse(self._peek.at, f"conditions are nested deeper than {MAX_NESTING}")
        if self._found("not"):
            node: Node = Combined("not", (self._one(),))
        elif self._found("("):
            node = self._condition()
            self._require(")")
        else:
            node = self._comparison()
        self._depth -= 1
        return node

    def _comparison(self) -> Comparison:
        column = self._value("a column")
        operator = self._found(*OPERATORS)
        if operator is not None:
            return Comparison(column, operator.text, (self._value("a value"),))
        if self._found("is"):
            negated = self._found("not") is not None
            self._require("blank")
            return Comparison(column, "blank", negated=negated)
        negated = self._found("not") is not None
        if self._found("has"):
            return Comparison(column, "has", (self._value("a value"),), negated=negated)
        if not self._found("in"):
            self._refuse(
                self._peek.at, f"an operator is expected: {' '.join(sorted(OPERATORS))} in has is"
            )
        self._require("(")
        values = [self._value("a value")]
        while self._found(","):
            values.append(self._value("a value"))
        self._require(")")
        return Comparison(column, "in", tuple(values), negated=negated)

    def _value(self, what: str) -> Token:
        token = self._peek
        if token.kind == "keyword":
            self._refuse(token.at, f"{what} is expected; write the text {token.text} in quotes")
        if token.kind == "word" and token.text[0] in TYPOGRAPHIC:
            self._refuse(token.at, "quotation marks are straight: ' or \"")
        if token.kind not in {"word", "quoted"}:
            self._refuse(token.at, f"{what} is expected")
        return self._take()

    def _refuse(self, at: int, message: str) -> NoReturn:
        wide = sum(east_asian_width(character) in "WF" for character in self.text[:at])
        raise UsageError(
            f"condition, character {at + 1}: {message}\n  {self.text}\n  {' ' * (at + wide)}^"
        )


def _comparisons(node: Node) -> Iterator[Comparison]:
    if isinstance(node, Comparison):
        yield node
    else:
        for part in node.parts:
            yield from _comparisons(part)
