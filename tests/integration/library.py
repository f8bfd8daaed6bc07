"""Helpers that load a company, run, and query the analysts' library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

import influence
from influence.pipeline import Parameters
from influence.queries import library
from influence.tables import TABLES
from tests import graphs, naive

if TYPE_CHECKING:
    from influence.scores import Scores
    from influence.store.neo4j.store import Neo4jStore

LIBRARY = library()
EXPLORE = {name: query for name, query in LIBRARY.items() if name.startswith("explore/")}


def load(store: Neo4jStore, company: graphs.Company, **others: list[dict[str, Any]]) -> None:
    """Replace the company in the store; `others` are further tables."""
    customers, ties = company
    names = [*naive.FIELDS]
    rows = [[naive.row(tie)[name] for name in names] for tie in ties]
    tables = influence.Tables(
        customers=pd.DataFrame(customers),
        ties=pd.DataFrame(rows, columns=names) if rows else None,
        **{name: pd.DataFrame(table, dtype=object) for name, table in others.items()},
    )
    empty = [name for name in TABLES if name not in tables]
    store.write_tables(tables, replace=True, empty=empty, allow_removal=True)


def run(store: Neo4jStore, parameters: Parameters | None = None) -> Scores:
    """Compute the scores of the store and write them back."""
    scores = influence.compute(store.tables(), parameters)
    store.write_scores(scores)
    return scores


def rows(store: Neo4jStore, name: str, **parameters: Any) -> list[dict[str, Any]]:
    """Return the rows of a query of the library."""
    return store.query(LIBRARY[f"explore/{name}"], **parameters)[1]


def rounded(name: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its figures rounded as in the query."""
    columns = {column.name: column for column in EXPLORE[f"explore/{name}"].columns}
    return {key: columns[key].rounded(v) if key in columns else v for key, v in row.items()}


def hide(customers: graphs.Customers, *hidden: str) -> graphs.Customers:
    """Return the customers with `do_not_profile` set for those named."""
    return [customer | {"do_not_profile": customer["id"] in hidden} for customer in customers]


def expected_arcs(ties: graphs.Ties, parameters: Parameters) -> dict[tuple[str, str], float]:
    """Return the arcs of a run with these parameters, computed by the twin."""
    chosen = parameters.selection
    survivors, _ = naive.last_row_wins(ties)
    return naive.arcs(survivors, chosen.directions, chosen.kinds or None, chosen.networks or None)
