"""What a store holds after a load: the old tables and the new ones, the last word winning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.keys import occurrences, row_ids
from influence.tables.reading.columns import true_where
from influence.tables.reading.times import from_the_first
from influence.tables.rules.purchases import Repeats, merge_purchases
from influence.tables.specs import (
    CUSTOMERS,
    REFERRALS,
    SURVEYS,
    TABLES,
    TIES,
    TRANSACTIONS,
    TableSpec,
)
from influence.tables.tables import Tables

Merged = tuple[pa.Table, int]
"""The rows that stay, and for how many of the new ones they stand if repeats count once."""
EMPTY = Tables(complete=True, **{name: spec.stored.empty_table() for name, spec in TABLES.items()})


def merge(old: Tables, new: Tables) -> Tables:
    """Add checked tables to complete ones; the result is complete.

    A customer who is in both takes the columns that the new table has and keeps the others.
    Of ties with the same key the last row wins, of referrals the earliest, of answers the latest
    of a day. Purchases add up; as many equal ones as the table that has most of them.
    """
    return merge_counting(old, new)[0]


def merge_counting(old: Tables, new: Tables) -> tuple[Tables, dict[str, int], Repeats]:
    """Merge; and how many rows of each new table count, where some are listed more than once, and
    what became of equal purchases.
    """
    merged = {name: MERGE[name](old[name], new[name]) for name in MERGE if name in new}
    counted = {name: rows for name, (_, rows) in merged.items()}
    tables = {name: merged[name][0] if name in merged else old[name] for name in TABLES}
    repeats = Repeats()
    if "transactions" in new:
        given = _complete(new.transactions, TRANSACTIONS)
        tables["transactions"], repeats = merge_purchases(old.transactions, given)
        counted["transactions"] = len(given)  # equal ones of a load are so many purchases
    return Tables(complete=True, **tables), counted, repeats


def _complete(table: pa.Table, spec: TableSpec, attributes: Sequence[pa.Field] = ()) -> pa.Table:
    """The columns that a store keeps, absent ones at their default."""
    schema = pa.schema([*spec.stored, *attributes])
    columns = []
    for field in schema:
        default = pa.scalar(spec.defaults.get(field.name), field.type)
        if field.name not in table.column_names:
            columns.append(pa.chunked_array([pa.repeat(default, len(table))]))
        elif field.name == "clv" or not default.is_valid:
            # A clv that is null was dropped on purpose (`Rules.missing_clv`).
            columns.append(_cast(table[field.name], field.type))
        else:
            columns.append(pc.fill_null(_cast(table[field.name], field.type), default))
    return pa.table(columns, schema=schema)


def with_defaults(customers: pa.Table) -> pa.Table:
    """Customers with every column of the spec, in its type; attributes as they are."""
    known = CUSTOMERS.stored.names
    return _complete(customers, CUSTOMERS, [f for f in customers.schema if f.name not in known])


def completed(name: str, table: pa.Table) -> pa.Table:
    """A table with every column that a store keeps: one that is not there has its default.

    So are the tables of a store that an older version made.
    """
    if set(TABLES[name].stored.names) <= {*table.column_names}:
        return table
    return with_defaults(table) if name == "customers" else _complete(table, TABLES[name])


def _merge_customers(old: pa.Table, new: pa.Table) -> Merged:
    if "clv_computed" not in new.column_names:
        # Without a column clv, transactions may tell it; with one, it is what the company says.
        given = pa.repeat("clv" not in new.column_names, len(new))
        new = new.append_column("clv_computed", given)
    updates = {*new.column_names} - (set() if "clv" in new.column_names else {"clv_computed"})
    known = CUSTOMERS.stored.names
    attributes = [f for f in _common_schema(old, new) if f.name not in known]
    full = _complete(new, CUSTOMERS, attributes)
    if len(old) == 0:
        return full.sort_by("id"), len(new)
    old = _complete(old, CUSTOMERS, attributes)
    at = pc.index_in(old["id"], full["id"].combine_chunks())
    updated = true_where(pc.is_valid(at))
    if "do_not_profile" in new.column_names:
        asked = pc.coalesce(new["do_not_profile"], _flags_of(old, new["id"]))
        full = full.set_column(
            full.column_names.index("do_not_profile"), "do_not_profile",
            pc.fill_null(asked, fill_value=False),
        )  # fmt: skip
    columns = [
        pc.if_else(pa.array(updated), full[name].take(at), old[name])
        if name in updates
        else old[name]
        for name in full.column_names
    ]
    kept = pa.table(columns, schema=full.schema)
    added = full.filter(pc.invert(pc.is_in(full["id"], old["id"].combine_chunks())))
    return pa.concat_tables([kept, added]).sort_by("id"), len(new)


def _flags_of(old: pa.Table, ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whether these customers were not to be profiled so far; null for new ones."""
    return old["do_not_profile"].take(pc.index_in(ids, old["id"].combine_chunks()))


def _merge_ties(old: pa.Table, new: pa.Table) -> Merged:
    return last_row_wins(old, _complete(new, TIES))


def merge_referrals(old: pa.Table, new: pa.Table) -> Merged:
    """Where two people stand together again, the place is the first and the word the earliest's.

    Of equally early ones it is the last's: a file may be loaded again with another amount.
    """
    new = _complete(new, REFERRALS)
    rows = pa.concat_tables([old.sort_by("place"), new])
    rows = _best_of_each(rows, REFERRALS.key, -from_the_first(rows))
    counted = _different(new, REFERRALS.key)
    (referred,) = row_ids([rows.select(["referred"])])
    at = rows.column_names.index("place")
    return rows.set_column(at, "place", pa.array(occurrences(referred))), counted


def _merge_surveys(old: pa.Table, new: pa.Table) -> Merged:
    new = _complete(new, SURVEYS)
    rows = pa.concat_tables([old, new])
    # Of the answers of one day one without a time gives way to all that have one.
    time = pc.fill_null(rows["time"], -np.inf).to_numpy()
    return _best_of_each(rows, SURVEYS.key, time), _different(new, SURVEYS.key)


MERGE = {
    "customers": _merge_customers,
    "ties": _merge_ties,
    "referrals": merge_referrals,
    "surveys": _merge_surveys,
}


def _best_of_each(rows: pa.Table, key: Sequence[str], rank: npt.NDArray[np.float64]) -> pa.Table:
    """Of rows with the same key the one of the highest rank, of equal ones the last; at the place
    of the first.
    """
    (ids,) = row_ids([rows.select(list(key))])
    different, first = np.unique(ids, return_index=True)
    if len(different) == len(ids):
        return rows
    best = np.empty(len(different), dtype=np.int64)
    order = np.argsort(rank, kind="stable")
    best[ids[order]] = order  # of repeated indices the last one is assigned
    return rows.take(pa.array(best[np.argsort(first)]))


def _different(rows: pa.Table, key: Sequence[str]) -> int:
    """How many rows differ in their key."""
    (ids,) = row_ids([rows.select(list(key))])
    return int(ids.max(initial=-1)) + 1


def last_row_wins(old: pa.Table, new: pa.Table) -> Merged:
    """One row per tie: a later row replaces every earlier one of the same kind and network that
    lies between the same two people, unless both are directed and run opposite ways.

    Parameters
    ----------
    old, new : pa.Table
        Ties in the order in which they were given, with the columns that a store keeps.
    """
    ties = pa.concat_tables([old, new])
    pair, upward = _pairs(ties)
    if np.bincount(pair).max(initial=0) <= 1:
        return ties, len(new)
    both_ways = ~true_where(ties["directed"])
    position, size = np.arange(len(pair)), int(pair.max()) + 1
    last_both = np.full(size, -1)
    np.maximum.at(last_both, pair[both_ways], position[both_ways])
    # Directed rows count from the last undirected row of the pair on, once for each direction.
    last_each, way = np.full(2 * size, -1), 2 * pair + upward
    np.maximum.at(last_each, way[~both_ways], position[~both_ways])
    directed = ~both_ways & (position > last_both[pair]) & (position == last_each[way])
    superseded = np.zeros(size, dtype=bool)
    superseded[pair[directed]] = True
    undirected = both_ways & (position == last_both[pair]) & ~superseded[pair]
    # Listed the other way round as well, since the last directed row between the two.
    last_directed = np.full(size, -1)
    np.maximum.at(last_directed, pair[~both_ways], position[~both_ways])
    recent = both_ways & (position > last_directed[pair])
    mutual = np.zeros(size, dtype=bool)
    mutual[pair[recent & true_where(ties["mutual"])]] = True
    mutual |= _listed_both_ways(pair[recent], upward[recent], size)
    result = ties.set_column(
        ties.column_names.index("mutual"), "mutual", pa.array(mutual[pair] & both_ways)
    )
    stays = directed | undirected
    return result.filter(pa.array(stays)), int(stays[len(old) :].sum())


def _pairs(ties: pa.Table) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """A number for the two ends, kind and network, and which way between the two a row runs."""
    ends = [ties.select([end]).rename_columns(["end"]) for end in ("source", "target")]
    source, target = row_ids(ends)
    (layer,) = row_ids([ties.select(["kind", "network"])])
    low, high = np.minimum(source, target), np.maximum(source, target)
    ends_of_pair = low * (int(high.max(initial=0)) + 1) + high
    (pair,) = row_ids([pa.table({"ends": ends_of_pair, "layer": layer})])
    return pair, source < target


def _listed_both_ways(
    pair: npt.NDArray[np.int64], upward: npt.NDArray[np.bool_], size: int
) -> npt.NDArray[np.bool_]:
    """For each pair, whether its rows run both ways round."""
    up, down = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    up[pair[upward]] = True
    down[pair[~upward]] = True
    return up & down


@dataclass(frozen=True)
class Difference:
    """How two states of one table differ, by their keys.

    `added` and `changed` are rows of the new state, `removed` are rows of the old one.
    """

    added: pa.Table
    changed: pa.Table
    removed: pa.Table
    unchanged: int

    @property
    def any(self) -> bool:
        """Whether they differ at all."""
        return bool(len(self.added) or len(self.changed) or len(self.removed))

    def __str__(self) -> str:
        parts = [(len(self.added), "new"), (len(self.changed), "changed")]
        parts += [(len(self.removed), "removed"), (self.unchanged, "unchanged")]
        return ", ".join(f"{count:,} {word}" for count, word in parts if count) or "none"


def difference(old: pa.Table, new: pa.Table, key: list[str]) -> Difference:
    """Compare two states of a table whose rows are unique by `key`.

    Columns that only one state has count as null in the other.
    """
    schema = _common_schema(old, new)
    old, compared = _widen(old, schema), _widen(new, schema)
    at = _found_at(compared.select(key), old.select(key))
    known = at >= 0
    then, now = old.take(pa.array(at[known])), compared.filter(pa.array(known))
    same = np.ones(len(now), dtype=bool)
    for name in set(schema.names) - set(key):
        same &= ~true_where(differs(now[name], then[name]))
    changed = np.zeros(len(new), dtype=bool)
    changed[known] = ~same
    stays = np.zeros(len(old), dtype=bool)
    stays[at[known]] = True
    # What is written keeps its own type, whatever it was compared as.
    given = {f.name: f.type for f in new.schema}
    new = _widen(new, pa.schema([(f.name, given.get(f.name, f.type)) for f in schema]))
    return Difference(
        added=new.filter(pa.array(~known)),
        changed=new.filter(pa.array(changed)),
        removed=old.filter(pa.array(~stays)),
        unchanged=int(same.sum()),
    )


def _found_at(rows: pa.Table, among: pa.Table) -> npt.NDArray[np.int64]:
    """Where each row stands in another table without doubles; −1 where it is not there."""
    if len(among) == 0:
        return np.full(len(rows), -1)
    if rows.equals(among):
        return np.arange(len(rows))
    wanted, there = row_ids([rows, among])
    at = np.full(max(wanted.max(initial=-1), there.max(initial=-1)) + 1, -1)
    at[there] = np.arange(len(there))
    found: npt.NDArray[np.int64] = at[wanted]
    return found


def differs(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.ChunkedArray:
    """Where two columns of one type are not the same; null is the same as null, NaN as NaN."""
    if pa.types.is_null(one.type):
        return pc.is_valid(one)
    unlike = pc.not_equal(one, other)
    if pa.types.is_floating(one.type):
        unlike = pc.and_not(unlike, pc.and_(pc.is_nan(one), pc.is_nan(other)))
    return pc.coalesce(unlike, pc.xor(pc.is_valid(one), pc.is_valid(other)))


def _widen(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        _cast(table[f.name], f.type)
        if f.name in table.column_names
        else pa.nulls(len(table), f.type)
        for f in schema
    ]
    return pa.table(columns, schema=schema)


def stacked(tables: list[pa.Table]) -> pa.Table:
    """Tables one below the other, each column in a type that holds all its values."""
    schema = _common_schema(*tables)
    return pa.concat_tables([_widen(table, schema) for table in tables])


def _common_schema(*tables: pa.Table) -> pa.Schema:
    """All columns of some tables, each in a type that holds the values of all."""
    types: dict[str, pa.DataType] = {}
    for f in (f for table in tables for f in table.schema):
        types[f.name] = _common_type(types.get(f.name, f.type), f.type)
    return pa.schema(list(types.items()))


def _common_type(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    if one == other or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    numbers = {pa.int64(), pa.float64()}
    return pa.float64() if {one, other} <= numbers else pa.string()


def _cast(values: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    return values if values.type == kind else values.cast(kind, safe=False)
