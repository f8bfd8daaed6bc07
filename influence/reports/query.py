"""A question of the analysts' library, by its name."""

from __future__ import annotations

from typing import Any

from influence import queries
from influence.store import Store


def query(store: Store, name: str, /, **parameters: Any) -> list[dict[str, Any]]:
    """Answer a question of the analysts' library; both stores return the same rows.

    Parameters
    ----------
    store : Store
    name : str
        The name of the query, such as `"bridges"`; the reference of queries lists them.
    **parameters
        Those of the query, such as `limit=5`.

    Returns
    -------
    list of dict
        The columns of the query in their order; money and shares rounded.

    Raises
    ------
    UsageError
        If there is no such query, a parameter is not valid, or the query draws a graph and the
        store is a directory.
    NothingToShow
        If there is no such customer, or the query needs a run and none has finished.
    """
    return store.query(queries.explore(name), **parameters)[1]
