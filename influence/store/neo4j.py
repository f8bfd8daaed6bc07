"""The Neo4j store: `(:Customer)-[:TIE]->(:Customer)`, and one `(:InfluenceRun)` for each run.

A load reads what is there in columns, compares, and writes the difference, so a repeat writes
nothing. A write-back does the same with the figures: each customer's are set in one statement and
so belong to one run; the run becomes current when all are written.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from influence import queries
from influence.errors import NothingToShow, StoreError
from influence.progress import Progress, silent
from influence.runs import Run
from influence.scores import Scores, score_columns
from influence.store import properties, records
from influence.store.bolt import Bolt
from influence.store.graph_lock import hold_graph
from influence.store.loading import plan
from influence.store.lock import new_load_id
from influence.store.open import Credentials
from influence.store.protocol import Loaded, Written
from influence.tables import Rules, Tables, difference
from influence.tables.merge import TIES_SCHEMA, with_defaults

NODES_A_BATCH = 10_000
FIGURES_A_BATCH = 5_000
CUSTOMERS_A_PAGE = 10_000
CUSTOMERS_A_RANGE = 2_000
CONNECTIONS = 2
TIES_READ = pa.schema(
    [f.with_type(pa.string()) if pa.types.is_date(f.type) else f for f in TIES_SCHEMA]
)


class Neo4jStore:
    """A store in a Neo4j database. See `Store` for the verbs.

    Parameters
    ----------
    url : str
    credentials : Credentials

    Raises
    ------
    StoreUnreachable, StoreRefused
        If the server does not answer, or says no.
    """

    def __init__(self, url: str, credentials: Credentials) -> None:
        self.url = url
        self._bolt = Bolt(url, credentials)
        self._locked = False

    def __repr__(self) -> str:
        return f"Neo4jStore({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._bolt.close()

    @contextmanager
    def lock(self, job: str) -> Iterator[None]:
        """Be the only writer; see `Store`."""
        if self._locked:
            yield
            return
        self._ensure_schema()
        with hold_graph(self._bolt, job):
            self._locked = True
            try:
                yield
            finally:
                self._locked = False

    # Tables

    def write_tables(
        self,
        tables: Tables,
        *,
        replace: bool = False,
        rules: Rules | None = None,
        progress: Progress = silent,
    ) -> Loaded:
        """Add and update, or replace; see `Store`."""
        with self.lock(new_load_id()):
            return self._load(tables, replace=replace, rules=rules, progress=progress)

    def _load(
        self, tables: Tables, *, replace: bool, rules: Rules | None, progress: Progress
    ) -> Loaded:
        _, loaded = plan(self.tables(progress), tables, replace=replace, rules=rules)
        customers, ties = loaded.changes["customers"], loaded.changes["ties"]
        upserts = pa.concat_tables([customers.added, customers.changed])
        work = [
            ("load/customers", NODES_A_BATCH, {"rows": records.customer_rows(upserts)}),
            (
                "load/ties-removed",
                NODES_A_BATCH,
                records.lists(ties.removed, *TIES_SCHEMA.names[:4]),
            ),
            ("load/ties-changed", NODES_A_BATCH, records.lists(ties.changed, *TIES_SCHEMA.names)),
            ("load/ties-new", NODES_A_BATCH, records.lists(ties.added, *TIES_SCHEMA.names)),
            ("load/customers-removed", NODES_A_BATCH, records.lists(customers.removed, "id")),
        ]
        self._write_all("loading", work, progress)
        return loaded

    def tables(self, progress: Progress = silent) -> Tables:
        """All tables; see `Store`."""
        keys: list[str] = self._read("read/customer-keys")[0]["keys"]
        attributes = {key: properties.attribute_name(key) for key in sorted(keys)}
        columns = {key: name for name, key in properties.CUSTOMER_KEYS.items()} | {
            key: name for key, name in attributes.items() if name is not None
        }
        customers = self._customers("read/customers", columns, progress)
        ties = self._ties(customers["id"], progress)
        return Tables(customers=with_defaults(customers), ties=ties, complete=True)

    def _customers(self, query: str, columns: dict[str, str], progress: Progress) -> pa.Table:
        """Properties of customers as a table, read page by page; columns by property key."""
        keys = list(columns)
        pages = []
        for _, rows in self._pages(query, keys, progress):
            by_column = list(zip(*rows, strict=True))
            pages.append(
                pa.table(
                    {
                        columns[key]: records.array(values)
                        for key, values in zip(keys, by_column, strict=True)
                    }
                )
            )
        if not pages:
            return pa.table({name: pa.array([], pa.string()) for name in columns.values()})
        return pa.concat_tables(pages, promote_options="permissive")

    def _pages(
        self, query: str, keys: Sequence[str], progress: Progress
    ) -> Iterator[tuple[list[str], list[list[Any]]]]:
        """Customers in pages, in the order of the index."""
        after, done = "", 0
        while True:
            page = self._read(query, after=after, size=CUSTOMERS_A_PAGE, keys=keys)[0]
            if page["id"]:
                yield page["id"], page["rows"]
                after, done = page["id"][-1], done + len(page["id"])
                progress("reading customers", done, 0)
            if len(page["id"]) < CUSTOMERS_A_PAGE:
                return

    def _ties(self, ids: pa.ChunkedArray, progress: Progress) -> pa.Table:
        """All ties, read by ranges of customers over several connections."""
        # The ids came in the order of the index, which is the order that a range is cut in.
        ranges = [
            (ids[start].as_py(), ids[min(start + CUSTOMERS_A_RANGE, len(ids)) - 1].as_py())
            for start in range(0, len(ids), CUSTOMERS_A_RANGE)
        ]

        def read(bounds: tuple[str, str]) -> pa.Table:
            record = self._read("read/ties", first=bounds[0], last=bounds[1])[0]
            # Days come as text, empty where there is none: a list must not have gaps.
            record["since"] = [day or None for day in record["since"]]
            return pa.table({f.name: pa.array(record[f.name], f.type) for f in TIES_READ}).cast(
                TIES_SCHEMA
            )

        parts = [TIES_SCHEMA.empty_table()]
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for done, part in enumerate(pool.map(read, ranges), 1):
                parts.append(part)
                progress("reading ties", done, len(ranges))
        return pa.concat_tables(parts)

    # Scores

    def write_scores(self, scores: Scores, progress: Progress = silent) -> Written:
        """Write back what differs; see `Store`."""
        with self.lock(scores.run.id):
            return self._write_scores(scores, progress)

    def _write_scores(self, scores: Scores, progress: Progress) -> Written:
        run = scores.run
        self._write("write/run-started", id=run.id, properties=records.run_properties(run))
        try:
            changed, cleared = self._write_figures(scores, progress)
        except BaseException:
            self._give_up(run)
            raise
        finished = run.finished()
        self._write("write/run-finished", id=run.id, finishedAt=finished.finished_at)
        return Written(finished, changed, cleared)

    def _write_figures(self, scores: Scores, progress: Progress) -> tuple[int, int]:
        keys = properties.figure_keys(scores.run.depth)
        there: list[str] = self._read("read/customer-keys")[0]["keys"]
        stale = sorted(
            key
            for key in there
            if properties.BY_DISTANCE.fullmatch(key) and key not in keys.values()
        )
        columns = {"id": "customer"} | {key: name for name, key in keys.items()}
        columns |= {key: key for key in stale}
        before = self._customers("read/figures", columns, progress)
        after = scores.table.select(["customer", *keys])
        for name in stale:
            after = after.append_column(name, pa.nulls(len(after), before.schema.field(name).type))
        before = before.select(after.column_names).cast(after.schema)
        change = difference(before, after, ["customer"])
        rows = pa.concat_tables([change.added, change.changed])
        names = keys | {key: key for key in stale}
        nothing = dict.fromkeys([*names.values(), properties.RUN, *properties.PREVIOUS])
        self._write_all(
            "writing back",
            [
                ("write/figures", FIGURES_A_BATCH, {"rows": records.figure_rows(rows, names)}),
                (
                    "write/figures-removed",
                    FIGURES_A_BATCH,
                    {"id": change.removed["customer"].to_pylist()},
                ),
            ],
            progress,
            {
                "write/figures": {"run": scores.run.id},
                "write/figures-removed": {"figures": nothing},
            },
        )
        return len(rows), len(change.removed)

    def _give_up(self, run: Run) -> None:
        # Whatever stopped the write-back is the error to report, not a server that is gone.
        with contextlib.suppress(StoreError):
            self._write("write/run-failed", id=run.id)

    def scores(self) -> Scores:
        """The scores of the current run; see `Store`."""
        run = next((run for run in self.runs() if run.current), None)
        if run is None:
            raise NothingToShow(f"no finished run in {self.url} yet: `influence run` makes one")
        columns = {"id": "customer", "clv": "clv"}
        columns |= {key: name for name, key in properties.figure_keys(run.depth).items()}
        table = self._customers("read/figures", columns, silent)
        schema = pa.schema([(c.name, c.type) for c in score_columns(run.depth)])
        return Scores(
            pa.table(
                {
                    "customer": table["customer"],
                    **{f.name: table[f.name].cast(f.type) for f in schema},
                    "run": pa.repeat(run.id, len(table)),
                }
            ),
            run,
        )

    def runs(self) -> list[Run]:
        """All runs, newest first; see `Store`."""
        return [records.run_from(record["run"]) for record in self._read("read/runs")]

    # The library

    def query(
        self, query: queries.Query, **parameters: Any
    ) -> tuple[list[str], list[dict[str, Any]]]:
        """Run a query of the library in a transaction that cannot write."""
        return self._bolt.read_columns(query, query.bind(parameters))

    def _read(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        query = queries.load(name)
        return self._bolt.read(query, query.bind(parameters))

    def _write(self, name: str, **parameters: Any) -> None:
        query = queries.load(name)
        self._bolt.write(query, query.bind(parameters))

    def _write_all(
        self,
        stage: str,
        work: Sequence[tuple[str, int, dict[str, list[Any]]]],
        progress: Progress,
        fixed: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        """Write lists of equal length batch by batch."""
        sizes = [len(next(iter(lists.values()))) for _, _, lists in work]
        done = 0
        for (name, size, lists), total in zip(work, sizes, strict=True):
            for start in range(0, total, size):
                part = {key: values[start : start + size] for key, values in lists.items()}
                self._bolt.write_batch(queries.load(name), part, **(fixed or {}).get(name, {}))
                done += len(next(iter(part.values())))
                progress(stage, done, sum(sizes))

    def _ensure_schema(self) -> None:
        for name in ("schema/customer-id", "schema/run-id", "schema/lock-id"):
            self._write(name)
