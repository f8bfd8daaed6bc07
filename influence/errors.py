"""The tree of errors.

::

    InfluenceError              exit 1   failed
    ├── NothingToShow           exit 1   no store yet, no run yet, an unknown customer
    ├── UsageError              exit 2   an invalid option, weight, query name or parameter
    ├── InputRejected           exit 3   the input has problems; nothing was written
    │   └── RemovalRefused      exit 3   the load would remove more than the limit allows
    ├── ChecksFailed            exit 1   checks of `doctor` failed
    ├── EngineFailed            exit 1   Spark failed while it computed
    ├── CrmError                exit 1   a CRM does not answer, or refuses a request or rows
    └── StoreError              exit 4   the store cannot be used
        ├── StoreUnreachable    exit 4   no server answers at the address
        ├── StoreRefused        exit 4   the server refuses: password, rights, limits, version
        └── StoreLocked         exit 4   another run or load holds the lock

Errors of underlying libraries (Arrow, the Neo4j driver, the file system) are mapped onto this tree
where they occur, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from influence.tables.counts import RowCounts
    from influence.tables.notes import Note
    from influence.tables.problems import Problems


class InfluenceError(Exception):
    """Base of every error that influence raises on purpose; its message is for the user.

    Attributes
    ----------
    exit_code : int
        Exit code of a command that fails with this error.
    event : str
        Name of the event in logs.
    """

    exit_code: ClassVar[int] = 1
    event: ClassVar[str] = "failed"

    @property
    def fields(self) -> dict[str, Any]:
        """The numbers and names in the message, for a log."""
        return {}


class NothingToShow(InfluenceError):
    """The request is valid, but there is no result: no store, no run, an unknown customer."""

    event = "nothing_to_show"


class ChecksFailed(InfluenceError):
    """Some checks of `doctor` failed.

    Attributes
    ----------
    checks : tuple of str
        Names of the failed checks.
    """

    event = "checks_failed"

    def __init__(self, checks: Sequence[str]) -> None:
        self.checks = tuple(checks)
        n = len(self.checks)
        super().__init__(f"{n} check{'s' * (n != 1)} failed: {', '.join(self.checks)}")

    @property
    def fields(self) -> dict[str, Any]:
        """The names of the failed checks."""
        return {"checks": list(self.checks)}


class UsageError(InfluenceError, ValueError):
    """An option, weight, query name or parameter is invalid."""

    exit_code = 2
    event = "usage_error"


class InputRejected(InfluenceError, ValueError):
    """The input tables have problems. Nothing was written.

    Attributes
    ----------
    problems : Problems
        All problems, not only those shown in the message.
    rows : dict of str to RowCounts
        Row counts by table.
    notes : tuple of Note
        Further notes, such as how files were read.
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
        """The number of problems, in total and by kind."""
        return {"problems": len(self.problems), "kinds": self.problems.counts()}


class RemovalRefused(InputRejected):
    """A load would remove more customers or ties than the limit allows. Nothing was written.

    Attributes
    ----------
    removals : list of dict
        By table: `table`, rows `before`, rows `removed`, their `share`, and the `limit`.
    loaded : Loaded
        The result that the load would have had.
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
        """The removals that were refused."""
        return {"removals": self.removals}


class EngineFailed(InfluenceError):
    """Spark or another engine failed while it computed; the store has what it had before."""


class CrmError(InfluenceError):
    """A CRM does not answer, or refuses a request or some of the rows that were pushed."""

    event = "crm_failed"


class StoreError(InfluenceError):
    """The store cannot be used."""

    exit_code = 4
    event = "store_error"


class StoreUnreachable(StoreError):
    """No server answers at the address of the store."""

    event = "store_unreachable"


class StoreRefused(StoreError):
    """The store answers and refuses the request."""

    event = "store_refused"


class StoreLocked(StoreError):
    """Another run or load holds the lock of the store.

    Parameters
    ----------
    message : str
    **holder
        The lock holder, as far as it is known: job, host, process, since.
    """

    event = "store_locked"

    def __init__(self, message: str, **holder: Any) -> None:
        super().__init__(message)
        self.holder = holder

    @property
    def fields(self) -> dict[str, Any]:
        """The lock holder."""
        return self.holder


def interrupted(error: BaseException | None) -> bool:
    """Return whether Ctrl-C caused an error: an interrupted library may raise its own error."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False
