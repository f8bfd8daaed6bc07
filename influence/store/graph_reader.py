"""Reading a graph in columns: few records with long lists, for some customers at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence import queries
from influence.errors import StoreRefused
from influence.progress import Progress, silent
from influence.runs import Run
from influence.store import properties, records
from influence.store.bolt import Bolt, TooLarge
from influence.tables.merge import stacked
from influence.tables.specs import TABLES, TableSpec

CUSTOMERS_A_PAGE = 20_000
CUSTOMERS_A_READ = 5_000
CONNECTIONS = 2
ATTEMPTS = 3
MEMBERS = pa.schema([("id", pa.string()), ("node", pa.int64())])
"""All customers: their ids, and the numbers of their nodes."""
FIGURE = "networkValue"
"""Whoever has it has figures."""


class GraphReader:
    """Customers, figures, ties and runs of a database, as tables."""

    def __init__(self, bolt: Bolt) -> None:
        self._bolt = bolt

    def one(self, name: str, **parameters: Any) -> dict[str, Any]:
        """The first record of a query of the library."""
        return self.records(name, **parameters)[0]

    def records(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """All records of a query of the library."""
        query = queries.load(name)
        return self._bolt.read(query, query.bind(parameters))

    def property_keys(self) -> list[str]:
        """Every property that customers have."""
        found: list[str] = sorted(self.one("read/customer-keys")["keys"])
        return found

    def customers(self, progress: Progress) -> pa.Table:
        """All customers with their input columns, the company's own included."""
        return self._customers(self._members(), progress)

    def _customers(self, members: pa.Table, progress: Progress) -> pa.Table:
        columns = {key: name for name, key in properties.CUSTOMER_KEYS.items()}
        columns |= {mark: mark for mark in properties.COMPUTED.values()}
        there = self.property_keys()
        for key in there:
            name = properties.attribute_name(key)
            if name is not None:
                columns[key] = name
        return self._properties(members, columns, there, progress)

    def properties(
        self, columns: Mapping[str, str], there: Collection[str], progress: Progress = silent
    ) -> pa.Table:
        """Properties of all customers; columns by property key, of which these are `there`."""
        return self._properties(self._members(), columns, there, progress)

    def figures(
        self, columns: Mapping[str, str], customers: Sequence[str] | None = None
    ) -> pa.Table:
        """Properties of those who have figures, of all customers or of some."""
        if customers is None:
            table = self.properties(columns, self.property_keys())
            return table.filter(pc.is_valid(table[columns[FIGURE]]))
        keys, names = list(columns), list(columns.values())

        def read(some: pa.Table) -> pa.Table:
            ids = some["id"].to_pylist()
            return _page(self.one("read/figures", id=ids, keys=keys)["rows"], names)

        parts = self._in_parts(read, pa.table({"id": pa.array(customers, pa.string())}))
        return stacked(parts) if parts else _page([], names)

    def _properties(
        self,
        members: pa.Table,
        columns: Mapping[str, str],
        there: Collection[str],
        progress: Progress,
    ) -> pa.Table:
        """Properties of members; of those that are not there, nobody need be asked."""
        keys = [key for key in columns if key in there]
        names = [columns[key] for key in keys]

        def read(some: pa.Table) -> pa.Table:
            nodes = some["node"].to_pylist()
            return _page(self.one("read/customers", node=nodes, keys=keys)["rows"], names)

        parts = self._in_parts(read, members, "reading customers", progress)
        found = stacked(parts) if parts else _page([], names)
        absent = pa.nulls(len(found))
        return pa.table(
            {name: found[name] if key in there else absent for key, name in columns.items()}
        )

    def _members(self) -> pa.Table:
        """All customers: `id`, in the order of the index, and `node`, the number of the node."""
        pages = [MEMBERS.empty_table()]
        after = ""
        while True:
            found = self.one("read/members", after=after, size=CUSTOMERS_A_PAGE)
            pages.append(pa.table(found, schema=MEMBERS))
            if len(pages[-1]) < CUSTOMERS_A_PAGE:
                return pa.concat_tables(pages).combine_chunks()
            after = found["id"][-1]

    def runs(self) -> list[Run]:
        """All runs, newest first."""
        return [records.run_from(record["run"]) for record in self.records("read/runs")]

    def tables(self, progress: Progress) -> dict[str, pa.Table]:
        """All tables, customers first.

        Raises
        ------
        StoreRefused
            If customers were removed meanwhile, again and again: the number of a node that is gone
            may be another's soon.
        """
        members = self._members()
        for _ in range(ATTEMPTS):
            found = {"customers": self._customers(members, progress)}
            sizes = self.one("read/sizes")
            for name, spec in TABLES.items():
                if name != "customers":
                    there = members if sizes[name] else members.slice(0, 0)
                    found[name] = self._rows(spec, there, progress)
            before, members = members, self._members()
            all_read = found["customers"]["id"].cast(pa.string()).equals(before["id"])
            if all_read and _stay(before, members):
                return found
        raise StoreRefused(f"{self._bolt.url}: somebody removes customers; try again after that")

    def _rows(self, spec: TableSpec, members: pa.Table, progress: Progress) -> pa.Table:
        """A table of what lies at customers; the other end of a row comes as a node."""
        other = next((c.name for c in spec.columns[1:] if c.refers_to_customer), None)
        schema = pa.schema([f.with_type(pa.int64()) if f.name == other else f for f in spec.stored])

        def read(some: pa.Table) -> pa.Table:
            found = self.records(f"read/{spec.name}", node=some["node"].to_pylist())
            rows = [_rows_of(record, schema, some["id"]) for record in found]
            return pa.concat_tables([schema.empty_table(), *rows])

        parts = self._in_parts(read, members, f"reading {spec.name}", progress)
        table = pa.concat_tables([schema.empty_table(), *parts])
        if other is None:
            return table
        at = pc.index_in(table[other], members["node"].combine_chunks())
        ends = members["id"].take(at)
        place = schema.get_field_index(other)
        return table.set_column(place, other, ends).filter(pc.is_valid(ends))

    def _in_parts(
        self,
        read: Callable[[pa.Table], pa.Table],
        members: pa.Table,
        stage: str = "",
        progress: Progress = silent,
    ) -> list[pa.Table]:
        """Read for some customers at a time, over several connections."""

        def whole(some: pa.Table) -> pa.Table:
            try:
                return read(some)
            except TooLarge:
                if len(some) == 1:
                    raise
                half = len(some) // 2
                return stacked([whole(some.slice(0, half)), whole(some.slice(half))])

        n = len(members)
        starts = range(0, n, CUSTOMERS_A_READ)
        parts: list[pa.Table] = []
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for part in pool.map(
                lambda start: whole(members.slice(start, CUSTOMERS_A_READ)), starts
            ):
                parts.append(part)
                progress(stage, min(len(parts) * CUSTOMERS_A_READ, n), n)
        return parts


def _stay(before: pa.Table, after: pa.Table) -> bool:
    """Whether all members of before are there, at the same nodes."""
    if before.equals(after):
        return True
    at = pc.index_in(before["id"], after["id"].combine_chunks())
    return bool(after["node"].take(at).equals(before["node"]))


def _page(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> pa.Table:
    """Rows of property values as a table."""
    if not rows:
        return pa.table({name: pa.array([], pa.string()) for name in names})
    return pa.table(dict(zip(names, map(records.array, zip(*rows, strict=True)), strict=True)))


def _rows_of(record: Mapping[str, Any], schema: pa.Schema, ids: pa.ChunkedArray) -> pa.Table:
    """The rows that a record holds: lists of values, and values that all of them share.

    Whom a row lies at, its first column, is told by her place among those who were asked for.
    """
    at = pa.array(record["at"], pa.int32())
    here, *fields = schema
    columns = {here.name: ids.take(at)}
    for f in fields:
        value = record[f.name]
        columns[f.name] = (
            _without_gaps_filled(value, f)
            if isinstance(value, list)
            else pa.repeat(pa.scalar(value, f.type), len(at))
        )
    return pa.table(columns)


def _without_gaps_filled(values: list[Any], field: pa.Field) -> pa.Array:
    """A column as it was: a list must not have gaps, so what is missing comes as "" or NaN."""
    if pa.types.is_date(field.type):
        return pa.array([day or None for day in values], pa.string()).cast(field.type)
    column = pa.array(values, field.type)
    if pa.types.is_floating(field.type):
        return pc.if_else(pc.is_nan(column), pa.scalar(None, field.type), column)
    return column
