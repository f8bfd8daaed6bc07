"""Mapping of driver errors to errors of this package, and which of them to retry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from neo4j import exceptions as driver_errors

from influence.errors import StoreRefused, StoreUnreachable, UsageError

LOCK_WAIT_ENDED = "Neo.ClientError.Transaction.LockClientStopped"
"""Raised by a transaction that waited for a lock of another one when the server ends both."""
TOO_LARGE = {
    # Transient according to the server, but the same batch would run out of memory again.
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
}


class TooLarge(StoreRefused):
    """The server has too little memory or time for one transaction."""


def is_transient(error: BaseException) -> bool:
    """Return whether the same transaction may succeed later: deadlocks, lost connections."""
    if not isinstance(error, driver_errors.Neo4jError | driver_errors.DriverError):
        return False
    return error.is_retryable() and getattr(error, "code", None) not in TOO_LARGE


@contextmanager
def mapped_errors(url: str) -> Iterator[None]:
    """Raise driver errors as errors of this package, the most specific first."""
    try:
        yield
    except driver_errors.AuthError as error:
        raise StoreRefused(
            f"{url} refuses the user or the password; "
            "set NEO4J_USERNAME and NEO4J_PASSWORD (or influence.toml)"
        ) from error
    except driver_errors.ServiceUnavailable as error:
        raise StoreUnreachable(
            f"no Neo4j server responds at {url}; check the address, and that it is running"
        ) from error
    except driver_errors.ConfigurationError as error:
        raise UsageError(f"store {url}: {error}") from error
    except driver_errors.Neo4jError as error:
        if error.code in TOO_LARGE:
            raise TooLarge(
                f"{url}: the server has too little memory or time for one transaction: "
                f"{_first_line(error)}"
            ) from error
        raise StoreRefused(f"{url} refuses: {_first_line(error)} ({error.code})") from error
    except driver_errors.DriverError as error:
        raise StoreUnreachable(f"the connection to {url} failed: {error}") from error
    except (OSError, ValueError) as error:
        raise StoreUnreachable(f"no Neo4j server can be found at {url}: {error}") from error


def _first_line(error: Exception) -> str:
    return (str(getattr(error, "message", "") or error).splitlines() or [""])[0]
