"""Reading a graph in columns: few records with long lists, page by page along the index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence import queries
from influence.progress import Progress, silent
from influence.runs import Run
from influence.store import properties, records
from influence.store.bolt import Bolt, TooLarge
from influence.tables.merge import stacked
from influence.tables.specs import TABLES, TableSpec

CUSTOMERS_A_PAGE = 10_000
CUSTOMERS_A_READ = 2_000
CONNECTIONS = 2


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
        columns = {key: name for name, key in properties.CUSTOMER_KEYS.items()}
        columns |= {mark: mark for mark in properties.COMPUTED.values()}
        for key in self.property_keys():
            name = properties.attribute_name(key)
            if name is not None:
                columns[key] = name
        return self.pages("read/customers", columns, progress)

    def figures(
        self,
        columns: Mapping[str, str],
        progress: Progress = silent,
        customers: Sequence[str] | None = None,
    ) -> pa.Table:
        """Properties of the customers who have figures, or of some; columns by property key."""
        if customers is None:
            return self.pages("read/figures", columns, progress)
        found = self.one("read/figures-of", id=list(customers), keys=list(columns))
        return _page(found["rows"], columns)

    def runs(self) -> list[Run]:
        """All runs, newest first."""
        return [records.run_from(record["run"]) for record in self.records("read/runs")]

    def pages(self, query: str, columns: Mapping[str, str], progress: Progress) -> pa.Table:
        """Properties of customers as a table, read page by page; columns by property key."""
        keys = list(columns)
        pages = [_page(rows, columns) for rows in self._pages(query, keys, progress)]
        return stacked(pages) if pages else _page([], columns)

    def _pages(
        self, query: str, keys: Sequence[str], progress: Progress
    ) -> Iterator[list[list[Any]]]:
        """Customers in pages, in the order of the index."""
        after, done, size = "", 0, CUSTOMERS_A_PAGE
        while True:
            try:
                page = self.one(query, after=after, size=size, keys=keys)
            except TooLarge:
                if size == 1:
                    raise
                size //= 2
                continue
            if page["id"]:
                yield page["rows"]
                after, done = page["id"][-1], done + len(page["id"])
                progress("reading customers", done, 0)
            if len(page["id"]) < size:
                return

    def tables(self, progress: Progress) -> dict[str, pa.Table]:
        """All tables, customers first."""
        customers = self.customers(progress)
        sizes = self.one("read/sizes")
        found = {"customers": customers}
        for name, spec in TABLES.items():
            if name != "customers":
                some = customers["id"] if sizes[name] else customers["id"].slice(0, 0)
                found[name] = self._rows(spec, some, progress)
        return found

    def _rows(self, spec: TableSpec, ids: pa.ChunkedArray, progress: Progress) -> pa.Table:
        """A table of what lies at customers, read for some at a time over several connections.

        Parameters
        ----------
        spec : TableSpec
        ids : pa.ChunkedArray
            Of the customers.
        progress : callable
        """
        # By their ids and not by a range of them: what lies between two texts depends on who
        # compares (code points in the index, UTF-16 elsewhere).
        parts_of_ids = [
            ids.slice(start, CUSTOMERS_A_READ).to_pylist()
            for start in range(0, len(ids), CUSTOMERS_A_READ)
        ]

        def read(some: list[str]) -> pa.Table:
            try:
                found = self.records(f"read/{spec.name}", id=some)
            except TooLarge:
                if len(some) == 1:
                    raise
                half = len(some) // 2
                return pa.concat_tables([read(some[:half]), read(some[half:])])
            return pa.concat_tables(
                [spec.stored.empty_table(), *(_rows_of(r, spec) for r in found)]
            )

        parts = [spec.stored.empty_table()]
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for done, part in enumerate(pool.map(read, parts_of_ids), 1):
                parts.append(part)
                progress(f"reading {spec.name}", done, len(parts_of_ids))
        return pa.concat_tables(parts)


def _page(rows: Sequence[Sequence[Any]], columns: Mapping[str, str]) -> pa.Table:
    """Rows of property values as a table."""
    if not rows:
        return pa.table({name: pa.array([], pa.string()) for name in columns.values()})
    values = map(records.array, zip(*rows, strict=True))
    return pa.table(dict(zip(columns.values(), values, strict=True)))


def _rows_of(record: Mapping[str, Any], spec: TableSpec) -> pa.Table:
    """The rows that a record holds: lists of values, and values that all of them share."""
    size = next(len(values) for values in record.values() if isinstance(values, list))
    columns = [
        _without_gaps_filled(record[f.name], f)
        if isinstance(record[f.name], list)
        else pa.repeat(pa.scalar(record[f.name], f.type), size)
        for f in spec.stored
    ]
    return pa.table(columns, schema=spec.stored)


def _without_gaps_filled(values: list[Any], field: pa.Field) -> pa.Array:
    """A column as it was: a list must not have gaps, so what is missing comes as "" or NaN."""
    if pa.types.is_date(field.type):
        return pa.array([day or None for day in values], pa.string()).cast(field.type)
    column = pa.array(values, field.type)
    if pa.types.is_floating(field.type):
        return pc.if_else(pc.is_nan(column), pa.scalar(None, field.type), column)
    return column
