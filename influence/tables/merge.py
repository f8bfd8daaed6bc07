"""What a store holds after a load: the old tables and the new ones, the last word winning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.columns import true_where
from influence.tables.keys import row_ids
from influence.tables.specs import CUSTOMERS, TIES
from influence.tables.tables import Tables

MUTUAL = pa.field("mutual", pa.bool_())
TIES_SCHEMA = TIES.schema.append(MUTUAL)
"""A stored tie also says whether it was listed the other way round as well: a run that takes
such a tie as written needs both arcs (docs/decisions/ties-listed-twice.md)."""

CUSTOMER_DEFAULTS = {column.name: column.default for column in CUSTOMERS.columns}
TIE_DEFAULTS = {column.name: column.default for column in TIES.columns} | {MUTUAL.name: False}

EMPTY = Tables(
    customers=CUSTOMERS.schema.empty_table(), ties=TIES_SCHEMA.empty_table(), complete=True
)


def merge(old: Tables, new: Tables) -> Tables:
    """Add checked tables to complete ones; the result is complete.

    A customer who is in both takes the columns that the new table has and keeps the others.
    Of ties with the same key the last row wins.
    """
    customers = old.customers
    if "customers" in new:
        customers = _merge_customers(old.customers, new.customers)
    ties = old.ties
    if "ties" in new:
        ties = last_row_wins(
            pa.concat_tables([old.ties, _complete(new.ties, TIES_SCHEMA, TIE_DEFAULTS)])
        )
    return Tables(customers=customers, ties=ties, complete=True)


Defaults = Mapping[str, str | float | bool | None]


def _complete(table: pa.Table, schema: pa.Schema, defaults: Defaults) -> pa.Table:
    """The columns of the schema, absent ones at their default."""
    columns = []
    for field in schema:
        default = pa.scalar(defaults.get(field.name), field.type)
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
    attributes = [f for f in customers.schema if f.name not in CUSTOMERS.names]
    return _complete(customers, pa.schema([*CUSTOMERS.schema, *attributes]), CUSTOMER_DEFAULTS)


def _merge_customers(old: pa.Table, new: pa.Table) -> pa.Table:
    attributes = [f for f in _common_schema(old, new) if f.name not in CUSTOMERS.names]
    schema = pa.schema([*CUSTOMERS.schema, *attributes])
    full = _complete(new, schema, CUSTOMER_DEFAULTS)
    if len(old) == 0:
        return full.sort_by("id")
    old = _complete(old, schema, CUSTOMER_DEFAULTS)
    at = pc.index_in(old["id"], full["id"].combine_chunks())
    updated = true_where(pc.is_valid(at))
    columns = [
        pc.if_else(pa.array(updated), full[name].take(at), old[name])
        if name in new.column_names
        else old[name]
        for name in schema.names
    ]
    kept = pa.table(columns, schema=schema)
    added = full.filter(pc.invert(pc.is_in(full["id"], old["id"].combine_chunks())))
    return pa.concat_tables([kept, added]).sort_by("id")


def last_row_wins(ties: pa.Table) -> pa.Table:
    """One row per tie: a later row replaces every earlier one of the same kind and network that
    lies between the same two people, unless both are directed and run opposite ways.

    Parameters
    ----------
    ties : pa.Table
        In the order in which they were given, with the columns of `TIES_SCHEMA`.
    """
    forward, flipped = _ends(ties)
    pair = np.minimum(forward, flipped)
    if len(np.unique(pair)) == len(pair):
        return ties
    both_ways = ~true_where(ties["directed"])
    position = np.arange(len(pair))
    size = int(max(forward.max(), flipped.max())) + 1
    last_both = np.full(size, -1)
    np.maximum.at(last_both, pair[both_ways], position[both_ways])
    # Directed rows count from the last undirected row of the pair on, once for each direction.
    last_each = np.full(size, -1)
    np.maximum.at(last_each, forward[~both_ways], position[~both_ways])
    directed = ~both_ways & (position > last_both[pair]) & (position == last_each[forward])
    superseded = np.zeros(size, dtype=bool)
    superseded[pair[directed]] = True
    undirected = both_ways & (position == last_both[pair]) & ~superseded[pair]
    # Listed the other way round as well, since the last directed row between the two.
    last_directed = np.full(size, -1)
    np.maximum.at(last_directed, pair[~both_ways], position[~both_ways])
    recent = both_ways & (position > last_directed[pair])
    mutual = np.zeros(size, dtype=bool)
    mutual[pair[recent & true_where(ties["mutual"])]] = True
    mutual |= _listed_both_ways(forward[recent], pair[recent], size)
    result = ties.set_column(
        ties.column_names.index("mutual"), MUTUAL, pa.array(mutual[pair] & both_ways)
    )
    return result.filter(pa.array(directed | undirected))


def _ends(ties: pa.Table) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A number for (source, target, kind, network), and the number with the ends swapped."""
    columns = ["source", "target", "kind", "network"]
    swapped = ties.select(["target", "source", "kind", "network"]).rename_columns(columns)
    forward, flipped = row_ids([ties.select(columns), swapped])
    return forward, flipped


def _listed_both_ways(
    forward: npt.NDArray[np.int64], pair: npt.NDArray[np.int64], size: int
) -> npt.NDArray[np.bool_]:
    """For each pair, whether its rows run both ways round."""
    as_pair, other = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    as_pair[pair[forward == pair]] = True
    other[pair[forward != pair]] = True
    return as_pair & other


@dataclass(frozen=True)
class Difference:
    """How two states of one table differ, by their keys.

    `added` and `changed` are rows of the new state, `removed` are rows of the old one.
    """

    added: pa.Table
    changed: pa.Table
    removed: pa.Table
    unchanged: int

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
    old_keys, new_keys = row_ids([old.select(key), compared.select(key)])
    old_rows, new_rows = row_ids([old, compared])
    # What is written keeps its own type, whatever it was compared as.
    given = {f.name: f.type for f in new.schema}
    new = _widen(new, pa.schema([(f.name, given.get(f.name, f.type)) for f in schema]))
    known = np.isin(new_keys, old_keys)
    same = np.isin(new_rows, old_rows)
    return Difference(
        added=new.filter(pa.array(~known)),
        changed=new.filter(pa.array(known & ~same)),
        removed=old.filter(pa.array(~np.isin(old_keys, new_keys))),
        unchanged=int((known & same).sum()),
    )


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
