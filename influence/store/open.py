"""Open the store at an address."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from influence.errors import UsageError
from influence.store.credentials import Credentials

if TYPE_CHECKING:
    import pyarrow as pa

    from influence.store.lock_wait import LockWait
    from influence.store.protocol import Store

BOLT_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


def open_store(
    url: str | os.PathLike[str],
    credentials: Credentials | None = None,
    lock_wait: LockWait | None = None,
) -> Store:
    """Open the store at an address.

    Parameters
    ----------
    url : str or path
        A path or `files:PATH` for the embedded store; `bolt://…` or `neo4j://…` for Neo4j.
    credentials : Credentials, optional
        For Neo4j.
    lock_wait : LockWait, optional
        How long to wait for the lock of another writer; by default not at all.

    Raises
    ------
    UsageError
        If the scheme is unknown, or the address holds a password.
    StoreError
        If the server cannot be reached or refuses.
    """
    url = os.fspath(url)
    if "://" not in url:
        from influence.store.directory.store import FilesStore

        return FilesStore(url.removeprefix("files:"), lock_wait)
    _check_address("store", url, "a path, files:PATH, ", "NEO4J_")
    from influence.store.neo4j.store import Neo4jStore

    return Neo4jStore(url, credentials or Credentials(), lock_wait)


def read_foreign(url: str, credentials: Credentials, text: str) -> pa.Table:
    """Return what a query returns on a Neo4j database of any schema; it cannot write.

    Raises
    ------
    UsageError
        If this is no address of a Neo4j server, or it holds a password.
    StoreError
        If the server cannot be reached or refuses the query.
    """
    _check_address("--from", url, "", "INFLUENCE_FROM_")
    from influence.store.neo4j.foreign import read_query

    return read_query(url, credentials, text)


def _check_address(what: str, url: str, others: str, variables: str) -> None:
    scheme, _, rest = url.partition("://")
    if scheme not in BOLT_SCHEMES:
        known = ", ".join(f"{name}://…" for name in BOLT_SCHEMES)
        raise UsageError(f"{what} {scheme}://…: unknown scheme; use {others}{known}")
    if "@" in rest or "?" in rest:
        raise UsageError(
            f"{what} {scheme}://…: an address has a host and a port only; set user and password "
            f"with {variables}USERNAME and {variables}PASSWORD"
        )
