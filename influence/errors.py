"""Everything that can go wrong, as one tree.

::

    InfluenceError              exit 1   failed
    ├── NothingToShow           exit 1   no store yet, no run yet, an unknown customer
    ├── UsageError              exit 2   an option, a weight, a query or a parameter that cannot be
    ├── InputRejected           exit 3   the input has faults; nothing was written
    │   └── RemovalRefused      exit 3   it would remove more of the store than it may unasked
    ├── ChecksFailed            exit 1   `doctor` found something that does not work
    └── StoreError              exit 4   the store does not do what it should
        ├── StoreUnreachable    exit 4   nobody answers at that address
        ├── StoreRefused        exit 4   it answers and says no: password, rights, limits, version
        └── StoreLocked         exit 4   another run or load is writing it

Errors of the libraries below (Arrow, the Neo4j driver, the file system) are mapped onto this tree
where they enter, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from influence.tables.counts import RowCounts
    from influence.tables.notes import Note
    from influence.tables.problems import Problems


class InfluenceError(Exception):
    """The base of every error that influence raises on purpose; its text is for the user.

    Attributes
    ----------
    exit_code : int
    event : str
        What a log calls it.
    """

    exit_code: ClassVar[int] = 1
    event: ClassVar[str] = "failed"

    @property
    def fields(self) -> dict[str, Any]:
        """The numbers and names that the text holds, for a log."""
        return {}


class NothingToShow(InfluenceError):
    """The question is fine, but there is nothing to answer it with."""

    event = "nothing_to_show"


class ChecksFailed(InfluenceError):
    """Some of what `doctor` looked at does not work.

    Attributes
    ----------
    checks : tuple of str
    """

    event = "checks_failed"

    def __init__(self, checks: Sequence[str]) -> None:
        self.checks = tuple(checks)
        n = len(self.checks)
        super().__init__(f"{n} check{'s' * (n != 1)} failed: {', '.join(self.checks)}")

    @property
    def fields(self) -> dict[str, Any]:
        """Which checks."""
        return {"checks": list(self.checks)}


class UsageError(InfluenceError, ValueError):
    """An option, weight, query name or parameter is not one that can be used."""

    exit_code = 2
    event = "usage_error"


class InputRejected(InfluenceError, ValueError):
    """Input tables have faults. Nothing was written.

    Attributes
    ----------
    problems : Problems
        All of them, not only those that the message shows.
    rows : dict of str to RowCounts
        By table, how many rows there were and how many of them are at fault.
    notes : tuple of Note
        What was remarked beside them, such as how files were read.
    """

    exit_code = 3
    event = "input_rejected"

    def __init__(
        self,
        problems: Problems,
        rows: Mapping[str, RowCounts] | None = None,
        notes: Sequence[Note] = (),
    ) -> None:
        self.problems = problems
        self.rows = dict(rows or {})
        self.notes = tuple(notes)
        super().__init__(problems.report())

    @property
    def fields(self) -> dict[str, Any]:
        """How many problems, in all and of each kind."""
        return {"problems": len(self.problems), "kinds": self.problems.counts()}


class RemovalRefused(InputRejected):
    """A load would remove more of the customers or ties than it may. Nothing was written.

    Attributes
    ----------
    removals : list of dict
        `table`, how many rows there were `before`, `removed`, their `share`, and the `limit`.
    loaded : Loaded
        What the load would have done.
    """

    event = "removal_refused"

    def __init__(
        self, message: str, problems: Problems, removals: list[dict[str, Any]], loaded: Any
    ) -> None:
        InfluenceError.__init__(self, message)
        self.problems = problems  # none
        self.removals = removals
        self.loaded = loaded
        self.rows = loaded.rows
        self.notes = loaded.notes

    @property
    def fields(self) -> dict[str, Any]:
        """What would have been removed."""
        return {"removals": self.removals}


class StoreError(InfluenceError):
    """The store cannot be used."""

    exit_code = 4
    event = "store_error"


class StoreUnreachable(StoreError):
    """Nobody answers at the store's address."""

    event = "store_unreachable"


class StoreRefused(StoreError):
    """The store answers and says no."""

    event = "store_refused"


class StoreLocked(StoreError):
    """Another run or load is writing the store.

    Parameters
    ----------
    message : str
    **holder
        Who that is, as far as it is known: job, host, process, since.
    """

    event = "store_locked"

    def __init__(self, message: str, **holder: Any) -> None:
        super().__init__(message)
        self.holder = holder

    @property
    def fields(self) -> dict[str, Any]:
        """Who holds the lock."""
        return self.holder


def interrupted(error: BaseException | None) -> bool:
    """Whether Ctrl-C is behind an error: a library that it hit may fail in a way of its own."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False
