"""What the sections are made from: one run of a store, and the names of its customers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from influence import queries
from influence.charts.labels import called, short_labels
from influence.reports.wanted import Wanted, select
from influence.runs import Run
from influence.scores import Scores
from influence.store import Store

NAMES = ("name", "other_name", "through_name")
"""Columns of answers that hold names."""


@dataclass(frozen=True, eq=False)
class Material:
    """The scores of the current run, and the store for what they do not hold.

    Attributes
    ----------
    store : Store
    scores : Scores
        One row per profiled customer; at least one.
    ids_only : bool
        Whether names are left out.
    """

    store: Store
    scores: Scores
    ids_only: bool = False

    @property
    def run(self) -> Run:
        """The current run."""
        return self.scores.run

    @property
    def unit(self) -> str:
        """The unit of money."""
        return self.run.unit

    @cached_property
    def customers(self) -> pa.Table:
        """Name and segment of the customers in the order of the scores; null where there is none.

        Customers who are not profiled have no scores, so they are not among them.
        """
        wanted = Wanted(columns=("customer", "segment") if self.ids_only
                        else ("customer", "segment", "name"))  # fmt: skip
        return select(self.scores, self.store, wanted)[0]

    @cached_property
    def names(self) -> dict[str, str]:
        """Names by id; none if they are left out."""
        if self.ids_only:
            return {}
        ids, names = (self.customers[name].to_pylist() for name in ("customer", "name"))
        return {customer: name for customer, name in zip(ids, names, strict=True) if name}

    def top(self, by: str, count: int) -> list[dict[str, Any]]:
        """Return the rows that `influence top --by` shows."""
        wanted = Wanted(ids_only=self.ids_only)
        rows: list[dict[str, Any]] = select(self.scores, self.store, wanted, by=by, count=count)[
            0
        ].to_pylist()
        return rows

    def ask(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """Answer a query of the library, without columns of names if these are left out."""
        _, rows = self.store.query(queries.explore(name), **parameters)
        hidden = NAMES if self.ids_only else ()
        return [{key: row[key] for key in row if key not in hidden} for row in rows]

    def named(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Put the name behind `customer` in each row, unless names are left out."""
        if not self.names:
            return [dict(row) for row in rows]
        return [
            {"customer": row["customer"], "name": self.names.get(row["customer"])} | dict(row)
            for row in rows
        ]

    def called(self, customer: str) -> str:
        """Return name and id of a customer, or the id alone."""
        return called(customer, self.names)

    def labels(self, customers: Sequence[str]) -> list[str]:
        """Return short labels of customers for a chart, all different."""
        return short_labels(customers, self.names)
