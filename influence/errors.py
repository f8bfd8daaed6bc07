"""Everything that can go wrong, as one tree.

::

    InfluenceError              exit 1   failed
    ├── NothingToShow           exit 1   no store yet, no run yet, an unknown customer
    ├── UsageError              exit 2   an option, a weight, a query or a parameter that cannot be
    ├── InputRejected           exit 3   the input has faults; nothing was written
    └── StoreError              exit 4   the store does not do what it should
        ├── StoreUnreachable    exit 4   nobody answers at that address
        ├── StoreRefused        exit 4   it answers and says no: password, rights, limits, version
        └── StoreLocked         exit 4   another run or load is writing it

Errors of the libraries below (Arrow, the Neo4j driver, the file system) are mapped onto this tree
where they enter, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from influence.tables.counts import RowCounts
    from influence.tables.problems import Problems


class InfluenceError(Exception):
    """The base of every error that influence raises on purpose; its text is for the user."""

    exit_code: ClassVar[int] = 1


class NothingToShow(InfluenceError):
    """The question is fine, but there is nothing to answer it with."""


class UsageError(InfluenceError, ValueError):
    """An option, weight, query name or parameter is not one that can be used."""

    exit_code = 2


class InputRejected(InfluenceError, ValueError):
    """Input tables have faults. Nothing was written.

    Attributes
    ----------
    problems : Problems
        All of them, not only those that the message shows.
    rows : dict of str to RowCounts
        By table, how many rows there were and how many of them are at fault.
    """

    exit_code = 3

    def __init__(self, problems: Problems, rows: Mapping[str, RowCounts] | None = None) -> None:
        self.problems = problems
        self.rows = dict(rows or {})
        super().__init__(problems.report())


class StoreError(InfluenceError):
    """The store cannot be used."""

    exit_code = 4


class StoreUnreachable(StoreError):
    """Nobody answers at the store's address."""


class StoreRefused(StoreError):
    """The store answers and says no."""


class StoreLocked(StoreError):
    """Another run or load is writing the store."""


def interrupted(error: BaseException | None) -> bool:
    """Whether Ctrl-C is behind an error: a library that it hit may fail in a way of its own."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False
