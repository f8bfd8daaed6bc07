"""Merge the tables of a load into those of a store, and compare two states of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.keys import found_at, occurrences, row_ids, taken
from influence.tables.merge_ties import last_rows
from influence.tables.reading.columns import repeat, true_where, where
from influence.tables.reading.times import earliest_first
from influence.tables.rules.acts import merge_acts
from influence.tables.rules.purchases import Repeats, merge_purchases
from influence.tables.specs import (
    CUSTOMERS,
    ENGAGEMENTS,
    PROFILES,
    REFERRALS,
    SURVEYS,
    TABLES,
    TIES,
    TRANSACTIONS,
    TableSpec,
)
from influence.tables.tables import Tables

Merged = tuple[pa.Table, int]
"""The merged rows, and the number of distinct new rows among them."""
# `empty_table()` would make arrays of Python values, for the first of which pyarrow imports pandas.
EMPTY = Tables(
    complete=True,
    **{name: pa.Table.from_batches([], spec.stored) for name, spec in TABLES.items()},
)


def merge(old: Tables, new: Tables) -> Tables:
    """Add validated tables to complete ones; the result is complete.

    A customer in both takes the columns of the new table and keeps the others; a CLV that changes
    without a new standard error has none. Of ties with the same key the last row wins, of referrals
    the earliest, of answers of one day the latest. Purchases and acts add up; of equal ones as many
    count as in the table with most of them. Of profiles with the same key the last row wins.
    """
    return merge_counting(old, new)[0]


def merge_counting(old: Tables, new: Tables) -> tuple[Tables, dict[str, int], Repeats]:
    """Merge, and count the distinct rows of each new table and the equal purchases."""
    merged = {name: MERGE[name](old[name], new[name]) for name in MERGE if name in new}
    counted = {name: rows for name, (_, rows) in merged.items()}
    tables = {name: merged[name][0] if name in merged else old[name] for name in TABLES}
    repeats = Repeats()
    if "transactions" in new:
        given = _complete(new.transactions, TRANSACTIONS)
        tables["transactions"], repeats = merge_purchases(old.transactions, given)
        counted["transactions"] = len(given)  # equal rows of one load are separate purchases
    return Tables(complete=True, **tables), counted, repeats


def _complete(table: pa.Table, spec: TableSpec, attributes: Sequence[pa.Field] = ()) -> pa.Table:
    """Return the columns that a store keeps, absent ones with their defaults."""
    schema = pa.schema([*spec.stored, *attributes])
    columns = []
    for field in schema:
        default = pa.scalar(spec.defaults.get(field.name), field.type)
        if field.name not in table.column_names:
            columns.append(repeat(default, len(table)))
        elif field.name == "clv" or not default.is_valid:
            # A clv that is null was dropped on purpose (`Rules.missing_clv`).
            columns.append(_cast(table[field.name], field.type))
        else:
            columns.append(pc.fill_null(_cast(table[field.name], field.type), default))
    return pa.table(columns, schema=schema)


def with_defaults(customers: pa.Table) -> pa.Table:
    """Return customers with every column of the spec, in its type; attributes unchanged."""
    known = CUSTOMERS.stored.names
    return _complete(customers, CUSTOMERS, [f for f in customers.schema if f.name not in known])


def completed(name: str, table: pa.Table) -> pa.Table:
    """Add the columns that a store keeps and the table lacks, with their defaults.

    A store of an older version may lack some columns.
    """
    if set(TABLES[name].stored.names) <= {*table.column_names}:
        return table
    return with_defaults(table) if name == "customers" else _complete(table, TABLES[name])


def _merge_customers(old: pa.Table, new: pa.Table) -> Merged:
    if "clv_computed" not in new.column_names:
        # Without a column clv, CLV may be computed from transactions; a given clv is kept.
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
        flags = pc.coalesce(new["do_not_profile"], _flags_of(old, new["id"]))
        full = full.set_column(
            full.column_names.index("do_not_profile"), "do_not_profile",
            pc.fill_null(flags, fill_value=False),
        )  # fmt: skip
    if "clv" in new.column_names and "clv_se" not in new.column_names:
        revalued = updated & true_where(differs(full["clv"].take(at), old["clv"]))
        error = pc.if_else(pa.array(revalued), pa.scalar(None, pa.float64()), old["clv_se"])
        old = old.set_column(old.column_names.index("clv_se"), "clv_se", error)
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
    """Return `do_not_profile` of these customers in the old table; null for new ones."""
    return old["do_not_profile"].take(pc.index_in(ids, old["id"].combine_chunks()))


def _merge_ties(old: pa.Table, new: pa.Table) -> Merged:
    columns = ["source", "target", "kind", "network", "directed", "mutual"]
    full = _complete(new, TIES).select(columns)
    kept, mutual = last_rows(pa.concat_tables([old.select(columns), full]))
    parts = np.split(kept, [len(old)])
    # Rows are left out before columns are filled in, since columns of one value take no memory.
    rows = [where(old, parts[0]), _complete(where(new, parts[1]), TIES)]
    ties = pa.concat_tables(rows)
    at = ties.column_names.index("mutual")
    return ties.set_column(at, "mutual", pa.array(mutual[kept])), int(parts[1].sum())


def merge_referrals(old: pa.Table, new: pa.Table) -> Merged:
    """Merge referrals; of a repeated pair the earliest row wins, at the position of the first.

    Of equally early rows the last wins, so that a file can be loaded again with other amounts.
    """
    new = _complete(new, REFERRALS)
    rows = pa.concat_tables([old.sort_by("place"), new])
    rows = _best_of_each(rows, REFERRALS.key, -earliest_first(rows))
    counted = _different(new, REFERRALS.key)
    (referred,) = row_ids([rows.select(["referred"])])
    at = rows.column_names.index("place")
    return rows.set_column(at, "place", pa.array(occurrences(referred))), counted


def _merge_surveys(old: pa.Table, new: pa.Table) -> Merged:
    new = _complete(new, SURVEYS)
    rows = pa.concat_tables([old, new])
    # Of the answers of one day, one without a time sorts before all others.
    time = pc.fill_null(rows["time"], -np.inf).to_numpy()
    return _best_of_each(rows, SURVEYS.key, time), _different(new, SURVEYS.key)


def _merge_engagements(old: pa.Table, new: pa.Table) -> Merged:
    # Equal rows of one load are separate acts.
    return merge_acts(old, _complete(new, ENGAGEMENTS)), len(new)


def _merge_profiles(old: pa.Table, new: pa.Table) -> Merged:
    new = _complete(new, PROFILES)
    rows = pa.concat_tables([old, new])
    return _best_of_each(rows, PROFILES.key, np.zeros(len(rows))), _different(new, PROFILES.key)


MERGE = {
    "customers": _merge_customers,
    "ties": _merge_ties,
    "referrals": merge_referrals,
    "surveys": _merge_surveys,
    "engagements": _merge_engagements,
    "profiles": _merge_profiles,
}


def _best_of_each(rows: pa.Table, key: Sequence[str], rank: npt.NDArray[np.float64]) -> pa.Table:
    """Return for each key the row of the highest rank; of equal ranks the last row.

    It takes the position of the first row with that key.
    """
    (ids,) = row_ids([rows.select(list(key))])
    different, first = np.unique(ids, return_index=True)
    if len(different) == len(ids):
        return rows
    best = np.empty(len(different), dtype=np.int64)
    order = np.argsort(rank, kind="stable")
    best[ids[order]] = order  # of repeated indices the last assignment wins
    return rows.take(pa.array(best[np.argsort(first)]))


def _different(rows: pa.Table, key: Sequence[str]) -> int:
    """Count the distinct keys of rows."""
    (ids,) = row_ids([rows.select(list(key))])
    return int(ids.max(initial=-1)) + 1


@dataclass(frozen=True)
class Difference:
    """Difference between two states of one table, by key.

    Attributes
    ----------
    added, changed : pa.Table
        Rows of the new state.
    removed : pa.Table
        Rows of the old state.
    unchanged : int
        Number of rows that are equal in both.
    """

    added: pa.Table
    changed: pa.Table
    removed: pa.Table
    unchanged: int

    @property
    def any(self) -> bool:
        """Whether the states differ."""
        return bool(len(self.added) or len(self.changed) or len(self.removed))

    def __str__(self) -> str:
        parts = [(len(self.added), "new"), (len(self.changed), "changed")]
        parts += [(len(self.removed), "removed"), (self.unchanged, "unchanged")]
        return ", ".join(f"{count:,} {word}" for count, word in parts if count) or "none"


def difference(old: pa.Table, new: pa.Table, key: list[str]) -> Difference:
    """Compare two states of a table whose rows are unique by `key`.

    Columns that only one state has are null in the other.
    """
    schema = _common_schema(old, new)
    old, compared = _widen(old, schema), _widen(new, schema)
    at, same = rows_compared(old.select(key), compared, old.column)
    kept = np.zeros(len(old), dtype=bool)
    kept[at[at >= 0]] = True
    # Rows to write keep their own types, whatever they were compared as.
    given = {f.name: f.type for f in new.schema}
    new = _widen(new, pa.schema([(f.name, given.get(f.name, f.type)) for f in schema]))
    return Difference(
        added=where(new, at < 0),
        changed=where(new, (at >= 0) & ~same),
        removed=where(old, ~kept),
        unchanged=int(same.sum()),
    )


def rows_compared(
    keys: pa.Table, new: pa.Table, column: Callable[[str], pa.ChunkedArray]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Compare the rows of a new state of a table with an old state that is read by column.

    Parameters
    ----------
    keys : pa.Table
        The key of each row of the old state, unique.
    new : pa.Table
        All columns of the new state.
    column : callable
        Returns a column of the old state, in the type of the new one.

    Returns
    -------
    at : int64[new rows]
        The position in the old state; −1 for a row that is new.
    same : bool[new rows]
        Whether the row is there and equal in all columns.
    """
    at = found_at(new.select(keys.column_names), keys)
    known = at >= 0
    there = at[known]
    in_order = np.array_equal(there, np.arange(len(keys)))
    same = np.ones(len(there), dtype=bool)
    for name in set(new.column_names) - set(keys.column_names):
        before = column(name) if in_order else taken(column(name), there)
        after = where(new.select([name]), known)[name]
        same &= ~true_where(differs(after, before))
    everywhere = np.zeros(len(new), dtype=bool)
    everywhere[known] = same
    return at, everywhere


def differs(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return where two columns of one type differ; null equals null, NaN equals NaN."""
    if pa.types.is_null(one.type):
        return pc.is_valid(one)
    unequal = pc.not_equal(one, other)
    if pa.types.is_floating(one.type):
        unequal = pc.and_not(unequal, pc.and_(pc.is_nan(one), pc.is_nan(other)))
    return pc.coalesce(unequal, pc.xor(pc.is_valid(one), pc.is_valid(other)))


def _widen(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        _cast(table[f.name], f.type)
        if f.name in table.column_names
        else pa.nulls(len(table), f.type)
        for f in schema
    ]
    return pa.table(columns, schema=schema)


def stacked(tables: list[pa.Table]) -> pa.Table:
    """Concatenate tables, each column in a type that holds all its values."""
    schema = _common_schema(*tables)
    return pa.concat_tables([_widen(table, schema) for table in tables])


def _common_schema(*tables: pa.Table) -> pa.Schema:
    """Return all columns of some tables, each in a type that holds the values of all."""
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
