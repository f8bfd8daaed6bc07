"""Bolt: the driver, kept at arm's length: sessions, batches, and errors as our own."""

from __future__ import annotations

import contextlib
import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

import neo4j
from neo4j import exceptions as driver_errors

from influence.errors import (
    StoreError,
    StoreRefused,
    StoreUnreachable,
    UsageError,
    interrupted,
)
from influence.queries import Query
from influence.store.credentials import Credentials

Parameters = Mapping[str, Any]
Rows = list[dict[str, Any]]
BeforeCommit = Callable[[neo4j.Transaction], None]
"""What a transaction does before it commits; it may raise."""


class Answer(NamedTuple):
    """What a transaction returned."""

    columns: list[str]
    records: list[neo4j.Record]


CONNECT_SECONDS = 8.0
ANSWER_SECONDS = 12.0
RETRY_SECONDS = 15.0
FIRST_PAUSE_SECONDS = 0.2
WRITE_SECONDS = 60.0
"""After this long the server gives a write up: a client that was stopped keeps no locks."""
RECORDS_A_FETCH = 10_000
LOCK_WAIT_ENDED = "Neo.ClientError.Transaction.LockClientStopped"
"""For a lock of somebody who stopped; the server has ended both transactions by then."""
TOO_LARGE = {
    # It claims to be transient, yet the same batch would run out again.
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
}


class Bolt:
    """A connection to one database of a Neo4j server.

    Parameters
    ----------
    url : str
        `bolt://…` or `neo4j://…`, without user or password.
    credentials : Credentials

    Raises
    ------
    StoreUnreachable, StoreRefused
        If nobody answers within some seconds, or if the server says no.
    """

    def __init__(self, url: str, credentials: Credentials) -> None:
        self.url = url
        self._database = credentials.database
        self._patience = RETRY_SECONDS
        # The driver reports what it also raises.
        logging.getLogger("neo4j").setLevel(logging.CRITICAL)
        self._auth = (credentials.username, credentials.password)
        self._driver = self._connect()
        try:
            with mapped_errors(url):
                self._driver.verify_connectivity()
        except StoreError:
            self._driver.close()
            raise

    def _connect(self) -> neo4j.Driver:
        with mapped_errors(self.url):
            return neo4j.GraphDatabase.driver(
                self.url,
                auth=self._auth,
                connection_timeout=CONNECT_SECONDS,
                connection_acquisition_timeout=ANSWER_SECONDS,
                notifications_min_severity="OFF",
                fetch_size=RECORDS_A_FETCH,
            )

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    def read(self, query: Query, parameters: Parameters | None = None) -> Rows:
        """All records of a query, in a transaction that cannot write."""
        return _rows(self._run(query, parameters or {}, neo4j.READ_ACCESS))

    def read_columns(self, query: Query, parameters: Parameters) -> tuple[list[str], Rows]:
        """The column names and all records of a query that cannot write, nodes as maps."""
        answer = self._run(query, parameters, neo4j.READ_ACCESS)
        return answer.columns, [record.data() for record in answer.records]

    def write(
        self, query: Query, parameters: Parameters | None = None, last: BeforeCommit | None = None
    ) -> Rows:
        """Run a statement in a transaction of its own, and then `last`, if given.

        What is transient (deadlocks, a change of leader, a lost connection) is repeated for some
        seconds.
        """
        return _rows(self._run(query, parameters or {}, neo4j.WRITE_ACCESS, last))

    def write_batch(
        self, query: Query, lists: Parameters, last: BeforeCommit | None = None, **fixed: Any
    ) -> None:
        """Write lists of equal length; a batch that is too large for the server is halved."""
        size = len(next(iter(lists.values())))
        try:
            self.write(query, {**lists, **fixed}, last)
        except TooLarge:
            if size <= 1:
                raise
            for half in (slice(0, size // 2), slice(size // 2, size)):
                part = {name: values[half] for name, values in lists.items()}
                self.write_batch(query, part, last, **fixed)

    def _run(
        self,
        query: Query,
        parameters: Parameters,
        access: str,
        last: BeforeCommit | None = None,
    ) -> Answer:
        end, pause, waited = time.monotonic() + self._patience, FIRST_PAUSE_SECONDS, False
        with mapped_errors(self.url):
            while True:
                try:
                    found = self._once(query, parameters, access, last)
                except (driver_errors.Neo4jError, driver_errors.DriverError) as error:
                    code = getattr(error, "code", None)
                    if code in TOO_LARGE:
                        raise TooLarge(
                            f"{self.url}: the server has too little memory or time for "
                            f"one transaction: {_first_line(error)}"
                        ) from error
                    if code == LOCK_WAIT_ENDED and not waited:
                        waited, end = True, time.monotonic() + self._patience
                        continue
                    if not error.is_retryable():
                        raise
                    if time.monotonic() + pause > end:
                        # Whoever tidies up after this need not wait as long again.
                        self._patience = 0.0
                        raise
                else:
                    self._patience = RETRY_SECONDS
                    return found
                # Of two that met in a deadlock, one comes back later than the other.
                time.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 (no secret)
                pause *= 2

    def _once(
        self,
        query: Query,
        parameters: Parameters,
        access: str,
        last: BeforeCommit | None,
    ) -> Answer:
        """One transaction; its own retries would repeat what is too large, at the commit too."""
        seconds = WRITE_SECONDS if access == neo4j.WRITE_ACCESS else None
        session = self._driver.session(database=self._database, default_access_mode=access)
        try:
            with self.reconnecting_after_interrupt():
                transaction = session.begin_transaction(timeout=seconds)
                found = run_in(transaction, query, parameters)
                if last is not None:
                    last(transaction)
                transaction.commit()
                session.close()
        except BaseException:
            with contextlib.suppress(Exception):
                session.close()  # rolls back; why is what is to be reported
            raise
        return found

    @contextmanager
    def reconnecting_after_interrupt(self) -> Iterator[None]:
        """Break off a conversation that was interrupted: half a message may be on its way.

        Whoever tidies up after it talks over a new connection. The driver may have stumbled over
        the rest of that message and report this instead of the Ctrl-C.
        """
        try:
            yield
        except BaseException as error:
            if isinstance(error, Exception) and not interrupted(error):
                raise
            broken, self._driver = self._driver, self._connect()
            with contextlib.suppress(Exception):
                broken.close()
            if isinstance(error, Exception):
                raise KeyboardInterrupt from error
            raise


def run_in(transaction: neo4j.Transaction, query: Query, parameters: Parameters) -> Answer:
    """The column names and all records of a query, within a transaction."""
    # The texts are files of this package; all that data puts into them are plain names.
    quiet = {name: _Quiet(v) if isinstance(v, list) else v for name, v in parameters.items()}
    result = transaction.run(cast("Any", query.text), quiet)
    return Answer(list(result.keys()), list(result))


class _Quiet(list[Any]):
    """A list that does not write itself out.

    The driver makes a text of all parameters for its log, even where nobody listens: of columns of
    figures, that took a third of the client's time.
    """

    def __repr__(self) -> str:
        return f"<{len(self):,} values>"


def _rows(answer: Answer) -> Rows:
    # `Record.data` would copy every list, value by value, in search of nodes.
    return [dict(record) for record in answer.records]


class TooLarge(StoreRefused):
    """The server has too little memory or time for one transaction."""


def _first_line(error: Exception) -> str:
    return (str(getattr(error, "message", "") or error).splitlines() or [""])[0]


@contextmanager
def mapped_errors(url: str) -> Iterator[None]:
    """Turn the driver's errors into ours, the most specific first."""
    try:
        yield
    except driver_errors.AuthError as error:
        raise StoreRefused(
            f"{url} refuses the user or the password; "
            "set NEO4J_USERNAME and NEO4J_PASSWORD (or influence.toml)"
        ) from error
    except driver_errors.ServiceUnavailable as error:
        raise StoreUnreachable(
            f"no Neo4j server answers at {url}: is the address right, and is it running?"
        ) from error
    except driver_errors.ConfigurationError as error:
        raise UsageError(f"store {url}: {error}") from error
    except driver_errors.Neo4jError as error:
        raise StoreRefused(f"{url} refuses: {_first_line(error)} ({error.code})") from error
    except driver_errors.DriverError as error:
        raise StoreUnreachable(f"the connection to {url} failed: {error}") from error
    except (OSError, ValueError) as error:
        raise StoreUnreachable(f"no Neo4j server can be found at {url}: {error}") from error
