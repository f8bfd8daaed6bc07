"""Reading a graph in columns: few records with long lists, for some customers at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence import queries
from influence.errors import StoreRefused
from influence.progress import Progress, silent
from influence.runs import Run
from influence.store.neo4j import properties, records
from influence.store.neo4j.bolt import Bolt
from influence.store.neo4j.errors import TooLarge
from influence.tables.merge import stacked
from influence.tables.specs import TABLES, TableSpec

CUSTOMERS_A_PAGE = 20_000
CUSTOMERS_A_READ = 5_000
TIES_A_READ = 50_000
MOST_GAPS = 3
"""How many times as many numbers as ties are looked at, rather than customer by customer."""
CONNECTIONS = 3
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

    def figure_keys(self) -> list[str]:
        """The figures that customers may have."""
        return sorted(filter(properties.is_figure, self.one("read/figure-keys")["keys"]))

    def customers(
        self,
        progress: Progress,
        names: Collection[str] | None = None,
        ids: Sequence[str] | None = None,
    ) -> pa.Table:
        """Customers with their input columns, the company's own included.

        Of all customers or of some, and all columns or some.
        """
        if ids is None:
            return self._customers(self.members(), progress, names)
        columns, there = self._input_columns(names)
        keys = [key for key in columns if key in there]
        found = self._by_ids("read/customers-by-id", ids, keys, [columns[key] for key in keys])
        return _with_absent(found, columns, there)

    def _customers(
        self, members: pa.Table, progress: Progress, names: Collection[str] | None = None
    ) -> pa.Table:
        columns, there = self._input_columns(names)
        found = self._properties(members, columns, there, progress)
        return found.select([*columns.values()])

    def _input_columns(self, names: Collection[str] | None) -> tuple[dict[str, str], list[str]]:
        """Property key → column of what loads write, and the keys that are in use."""
        columns = {key: name for name, key in properties.CUSTOMER_KEYS.items()}
        columns |= {properties.COMPUTED[name]: mark for name, mark in properties.MARKS.items()}
        there = sorted(self.one("read/customer-keys")["keys"])
        for key in there:
            name = properties.attribute_name(key)
            if name is not None:
                columns[key] = name
        if names is not None:
            marks = {properties.MARKS[name] for name in names if name in properties.MARKS}
            wanted = {*names, *marks, "id"}
            columns = {key: name for key, name in columns.items() if name in wanted}
        return columns, there

    def properties(
        self, members: pa.Table, columns: Mapping[str, str], figures: Collection[str]
    ) -> pa.Table:
        """Properties of members; columns by property key, figures as far as there are.

        Where somebody has set a figure to another type, it is null, and beside the column stands
        another, `properties.odd`, with what is there.
        """
        there = [key for key in columns if key in figures or not properties.is_figure(key)]
        return self._properties(members, columns, there, silent)

    def figures(
        self, columns: Mapping[str, str], customers: Sequence[str] | None = None
    ) -> pa.Table:
        """Properties of those who have figures, of all customers or of some."""
        if customers is None:
            table = self.properties(self.members(), columns, self.figure_keys())
            return table.filter(records.is_set(table, columns[FIGURE]))
        return self._by_ids("read/figures", customers, list(columns), list(columns.values()))

    def _by_ids(
        self, query: str, ids: Sequence[str], keys: list[str], names: list[str]
    ) -> pa.Table:
        """Properties of some customers."""

        def read(some: range) -> pa.Table:
            found = self.one(query, id=list(ids[some.start : some.stop]), keys=keys)["columns"]
            return _page(found, keys, names)

        parts = self._in_parts(read, range(len(ids)))
        return stacked(parts) if parts else _page([[] for _ in keys], keys, names)

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

        def read(some: range) -> pa.Table:
            nodes = _nodes(members, some)
            found = self.one("read/customers", node=nodes, keys=keys)["columns"]
            return _page(found, keys, names)

        places = range(len(members))
        parts = self._in_parts(read, places, stage="reading customers", progress=progress)
        found = stacked(parts) if parts else _page([[] for _ in keys], keys, names)
        return _with_absent(found, columns, there)

    def members(self) -> pa.Table:
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
        members = self.members()
        for _ in range(ATTEMPTS):
            found = {"customers": self._customers(members, progress)}
            sizes = self.one("read/sizes")
            for name, spec in TABLES.items():
                if name != "customers":
                    found[name] = self._rows(spec, members, sizes[name], progress)
            before, members = members, self.members()
            all_read = found["customers"]["id"].cast(pa.string()).equals(before["id"])
            if all_read and _stay(before, members):
                return found
        raise StoreRefused(f"{self._bolt.url}: somebody removes customers; try again after that")

    def _rows(self, spec: TableSpec, members: pa.Table, size: int, progress: Progress) -> pa.Table:
        """A table of what lies at customers, of some size; whom a row names comes as a node."""
        if not size:
            return spec.stored.empty_table()
        people = [column.name for column in spec.columns if column.refers_to_customer]
        schema = pa.schema(
            [f.with_type(pa.int64()) if f.name in people else f for f in spec.stored]
        )

        def at_customers(some: range) -> pa.Table:
            return table_of(self.records(f"read/{spec.name}", node=_nodes(members, some)))

        def by_number(some: range) -> pa.Table:
            return table_of(self.records("read/ties-in-a-row", first=some[0], last=some[-1]))

        def table_of(found: list[dict[str, Any]]) -> pa.Table:
            return pa.concat_tables([schema.empty_table(), *(_rows_of(r, schema) for r in found)])

        stage, numbers = f"reading {spec.name}", self._numbers(spec, size)
        if numbers:
            parts = self._in_parts(by_number, numbers, TIES_A_READ, stage, progress)
        else:
            places = range(len(members))
            parts = self._in_parts(at_customers, places, stage=stage, progress=progress)
        table = pa.concat_tables([schema.empty_table(), *parts])
        nodes = members["node"].combine_chunks()
        for name in people:
            ids = members["id"].take(pc.index_in(table[name], nodes))
            table = table.set_column(schema.get_field_index(name), name, ids)
        known = reduce(pc.and_, (pc.is_valid(table[name]) for name in people))
        return table if pc.all(known).as_py() else table.filter(known)

    def _numbers(self, spec: TableSpec, size: int) -> range | None:
        """The numbers of ties, if most of them are."""
        ends = self.records("read/tie-numbers") if spec.name == "ties" else []
        if not ends:
            return None
        numbers = range(ends[0]["first"], ends[0]["last"] + 1)
        return numbers if len(numbers) <= MOST_GAPS * size else None

    def _in_parts(
        self,
        read: Callable[[range], pa.Table],
        places: range,
        size: int = CUSTOMERS_A_READ,
        stage: str = "",
        progress: Progress = silent,
    ) -> list[pa.Table]:
        """Read so many places at a time, over several connections."""

        def whole(some: range) -> pa.Table:
            try:
                return read(some)
            except TooLarge:
                if len(some) == 1:
                    raise
                half = len(some) // 2
                return stacked([whole(some[:half]), whole(some[half:])])

        n = len(places)
        parts: list[pa.Table] = []
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            starts = range(0, n, size)
            for part in pool.map(lambda start: whole(places[start : start + size]), starts):
                parts.append(part)
                progress(stage, min(len(parts) * size, n), n)
        return parts


def _with_absent(found: pa.Table, columns: Mapping[str, str], there: Collection[str]) -> pa.Table:
    """Append, without values, the columns whose properties nobody has."""
    for key, name in columns.items():
        if key not in there:
            absent = pa.nulls(len(found), properties.kind(key) or pa.null())
            found = found.append_column(name, absent)
    return found


def _nodes(members: pa.Table, some: range) -> list[int]:
    """The numbers of some members' nodes."""
    nodes: list[int] = members["node"].slice(some.start, len(some)).to_pylist()
    return nodes


def _stay(before: pa.Table, after: pa.Table) -> bool:
    """Whether all members of before are there, at the same nodes."""
    if before.equals(after):
        return True
    at = pc.index_in(before["id"], after["id"].combine_chunks())
    return bool(after["node"].take(at).equals(before["node"]))


def _page(columns: Sequence[Sequence[Any]], keys: Sequence[str], names: Sequence[str]) -> pa.Table:
    """Lists of property values as a table."""
    page: dict[str, pa.Array] = {}
    for values, key, name in zip(columns, keys, names, strict=True):
        kind = properties.kind(key)
        if kind is None:
            page[name] = records.array(values) if values else pa.array([], pa.string())
            continue
        page[name], odd = records.typed(values, kind)
        if odd is not None:
            page[properties.odd(name)] = odd
    return pa.table(page)


def _rows_of(record: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    """The rows that a record holds: lists of values, and values that all of them share."""
    size = len(record[schema.names[0]])
    columns = {}
    for f in schema:
        value = record[f.name]
        columns[f.name] = (
            _without_gaps_filled(value, f)
            if isinstance(value, list)
            else pa.repeat(pa.scalar(value, f.type), size)
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
