"""Read a database of another schema by a query that its owner wrote."""

from __future__ import annotations

import pyarrow as pa

from influence.queries import Query
from influence.store.credentials import Credentials
from influence.store.neo4j.bolt import Bolt
from influence.store.neo4j.values import column_of_any_type


def read_query(url: str, credentials: Credentials, text: str) -> pa.Table:
    """Return what a query returns; it runs in a transaction that cannot write.

    Raises
    ------
    StoreError
        If the server cannot be reached, or refuses the query, for example because it writes.
    """
    query = Query(name="given", title="", doc="", parameters=(), columns=(), text=text)
    bolt = Bolt(url, credentials)
    try:
        names, rows = bolt.read_columns(query, {})
    finally:
        bolt.close()
    return pa.table({name: column_of_any_type([row[name] for row in rows]) for name in names})
