"""Reading a graph in columns: few records with long lists, for some customers at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

IDS_A_PAGE = 20_000
CUSTOMERS_A_READ = 5_000
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
        return self._customers(self._ids(), progress)

    def _customers(self, ids: Sequence[str], progress: Progress) -> pa.Table:
        columns = {key: name for name, key in properties.CUSTOMER_KEYS.items()}
        columns |= {mark: mark for mark in properties.COMPUTED.values()}
        for key in self.property_keys():
            name = properties.attribute_name(key)
            if name is not None:
                columns[key] = name
        return self.properties(columns, progress, ids)

    def properties(
        self,
        columns: Mapping[str, str],
        progress: Progress = silent,
        customers: Sequence[str] | None = None,
        query: str = "read/customers",
    ) -> pa.Table:
        """Properties of all customers, or of some; columns by property key."""
        keys = list(columns)

        def read(some: Sequence[str]) -> pa.Table:
            return _page(self.one(query, id=some, keys=keys)["rows"], columns)

        ids = self._ids() if customers is None else customers
        parts = self._in_parts(read, ids, "reading customers", progress)
        return stacked(parts) if parts else _page([], columns)

    def figures(
        self,
        columns: Mapping[str, str],
        progress: Progress = silent,
        customers: Sequence[str] | None = None,
    ) -> pa.Table:
        """Properties of those who have figures, of all customers or of some."""
        return self.properties(columns, progress, customers, "read/figures")

    def _ids(self) -> list[str]:
        """All customers, in the order of the index."""
        ids: list[str] = []
        while True:
            page = self.one("read/ids", after=ids[-1] if ids else "", size=IDS_A_PAGE)["id"]
            ids += page
            if len(page) < IDS_A_PAGE:
                return ids

    def runs(self) -> list[Run]:
        """All runs, newest first."""
        return [records.run_from(record["run"]) for record in self.records("read/runs")]

    def tables(self, progress: Progress) -> dict[str, pa.Table]:
        """All tables, customers first."""
        ids = self._ids()
        found = {"customers": self._customers(ids, progress)}
        sizes = self.one("read/sizes")
        for name, spec in TABLES.items():
            if name != "customers":
                found[name] = self._rows(spec, ids if sizes[name] else [], progress)
        return found

    def _rows(self, spec: TableSpec, ids: Sequence[str], progress: Progress) -> pa.Table:
        """A table of what lies at customers."""

        def read(some: Sequence[str]) -> pa.Table:
            found, ids = self.records(f"read/{spec.name}", id=some), pa.array(some, pa.string())
            return pa.concat_tables(
                [spec.stored.empty_table(), *(_rows_of(r, spec, ids) for r in found)]
            )

        parts = self._in_parts(read, ids, f"reading {spec.name}", progress)
        return pa.concat_tables([spec.stored.empty_table(), *parts])

    def _in_parts(
        self,
        read: Callable[[Sequence[str]], pa.Table],
        ids: Sequence[str],
        stage: str,
        progress: Progress,
    ) -> list[pa.Table]:
        """Read for some customers at a time, over several connections.

        By their ids and not by a range of them: what lies between two texts depends on who
        compares (code points in the index, UTF-16 elsewhere).
        """

        def whole(some: Sequence[str]) -> pa.Table:
            try:
                return read(some)
            except TooLarge:
                if len(some) == 1:
                    raise
                half = len(some) // 2
                return stacked([whole(some[:half]), whole(some[half:])])

        starts = range(0, len(ids), CUSTOMERS_A_READ)
        parts: list[pa.Table] = []
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for part in pool.map(
                lambda start: whole(ids[start : start + CUSTOMERS_A_READ]), starts
            ):
                parts.append(part)
                progress(stage, min(len(parts) * CUSTOMERS_A_READ, len(ids)), len(ids))
        return parts


def _page(rows: Sequence[Sequence[Any]], columns: Mapping[str, str]) -> pa.Table:
    """Rows of property values as a table."""
    if not rows:
        return pa.table({name: pa.array([], pa.string()) for name in columns.values()})
    values = map(records.array, zip(*rows, strict=True))
    return pa.table(dict(zip(columns.values(), values, strict=True)))


def _rows_of(record: Mapping[str, Any], spec: TableSpec, ids: pa.Array) -> pa.Table:
    """The rows that a record holds: lists of values, and values that all of them share.

    Whom a row lies at is told by her place among those who were asked for.
    """
    at = pa.array(record["at"], pa.int32())
    columns: dict[str, pa.Array] = {spec.key[0]: ids.take(at)}
    for f in spec.stored:
        if f.name not in columns:
            value = record[f.name]
            columns[f.name] = (
                _without_gaps_filled(value, f)
                if isinstance(value, list)
                else pa.repeat(pa.scalar(value, f.type), len(at))
            )
    return pa.table(columns).select(spec.stored.names)


def _without_gaps_filled(values: list[Any], field: pa.Field) -> pa.Array:
    """A column as it was: a list must not have gaps, so what is missing comes as "" or NaN."""
    if pa.types.is_date(field.type):
        return pa.array([day or None for day in values], pa.string()).cast(field.type)
    column = pa.array(values, field.type)
    if pa.types.is_floating(field.type):
        return pc.if_else(pc.is_nan(column), pa.scalar(None, field.type), column)
    return column
