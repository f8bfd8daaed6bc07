"""Open the store at an address."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from influence.errors import UsageError
from influence.store.credentials import Credentials

if TYPE_CHECKING:
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
    scheme, separator, rest = url.partition("://")
    if not separator:
        from influence.store.directory.store import FilesStore

        return FilesStore(url.removeprefix("files:"), lock_wait)
    if scheme not in BOLT_SCHEMES:
        known = ", ".join(f"{name}://…" for name in BOLT_SCHEMES)
        raise UsageError(f"store {scheme}://…: unknown scheme; use a path, files:PATH, {known}")
    if "@" in rest or "?" in rest:
        raise UsageError(
            f"store {scheme}://…: an address has a host and a port only; set user and password "
            "with NEO4J_USERNAME and NEO4J_PASSWORD"
        )
    from influence.store.neo4j.store import Neo4jStore

    return Neo4jStore(url, credentials or Credentials(), lock_wait)
