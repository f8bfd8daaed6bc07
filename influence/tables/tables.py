"""Tables: the input as Arrow tables, from any kind of frame."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import pyarrow as pa

from influence.errors import UsageError
from influence.notebook import html_table
from influence.tables.origin import Origin
from influence.tables.problems import Problems
from influence.tables.reading.frames import to_arrow
from influence.tables.reading.names import canonical_names, is_unnamed
from influence.tables.source import Source
from influence.tables.specs import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    import networkx as nx

    from influence.tables.notes import Note


COLUMNS_LISTED = 12
"""Of a table, in a notebook."""


@runtime_checkable
class Frame(Protocol):
    """Any table with the Arrow interface: pandas, polars, pyarrow, DuckDB …"""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...


class Tables:
    """The company's input: `customers`, `ties`, `referrals` …, each an Arrow table.

    Parameters
    ----------
    **frames : Frame or mapping of columns
        By name of the table. Columns: see `influence.tables.specs`; their names in any case. A
        column that mixes texts and numbers is read as text.
    sources : mapping of str to Source, optional
        Origin of each table, so that a problem can be located by file and row.
        Default: the name of the table, rows counted from 0.
    problems : Problems, optional
        Problems that a loader found; `validate` reports them with its own.
    notes : sequence of Note, optional
        Notes of a loader; `validate` passes them on.
    refused : mapping of str to int, optional
        Number of rows of tables that could not be read at all.
    origin : Origin, optional
        The loader and its files, which a store records; by default these are frames.
    complete : bool
        Whether these tables passed `validate` and `merge`, as those of a store did: every column
        is present in its own type, and there are no duplicate ties.

    Raises
    ------
    UsageError
        If a frame is not a table, or has two columns of the same name.

    Examples
    --------
    >>> tables = Tables(
    ...     customers={"id": ["A", "B"], "clv": [100.0, 0.0]},
    ...     ties={"source": ["A"], "target": ["B"]},
    ... )
    >>> tables
    Tables(customers: 2, ties: 1)
    """

    def __init__(
        self,
        *,
        sources: Mapping[str, Source] | None = None,
        problems: Problems | None = None,
        notes: Sequence[Note] = (),
        refused: Mapping[str, int] | None = None,
        origin: Origin | None = None,
        complete: bool = False,
        **frames: Frame | Mapping[str, object] | None,
    ) -> None:
        unknown = sorted(set(frames) - set(TABLES))
        if unknown:
            raise TypeError(f"no such table: {', '.join(unknown)}; there are {', '.join(TABLES)}")
        given = {name: frame for name, frame in frames.items() if frame is not None}
        self.sources = {name: (sources or {}).get(name, Source(name)) for name in given}
        self._tables = {}
        for name, frame in given.items():
            decided = (part.decided for part, _, _ in self.sources[name].spans(0))
            checked = complete or all("encoding" in each for each in decided)
            table = to_arrow(name, frame, checked=checked)
            self._tables[name] = _named(name, table, complete=complete)
        self.problems = problems or Problems()
        self.notes = tuple(notes)
        self.refused = dict(refused or {})
        self.origin = origin or Origin()
        self.complete = complete

    @classmethod
    def from_networkx(cls, graph: nx.Graph[Any]) -> Tables:
        """Convert a networkx graph: nodes become customers, edges ties, with their attributes.

        An edge of a directed graph runs from source to target, any other both ways. `strength` is
        read where an edge has it, else `weight`; `label` is read as `name`, where no node has one.
        Of parallel edges of one kind and network, the further ones get kinds with a number, such as
        `tie 1`, since ties of one kind would replace each other; a note says so.

        Parameters
        ----------
        graph : networkx.Graph
            Or DiGraph, MultiGraph, MultiDiGraph; ids become text.

        Examples
        --------
        >>> import networkx as nx
        >>> graph = nx.Graph()
        >>> graph.add_node(1, clv=5.0)
        >>> graph.add_edge(1, 2, weight=2.0)
        >>> Tables.from_networkx(graph).ties.to_pylist()
        [{'strength': 2.0, 'source': '1', 'target': '2', 'directed': False}]
        """
        from influence.tables.networkx_graph import customers_of, ties_of

        ties, notes = ties_of(graph)
        return cls(customers=customers_of(graph), ties=ties, notes=notes)

    def __getitem__(self, name: str) -> pa.Table:
        return self._tables[name]

    def __contains__(self, name: str) -> bool:
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name}: {len(table):,}" for name, table in self._tables.items())
        return f"Tables({sizes})"

    def _repr_html_(self) -> str:
        """Show the number of rows and the columns in a notebook."""
        rows = [
            {"table": name, "rows": len(table), "columns": _listed(table.column_names)}
            for name, table in self._tables.items()
        ]
        return html_table(rows, {name: name for name in ("table", "rows", "columns")})

    def with_frames(
        self, frames: Mapping[str, pa.Table], sources: Mapping[str, Source] | None = None
    ) -> Tables:
        """Replace the frames; keep the sources, problems, notes and origin of the loader."""
        return Tables(
            sources=sources or self.sources,
            problems=self.problems,
            notes=self.notes,
            refused=self.refused,
            origin=self.origin,
            **frames,
        )

    @property
    def customers(self) -> pa.Table:
        """The customers, one row per customer."""
        return self._tables["customers"]

    @property
    def ties(self) -> pa.Table:
        """The ties as the company gave them, one row per tie."""
        return self._tables["ties"]

    @property
    def referrals(self) -> pa.Table:
        """The referrals, one row per referrer and referred customer."""
        return self._tables["referrals"]

    @property
    def transactions(self) -> pa.Table:
        """Purchases and refunds."""
        return self._tables["transactions"]

    @property
    def surveys(self) -> pa.Table:
        """The answers to surveys."""
        return self._tables["surveys"]

    @property
    def engagements(self) -> pa.Table:
        """The acts of customers: reviews, answers, opened e-mails …"""
        return self._tables["engagements"]

    @property
    def profiles(self) -> pa.Table:
        """The profiles of customers, one row per customer and network."""
        return self._tables["profiles"]


def _listed(columns: Sequence[str]) -> str:
    more = len(columns) - COLUMNS_LISTED
    return ", ".join(columns[:COLUMNS_LISTED]) + (f" and {more} more" if more > 0 else "")


def _named(name: str, table: pa.Table, *, complete: bool) -> pa.Table:
    """Rename the columns of a table as its spec spells them."""
    names = table.column_names if complete else canonical_names(table.column_names, name)
    found = Counter(column for column in names if not is_unnamed(column))
    twice = [
        given for given, column in zip(table.column_names, names, strict=True) if found[column] > 1
    ]
    if twice:
        raise UsageError(f"{name}: columns of the same name: {', '.join(map(repr, twice))}")
    return table.rename_columns(names)
