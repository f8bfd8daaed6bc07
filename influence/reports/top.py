"""The first customers of a store by a figure, with their names."""

from __future__ import annotations

from influence.ranking import Ranking
from influence.reports.wanted import Wanted, ranking_column, select
from influence.store import Store


def top(
    store: Store,
    count: int = 10,
    by: str = "network_value",
    where: str | None = None,
    *,
    ascending: bool = False,
) -> Ranking:
    """Take the first customers of the current run by a figure.

    Parameters
    ----------
    store : Store
    count : int
        The largest number of customers.
    by : str
        A score column of numbers, or a short name such as gross; of ranks the smallest comes first.
    where : str, optional
        A condition on score columns and columns of the customers, such as
        `"segment = retail and clv < 500"`. Ranks remain those among all customers.
    ascending : bool
        Whether the smallest value comes first.

    Returns
    -------
    Ranking
        Shows itself as a table with names; all score columns are in the data.

    Raises
    ------
    UsageError
        If there is no such column of numbers, or the condition is not valid.
    NothingToShow
        If no run has finished yet.
    """
    scores = store.scores()
    wanted = Wanted(where=where, ascending=ascending)
    return Ranking(select(scores, store, wanted, by=ranking_column(scores, by), count=count)[0])
