"""Reading of a graph in columns: few records with long lists, for some customers at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence import queries
from influence.errors import StoreRefused
from influence.progress import Progress, silent
from influence.runs import Run
from influence.scores import TIE_SCHEMA
from influence.store.neo4j import nodes, properties
from influence.store.neo4j.bolt import Bolt
from influence.store.neo4j.errors import TooLarge
from influence.store.neo4j.values import CustomerProperties
from influence.tables.references import names_only
from influence.tables.specs import TABLES, TableSpec

CUSTOMERS_PER_PAGE = 20_000
CUSTOMERS_PER_READ = 5_000
CONNECTIONS = 3
ATTEMPTS = 3
NOTHING: dict[pa.DataType, str | int] = {pa.string(): "", pa.int64(): -1}
"""What stands for a null in a list of texts or counts."""
T = TypeVar("T")


class GraphReader:
    """Customers, figures, ties and runs of a database."""

    def __init__(self, bolt: Bolt) -> None:
        self._bolt = bolt

    def one(self, name: str, **parameters: Any) -> dict[str, Any]:
        """Return the first record of a query of the library."""
        return self.records(name, **parameters)[0]

    def records(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """Return all records of a query of the library."""
        query = queries.load(name)
        return self._bolt.read(query, query.bind(parameters))

    def runs(self) -> list[Run]:
        """Return all runs, newest first."""
        return [nodes.run_from(record["run"]) for record in self.records("read/runs")]

    def tie_values(self) -> pa.Table:
        """Return the ties that have a value, in any order; see `influence.scores.TIE_SCHEMA`."""
        return self._tie_values()[0]

    def written_tie_values(self) -> pa.Table:
        """Return what `tie_values` does, without the value where a tie of the pair lacks it."""
        found, partly = self._tie_values()
        value = pc.if_else(partly, pa.scalar(None, pa.float64()), found["value"])
        return found.set_column(found.column_names.index("value"), "value", value)

    def _tie_values(self) -> tuple[pa.Table, pa.BooleanArray]:
        """Return the ties that have a value, and whether a tie of the pair lacks it."""
        found = self.one("read/tie-values")
        overlap = pa.array(np.array(found["overlap"], dtype=np.float64), from_pandas=True)
        lists = found | {"overlap": overlap}
        table = pa.table({name: lists[name] for name in TIE_SCHEMA.names}, schema=TIE_SCHEMA)
        return table, pa.array(found["partly"], pa.bool_())

    def customer_ids(self) -> pa.StringArray:
        """Return the ids of all customers, in the order of the index."""
        pages: list[list[str]] = []
        after = ""
        while True:
            pages.append(self.one("read/customer-ids", after=after, size=CUSTOMERS_PER_PAGE)["id"])
            if len(pages[-1]) < CUSTOMERS_PER_PAGE:
                return pa.array([customer for page in pages for customer in page], pa.string())
            after = pages[-1][-1]

    def figure_keys(self) -> list[str]:
        """Return the keys of all figures that any customer may have."""
        return sorted(filter(properties.is_figure, self.one("read/figure-keys")["keys"]))

    def properties(
        self,
        customers: pa.StringArray,
        keys: Sequence[str],
        stage: str = "",
        progress: Progress = silent,
    ) -> CustomerProperties:
        """Return properties of some customers; unknown customers have no row."""

        def read(some: pa.StringArray) -> CustomerProperties:
            found = self.one("read/customers", id=some.to_pylist(), keys=keys)["columns"]
            return CustomerProperties.from_columns(keys, found)

        parts = self._in_parts(read, customers, stage, progress)
        return CustomerProperties.stacked(parts)

    def customers(
        self,
        progress: Progress,
        columns: Collection[str] | None = None,
        ids: Sequence[str] | None = None,
    ) -> pa.Table:
        """Return customers, with a column for each property key that is not a figure.

        Parameters
        ----------
        progress : callable
        columns : collection of str, optional
            Only the properties of these columns, and the ids.
        ids : sequence of str, optional
            Only these customers.
        """
        some = self.customer_ids() if ids is None else pa.array(ids, pa.string())
        return self._customers(some, progress, columns)

    def _customers(
        self, ids: pa.StringArray, progress: Progress, columns: Collection[str] | None = None
    ) -> pa.Table:
        there = self.one("read/customer-keys")["keys"]
        own = sorted(key for key in there if properties.attribute_name(key) is not None)
        keys = [*properties.CUSTOMER_KEYS.values(), *properties.COMPUTED_KEYS.values(), *own]
        if columns is not None:
            wanted = {properties.ID_KEY, *columns}
            keys = [key for key in keys if properties.column_name(key) in wanted]
        return self.properties(ids, keys, "reading customers", progress).values

    def tables(self, progress: Progress) -> dict[str, pa.Table]:
        """Return all tables; customers as `customers` does.

        Raises
        ------
        StoreRefused
            If customers were deleted during each of several attempts.
        """
        ids = self.customer_ids()
        for _ in range(ATTEMPTS):
            found = {"customers": self._customers(ids, progress)}
            sizes = self.one("read/sizes")
            for name, spec in TABLES.items():
                if name != "customers":
                    found[name] = self._rows(spec, ids, sizes[name], progress)
            before, ids = ids, self.customer_ids()
            read = found["customers"][properties.ID_KEY]
            if len(read) == len(before) and pc.all(pc.is_in(before, ids), min_count=0).as_py():
                return found
        raise StoreRefused(f"{self._bolt.url}: customers were deleted during the read; try again")

    def _rows(
        self, spec: TableSpec, ids: pa.StringArray, size: int, progress: Progress
    ) -> pa.Table:
        """Return a table other than customers, which has `size` rows according to the database."""
        nothing = spec.stored.empty_table()
        if not size:
            return nothing

        def read(some: pa.StringArray) -> pa.Table:
            found = self.records(f"read/{spec.name}", id=some.to_pylist())
            return pa.concat_tables([nothing, *(_rows_of(record, spec) for record in found)])

        parts = self._in_parts(read, ids, f"reading {spec.name}", progress)
        table = pa.concat_tables([nothing, *parts])
        # Customers who were added during the read are not in the table of customers.
        known = names_only(spec.name, table, ids)
        return table if known.all() else table.filter(pa.array(known))

    def _in_parts(
        self,
        read: Callable[[pa.StringArray], T],
        ids: pa.StringArray,
        stage: str,
        progress: Progress,
    ) -> list[T]:
        """Read for some customers at a time, over several connections; at least one part."""

        def whole(some: pa.StringArray) -> list[T]:
            try:
                return [read(some)]
            except TooLarge:
                half = len(some) // 2
                if not half:
                    raise
                return [*whole(some.slice(0, half)), *whole(some.slice(half))]

        parts: list[T] = []
        starts = range(0, max(len(ids), 1), CUSTOMERS_PER_READ)
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            found = pool.map(lambda start: whole(ids.slice(start, CUSTOMERS_PER_READ)), starts)
            for start, some in zip(starts, found, strict=True):
                parts += some
                progress(stage, min(start + CUSTOMERS_PER_READ, len(ids)), len(ids))
        return parts


def _rows_of(record: Mapping[str, Any], spec: TableSpec) -> pa.Table:
    """Return the rows of a record: lists of values, and values that all rows share."""
    size = len(record[spec.stored.names[0]])
    columns = {}
    for field in spec.stored:
        value = record[field.name]
        columns[field.name] = (
            _column(value, field, spec.defaults[field.name])
            if isinstance(value, list)
            else pa.repeat(pa.scalar(value, field.type), size)
        )
    return pa.table(columns)


def _column(values: list[Any], field: pa.Field, default: object) -> pa.Array:
    """Return a list as a column; lists have no nulls, so "", NaN and −1 stand for them.

    In a column with a default they are values.
    """
    if pa.types.is_date(field.type):
        return pa.array([day or None for day in values], pa.string()).cast(field.type)
    column = pa.array(values, field.type)
    if pa.types.is_floating(field.type):
        return pc.if_else(pc.is_nan(column), pa.scalar(None, field.type), column)
    if default is None and field.type in NOTHING:
        nothing = pc.equal(column, pa.scalar(NOTHING[field.type], field.type))
        return pc.if_else(nothing, pa.scalar(None, field.type), column)
    return column
