"""Bolt: the driver, kept at arm's length: sessions, batches, and errors as our own."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import neo4j
from neo4j import exceptions as driver_errors

from influence.errors import StoreError, StoreRefused, StoreUnreachable, UsageError
from influence.queries import Query
from influence.store.credentials import Credentials

Parameters = Mapping[str, Any]
Rows = list[dict[str, Any]]

CONNECT_SECONDS = 8.0
ANSWER_SECONDS = 12.0
RETRY_SECONDS = 15.0
RECORDS_A_FETCH = 10_000
MEMORY_POOL = "Neo.TransientError.General.MemoryPoolOutOfMemoryError"


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
        # The driver reports what it also raises.
        logging.getLogger("neo4j").setLevel(logging.CRITICAL)
        with mapped_errors(url):
            self._driver = neo4j.GraphDatabase.driver(
                url,
                auth=(credentials.username, credentials.password),
                connection_timeout=CONNECT_SECONDS,
                connection_acquisition_timeout=ANSWER_SECONDS,
                max_transaction_retry_time=RETRY_SECONDS,
                notifications_min_severity="OFF",
                fetch_size=RECORDS_A_FETCH,
            )
        try:
            with mapped_errors(url):
                self._driver.verify_connectivity()
        except StoreError:
            self._driver.close()
            raise

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    def read(self, query: Query, parameters: Parameters | None = None) -> Rows:
        """All records of a query, in a transaction that cannot write."""
        return self._run(query, parameters or {}, neo4j.READ_ACCESS)[1]

    def read_columns(self, query: Query, parameters: Parameters) -> tuple[list[str], Rows]:
        """The column names and all records of a query that cannot write."""
        return self._run(query, parameters, neo4j.READ_ACCESS)

    def write(self, query: Query, parameters: Parameters | None = None) -> Rows:
        """Run a statement in a transaction of its own; transient failures are retried."""
        return self._run(query, parameters or {}, neo4j.WRITE_ACCESS)[1]

    def write_batch(self, query: Query, lists: Parameters, **fixed: Any) -> None:
        """Write lists of equal length; a batch that is too large for the server is halved.

        The server calls running out of memory transient, yet the same batch would run out again:
        it is caught before the driver retries it.
        """
        size = len(next(iter(lists.values())))
        try:
            self.write(query, {**lists, **fixed})
        except _BatchTooLarge as error:
            if size <= 1:
                raise StoreRefused(f"{self.url}: one row needs more memory than allowed") from error
            for half in (slice(0, size // 2), slice(size // 2, size)):
                part = {name: values[half] for name, values in lists.items()}
                self.write_batch(query, part, **fixed)

    def _run(self, query: Query, parameters: Parameters, access: str) -> tuple[list[str], Rows]:
        def work(transaction: neo4j.ManagedTransaction) -> tuple[list[str], Rows]:
            try:
                # The texts are files of this package, never put together from data.
                result = transaction.run(cast("Any", query.text), dict(parameters))
                return list(result.keys()), result.data()
            except driver_errors.TransientError as error:
                if error.code == MEMORY_POOL:
                    raise _BatchTooLarge from error
                raise

        with (
            mapped_errors(self.url),
            self._driver.session(database=self._database, default_access_mode=access) as session,
        ):
            managed = session.execute_read if access == neo4j.READ_ACCESS else session.execute_write
            return managed(work)


class _BatchTooLarge(Exception):
    """The server has not enough memory for one transaction."""


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
        reason = (error.message or "").splitlines() or [""]
        raise StoreRefused(f"{url} refuses: {reason[0]} ({error.code})") from error
    except driver_errors.DriverError as error:
        raise StoreUnreachable(f"the connection to {url} failed: {error}") from error
    except (OSError, ValueError) as error:
        raise StoreUnreachable(f"no Neo4j server can be found at {url}: {error}") from error
