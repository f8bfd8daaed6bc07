"""The steps from one run's input to another's, one kind of change at a time.

Customers who are in both inputs come first: what changed about them is taken over step by step.
What belongs to a lost customer (ties, referrals, purchases …) leaves with them, and what belongs to
a new customer comes with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from influence.parameters import Parameters
from influence.tables import TABLES, Tables
from influence.tables.keys import found_at
from influence.tables.specs import CUSTOMERS

Frames = dict[str, pa.Table]
CLV = ("clv", "clv_computed", "clv_se", "currency")
"""Columns of customers that belong to their CLV."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """The input of a run.

    Attributes
    ----------
    tables : Tables
        Complete, as a store returns them.
    parameters : Parameters
    """

    tables: Tables
    parameters: Parameters

    def equals(self, other: Inputs) -> bool:
        """Return whether all tables have the same rows, in any order, and parameters are equal."""
        return self.parameters == other.parameters and all(
            _same_rows(name, self.tables[name], other.tables[name]) for name in TABLES
        )


def steps(before: Inputs, after: Inputs) -> Iterator[tuple[str, Inputs]]:
    """Yield each part of the change and the input after it; parts that change nothing are left out.

    The last input is `after`. Neither the names nor the own columns of customers are compared.
    """
    last = _counting(before)
    for part, inputs in _all_steps(last, _counting(after)):
        if not inputs.equals(last):
            yield part, inputs
            last = inputs


def _all_steps(before: Inputs, after: Inputs) -> Iterator[tuple[str, Inputs]]:
    parameters = replace(before.parameters, weights=after.parameters.weights)
    yield "weights", replace(before, parameters=parameters)
    yield "settings", replace(before, parameters=after.parameters)
    ids = _shared(before.tables, after.tables)
    frames, later = _about(before.tables, ids), _about(after.tables, ids)

    def now() -> Inputs:
        return Inputs(Tables(complete=True, **frames), after.parameters)

    yield "lost customers", now()
    old, new = frames["ties"], later["ties"]
    frames["ties"] = old.filter(_has_tie_in(old, new))
    yield "removed ties", now()
    frames["ties"] = new.filter(_has_tie_in(new, old))
    yield "changed ties", now()
    for part, replaced in _REPLACED.items():
        replaced(frames, later)
        yield part, now()
    yield "new customers", after


def _table(*names: str) -> Callable[[Frames, Frames], None]:
    """Return a step that takes over whole tables."""

    def replaced(frames: Frames, later: Frames) -> None:
        frames.update({name: later[name] for name in names})

    return replaced


def _columns(columns: Sequence[str], table: str) -> Callable[[Frames, Frames], None]:
    """Return a step that takes over columns of customers, and the table that they may come from."""

    def replaced(frames: Frames, later: Frames) -> None:
        people = frames["customers"]
        for name in columns:
            at = people.column_names.index(name)
            people = people.set_column(at, name, later["customers"][name])
        frames.update({"customers": people, table: later[table]})

    return replaced


_REPLACED = {
    "new ties": _table("ties"),
    "referrals": _table("referrals"),
    "CLV": _columns(CLV, "transactions"),
    "sentiment": _columns(("sentiment",), "surveys"),
    "acts": _table("engagements", "profiles"),
    "other": _table("customers"),
}
"""Part → what changes its inputs into the later ones."""

PARTS = (
    "weights", "settings", "lost customers", "removed ties", "changed ties", *_REPLACED,
    "new customers",
)  # fmt: skip
"""All parts, in the order of the steps."""


def _counting(inputs: Inputs) -> Inputs:
    """Leave out what no figure depends on: names and own columns of customers."""
    frames = {name: inputs.tables[name] for name in inputs.tables}
    people = frames["customers"].select(CUSTOMERS.stored.names)
    blank = pa.nulls(len(people), pa.string())
    for name in ("name", "segment"):
        people = people.set_column(people.column_names.index(name), name, blank)
    frames["customers"] = people
    return replace(inputs, tables=Tables(complete=True, **frames))


def _shared(before: Tables, after: Tables) -> pa.Array:
    """Return the ids of customers who are in both."""
    ids = before.customers["id"].combine_chunks()
    return ids.filter(pc.is_in(ids, after.customers["id"].combine_chunks()))


def _about(tables: Tables, ids: pa.Array) -> Frames:
    """Return the rows that name no other customers than these; customers in the order of ids."""
    frames = {}
    for name, spec in TABLES.items():
        rows = tables[name]
        named = [pc.or_(pc.is_in(rows[c], ids), pc.is_null(rows[c])) for c in spec.people]
        frames[name] = rows.filter(reduce(pc.and_, named)) if named else rows
    people = frames["customers"]
    frames["customers"] = people.take(pc.index_in(ids, people["id"].combine_chunks()))
    return frames


def _has_tie_in(ties: pa.Table, others: pa.Table) -> pa.Array:
    """Return which ties have one of their kind and network between the same two in others."""
    return pa.array(found_at(_undirected(ties), _undirected(others)) >= 0)


def _undirected(ties: pa.Table) -> pa.Table:
    """Return the keys of ties, the smaller id first."""
    ends = ties["source"], ties["target"]
    low, high = pc.min_element_wise(*ends), pc.max_element_wise(*ends)
    return pa.table([low, high, ties["kind"], ties["network"]], names=["low", "high", "kind", "at"])


def _same_rows(name: str, one: pa.Table, other: pa.Table) -> bool:
    """Return whether two tables have the same rows, in any order."""
    if len(one) != len(other) or not one.schema.equals(other.schema):
        return False
    key = [(column, "ascending") for column in TABLES[name].key]
    return bool(one.equals(other) or one.sort_by(key).equals(other.sort_by(key)))
