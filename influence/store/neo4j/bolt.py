"""A connection to Neo4j: transactions with retries, and batches that are split if too large."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

import neo4j
from neo4j import exceptions as driver_errors
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_before_delay,
    wait_exponential,
    wait_random,
)

from influence.errors import StoreError, interrupted
from influence.queries import Query
from influence.store.credentials import Credentials
from influence.store.neo4j.errors import LOCK_WAIT_ENDED, TooLarge, is_transient, mapped_errors

Parameters = Mapping[str, Any]
Rows = list[dict[str, Any]]
BeforeCommit = Callable[[neo4j.Transaction], None]
"""Called in a transaction before it commits; it may raise."""
CONNECT_SECONDS = 8.0
ANSWER_SECONDS = 12.0
RETRY_SECONDS = 15.0
FIRST_PAUSE_SECONDS = 0.2
WRITE_SECONDS = 60.0
"""The server ends a write after this time, so that a suspended client holds no locks."""


class Answer(NamedTuple):
    """The answer of a transaction."""

    columns: list[str]
    records: list[neo4j.Record]


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
        If no server responds within some seconds, or if the server refuses.
    """

    def __init__(self, url: str, credentials: Credentials) -> None:
        self.url = url
        self._database = credentials.database
        self._retry_seconds = RETRY_SECONDS
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
            )

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    def read(self, query: Query, parameters: Parameters | None = None) -> Rows:
        """Return all records of a query, in a transaction that cannot write."""
        return _rows(self._run(query, parameters or {}, neo4j.READ_ACCESS))

    def read_columns(self, query: Query, parameters: Parameters) -> tuple[list[str], Rows]:
        """Return the column names and all records of a query that cannot write, nodes as maps."""
        answer = self._run(query, parameters, neo4j.READ_ACCESS)
        return answer.columns, [record.data() for record in answer.records]

    def write(
        self,
        query: Query,
        parameters: Parameters | None = None,
        before_commit: BeforeCommit | None = None,
    ) -> Rows:
        """Run a statement and then `before_commit` in one transaction.

        Transient errors (deadlocks, a change of leader, a lost connection) are retried for some
        seconds.
        """
        return _rows(self._run(query, parameters or {}, neo4j.WRITE_ACCESS, before_commit))

    def write_batch(
        self,
        query: Query,
        lists: Parameters,
        before_commit: BeforeCommit | None = None,
        **fixed: Any,
    ) -> None:
        """Write lists of equal length; split a batch that is too large for the server."""
        size = len(next(iter(lists.values())))
        try:
            self.write(query, {**lists, **fixed}, before_commit)
        except TooLarge:
            if size <= 1:
                raise
            for half in (slice(0, size // 2), slice(size // 2, size)):
                part = {name: values[half] for name, values in lists.items()}
                self.write_batch(query, part, before_commit, **fixed)

    def _run(
        self,
        query: Query,
        parameters: Parameters,
        access: str,
        before_commit: BeforeCommit | None = None,
    ) -> Answer:
        def once() -> Answer:
            return self._once(query, parameters, access, before_commit)

        with mapped_errors(self.url):
            try:
                answer = self._retrying()(once)
            except driver_errors.Neo4jError as error:
                # WRITE_SECONDS have passed by now, so the time for retries starts again.
                if error.code != LOCK_WAIT_ENDED:
                    raise
                answer = self._retrying()(once)
        self._retry_seconds = RETRY_SECONDS
        return answer

    def _retrying(self) -> Retrying:
        """Return the retry policy; the driver's would also repeat batches that are too large."""
        return Retrying(
            retry=retry_if_exception(is_transient),
            stop=stop_before_delay(self._retry_seconds),
            # Jitter, so that two deadlocked transactions do not retry at the same time.
            wait=wait_exponential(FIRST_PAUSE_SECONDS) + wait_random(0.0, FIRST_PAUSE_SECONDS),
            retry_error_callback=self._give_up,
        )

    def _give_up(self, state: RetryCallState) -> Answer:
        """Raise the last error, and do not retry statements that clean up after it."""
        self._retry_seconds = 0.0
        assert state.outcome is not None  # noqa: S101 (for the type checker)
        return cast("Answer", state.outcome.result())

    def _once(
        self,
        query: Query,
        parameters: Parameters,
        access: str,
        before_commit: BeforeCommit | None,
    ) -> Answer:
        seconds = WRITE_SECONDS if access == neo4j.WRITE_ACCESS else None
        session = self._driver.session(database=self._database, default_access_mode=access)
        try:
            with self.reconnecting_after_interrupt():
                transaction = session.begin_transaction(timeout=seconds)
                answer = run_in(transaction, query, parameters)
                if before_commit is not None:
                    before_commit(transaction)
                transaction.commit()
                session.close()
        except BaseException:
            with contextlib.suppress(Exception):
                session.close()  # rolls back; a failure here must not hide the first error
            raise
        return answer

    @contextmanager
    def reconnecting_after_interrupt(self) -> Iterator[None]:
        """Open a new connection after an interrupt, which may have cut a message in two.

        The driver may fail on the rest of that message, and report this instead of the interrupt.
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
    """Return the column names and all records of a query, within a transaction."""
    # The texts are files of this package; only checked names are inserted into them.
    result = transaction.run(cast("Any", query.text), dict(parameters))
    return Answer(list(result.keys()), list(result))


def _rows(answer: Answer) -> Rows:
    # `Record.data` would copy every list, value by value, in search of nodes.
    return [dict(record) for record in answer.records]
