"""Company: the customers, figures and network that a question is answered from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import NothingToShow
from influence.network import Network
from influence.runs import Run
from influence.tables.reading.columns import true_where

Indices = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

INPUT = ("id", "clv", "clv_computed", "name", "segment", "relation", "sentiment", "do_not_profile")
NOT_FIGURES = {"customer", "run", "clv", "sentiment"}
"""Columns of a run that are a key, or that a customer's row may hold as input."""


class Source(Protocol):
    """The parts of a store that answer a question, each read when it is first needed."""

    @property
    def url(self) -> str:
        """The store's address, for messages."""
        ...

    def runs(self) -> Sequence[Run]:
        """The runs that are kept, newest first."""
        ...

    def table(self, name: str) -> pa.Table:
        """An input table, with all columns of its spec."""
        ...

    def figures(self, run: Run) -> pa.Table:
        """The score table of a run that is kept."""
        ...

    def tie_values(self) -> pa.Table:
        """The most valuable ties of the current run; see `influence.scores.TIE_SCHEMA`."""
        ...

    def network(self, run: Run) -> Network:
        """The network of the present ties, with the settings of a run; keys sorted."""
        ...


@dataclass(frozen=True, eq=False)
class Company:
    """The data that answer a question. Arrays have one entry per customer, in order of the ids.

    Attributes
    ----------
    source : Source
    """

    source: Source

    @cached_property
    def latest(self) -> Run | None:
        """The current run, if there is one."""
        return next((run for run in self.source.runs() if run.current), None)

    @property
    def run(self) -> Run:
        """The current run.

        Raises
        ------
        NothingToShow
            If no run has finished yet.
        """
        if self.latest is None:
            where = self.source.url
            raise NothingToShow(f"no finished run in {where} yet; start one with `influence run`")
        return self.latest

    @cached_property
    def _given(self) -> pa.Table:
        """The customers as given, in the order of their ids."""
        return self.source.table("customers").select(INPUT).sort_by("id").combine_chunks()

    @cached_property
    def people(self) -> pa.Table:
        """One row per customer: `customer`, input, and the figures of the current run.

        `clv` and `sentiment` are the values given, else those that the run computed. Figures are
        null where a customer has no row in the run.
        """
        given = self._given
        people = given.drop_columns(["clv_computed"]).rename_columns({"id": "customer"})
        if self.latest is None:
            return people
        figures = self.aligned(self.source.figures(self.latest), people["customer"])
        computed = pc.if_else(given["clv_computed"], pc.coalesce(figures["clv"], 0.0), given["clv"])
        sentiment = pc.coalesce(given["sentiment"], figures["sentiment"])
        for name, column in (("clv", computed), ("sentiment", sentiment)):
            people = people.set_column(people.column_names.index(name), name, column)
        for name in figures.column_names:
            if name not in NOT_FIGURES:
                people = people.append_column(name, figures[name])
        return people

    @staticmethod
    def aligned(figures: pa.Table, ids: pa.ChunkedArray) -> pa.Table:
        """Rows of a score table in the order of some ids; null where there is none."""
        return figures.take(pc.index_in(ids, figures["customer"].combine_chunks()))

    @cached_property
    def ids(self) -> pa.Array:
        """All customers' ids, sorted."""
        return self._given["id"].combine_chunks()

    @cached_property
    def shown(self) -> Flags:
        """Customers who may be named: all but those who asked not to be profiled."""
        return ~true_where(self._given["do_not_profile"])

    @cached_property
    def has_figures(self) -> Flags:
        """Customers who may be named and have a row in the current run."""
        if "network_value" not in self.people.column_names:
            return np.zeros(len(self.people), dtype=bool)
        return self.shown & true_where(pc.is_valid(self.people["network_value"]))

    @cached_property
    def network(self) -> Network:
        """The influence graph of the present ties, by the settings of the current run."""
        return self.source.network(self.run)

    @cached_property
    def incoming(self) -> Network:
        """The network with every arc reversed."""
        return self.network.reversed()

    def number(self, name: str, blank: float = np.nan) -> Floats:
        """A column of numbers; `blank` where there is none."""
        if name not in self.people.column_names:
            return np.full(len(self.people), blank)
        column = self.people[name].cast(pa.float64())
        filled: Floats = pc.fill_null(column, blank).to_numpy()
        return filled

    def index(self, customer: str) -> int:
        """The index of a customer who may be named.

        Raises
        ------
        NothingToShow
            If there is no such customer, or the customer asked not to be profiled.
        """
        at = int(pc.index(self.ids, pa.scalar(customer, pa.string())).as_py())
        if at < 0 or not self.shown[at]:
            raise NothingToShow(f"no customer {customer!r} in {self.source.url}")
        return at

    def rows(self, chosen: Indices, *names: str) -> pa.Table:
        """Some columns of chosen customers, in that order; null where an index is −1.

        A column that is not there is null throughout.
        """
        at = pa.array(chosen, mask=chosen < 0)
        there = self.people.column_names
        return pa.table(
            {
                name: self.people[name].take(at)
                if name in there
                else pa.nulls(len(chosen), pa.float64())
                for name in names
            }
        )


def first(who: Flags, limit: float, *keys: Floats) -> Indices:
    """Choose the first customers by some keys, ascending, and then by id.

    Parameters
    ----------
    who : bool[n]
        Among whom.
    limit : number
        How many at most.
    *keys : float64[n]
        The most important one first.
    """
    at = np.flatnonzero(who)
    order = np.lexsort([key[at] for key in reversed(keys)])  # stable: ids break ties
    return at[order][: int(limit)]


def beside(table: pa.Table, **columns: pa.Array | Floats | Indices) -> pa.Table:
    """Put more columns beside those of a table; NaN becomes null."""
    for name, values in columns.items():
        column = pa.array(values, from_pandas=True) if isinstance(values, np.ndarray) else values
        table = table.append_column(name, column)
    return table


def neighbours(network: Network, customer: int) -> Indices:
    """The customers at the end of one customer's arcs, ascending."""
    return network.indices[network.indptr[customer] : network.indptr[customer + 1]].astype(np.intp)
