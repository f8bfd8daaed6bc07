"""Network: the influence graph as immutable CSR arrays."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.charts.extra import needs_extra
from influence.errors import NothingToShow, UsageError
from influence.network.arcs import Arcs, all_equal, arcs_of, csr
from influence.network.blocks import ARCS_AT_ONCE
from influence.network.selection import Selection, absent, selected
from influence.notebook import html_facts
from influence.tables import Tables, complete
from influence.tables.networkx_graph import ties_of
from influence.tables.notes import Note, warn
from influence.tables.reading.columns import true_where
from influence.tables.reading.ids import text_bytes

if TYPE_CHECKING:
    import networkx as nx
    import scipy.sparse as sp

    from influence.network.plots import NetworkPlots


@dataclass(frozen=True, eq=False)
class Network:
    """The influence graph: an arc i → j means that i can influence j.

    Attributes
    ----------
    keys : pa.StringArray, n
        The customers' ids, sorted; a position in it is a customer's index everywhere else.
    indptr : int64[n + 1]
    indices : uint32[arcs]
        The out-neighbours of i, ascending, are `indices[indptr[i]:indptr[i + 1]]`.
    strength : float64[arcs]
        Where all are equal, a view of one number.
    ties : int
        The number of ties that the arcs were made from.
    kind_weight : float64[arcs] or None
        The largest weight of the kinds of the ties behind an arc, above 0 and at most 1; None
        where all kinds weigh the same.
    not_profiled : bool[n] or None
        The customers who asked not to be profiled, whom no picture shows; None where nobody did.

    No arc leads from a customer to itself, and none is there twice. The arrays are read-only.

    Examples
    --------
    >>> network = Network.from_tables(Tables(
    ...     customers={"id": ["A", "B", "C"]},
    ...     ties={"source": ["A", "C"], "target": ["B", "B"]},
    ... ))
    >>> network
    Network(3 customers, 2 ties, 4 arcs)
    >>> network.neighbours("B")
    ['A', 'C']
    """

    keys: pa.StringArray
    indptr: npt.NDArray[np.int64]
    indices: npt.NDArray[np.uint32]
    strength: npt.NDArray[np.float64]
    ties: int
    kind_weight: npt.NDArray[np.float64] | None = None
    not_profiled: npt.NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        for array in self._arrays:
            array.setflags(write=False)

    def __repr__(self) -> str:
        return f"Network({self.n:,} customers, {self.ties:,} ties, {self.arcs:,} arcs)"

    def _repr_html_(self) -> str:
        """Show the size in a notebook."""
        degree = np.diff(self.indptr)
        strengths = {self.strength.min(), self.strength.max()} if self.arcs else set()
        return html_facts(
            "Network",
            [
                ("customers", self.n),
                ("ties", self.ties),
                ("arcs", self.arcs),
                ("customers who influence nobody", int((degree == 0).sum())),
                ("contacts of a customer, on average", self.arcs / self.n if self.n else None),
                ("contacts of a customer, at most", int(degree.max(initial=0))),
                ("strength of ties", " to ".join(f"{value:g}" for value in sorted(strengths))),
            ],
        )

    @property
    def _arrays(self) -> list[npt.NDArray[Any]]:
        """The arrays by which two networks of the same customers differ."""
        arrays: list[npt.NDArray[Any]] = [self.indptr, self.indices, self.strength]
        return arrays if self.kind_weight is None else [*arrays, self.kind_weight]

    @property
    def n(self) -> int:
        """The number of customers, isolates included."""
        return len(self.keys)

    @property
    def arcs(self) -> int:
        """The number of arcs; a tie that runs both ways is two."""
        return len(self.indices)

    @classmethod
    def from_tables(
        cls,
        tables: Tables,
        selection: Selection | None = None,
        tell: Callable[[Note], None] = warn,
    ) -> Network:
        """Build the influence graph of all customers and the selected ties.

        Between two customers the graph keeps one arc in each direction, with the largest
        strength of the ties behind it. Selected kinds and networks that no tie has are ignored, as
        long as some tie has a selected one; `tell` is called with a note of them, by default a
        Python warning.

        Raises
        ------
        InputRejected
            If the tables have problems.
        UsageError
            If no tie has a selected kind, or a selected network.
        """
        tables = complete(tables)
        selection = selection or Selection()
        for note in absent(tables.ties, selection):
            tell(note)
        ties = selected(tables.ties, selection)
        keys = sorted_ids(tables.customers)
        hidden = _not_profiled(tables.customers)
        indptr, indices, strength, weight = csr(len(keys), arcs_of(ties, keys, selection))
        return cls(keys, indptr, indices, strength, len(ties), weight, hidden)

    @classmethod
    def from_arcs(
        cls,
        keys: pa.StringArray,
        source: npt.NDArray[np.integer[Any]],
        target: npt.NDArray[np.integer[Any]],
        strength: npt.NDArray[np.float64],
        ties: int,
        kind_weight: npt.NDArray[np.float64] | None = None,
    ) -> Network:
        """Build the arrays from arcs between indices, without loops; of equal arcs the strongest
        is kept, and the largest weight of a kind.
        """
        arcs = Arcs(source, target, strength, kind_weight)
        indptr, indices, strongest, weight = csr(len(keys), arcs)
        return cls(keys, indptr, indices, strongest, ties, weight)

    @classmethod
    def from_networkx(
        cls, graph: nx.Graph[Any], weight: str | None = "auto", *, strength: str | None = "auto"
    ) -> Network:
        """Convert a networkx graph: nodes become customers (ids as text), edges ties.

        An edge of a directed graph runs as written, any other both ways; of parallel edges the
        strongest counts. It is the network of `Tables.from_networkx(graph)`, except that attributes
        of nodes are not read, nor who is not to be profiled.

        Parameters
        ----------
        graph : networkx.Graph
            Or DiGraph, MultiGraph, MultiDiGraph.
        weight : str or None
            The edge attribute that is the strength of a tie; an edge without it has strength 1.
            "auto": `strength` where an edge has it, else networkx' own `weight`. None: all are 1.
        strength : str or None
            The former name of `weight`.

        Raises
        ------
        InputRejected
            If two nodes are the same as text, such as 1 and "1", an edge leads from a node to
            itself, or a strength is not a finite number above 0.
        UsageError
            If no edge has the attribute that is named.
        """
        edges, _ = ties_of(graph, weight if strength == "auto" else strength)
        read = ("source", "target", "strength", "directed", "network", "kind")
        ties = {name: edges[name] for name in read if name in edges}
        customers = {"id": [str(node) for node in graph.nodes]}
        return cls.from_tables(Tables(customers=customers, ties=ties))

    @classmethod
    def from_edges(
        cls,
        source: Sequence[Any] | npt.NDArray[Any],
        target: Sequence[Any] | npt.NDArray[Any],
        strength: Sequence[float] | npt.NDArray[Any] | None = None,
        *,
        directed: bool = False,
        customers: Sequence[Any] | npt.NDArray[Any] | None = None,
    ) -> Network:
        """Build the influence graph of pairs of customers.

        A pair that is listed twice is one tie, with the strength of the last one.

        Parameters
        ----------
        source, target : sequence or array of m
            Ids, as text or as numbers; numbers become text.
        strength : sequence or array of m, optional
            Above 0; by default 1.
        directed : bool
            Whether source influences target only; by default influence runs both ways.
        customers : sequence or array, optional
            The ids of all customers; by default those in source and target, so that nobody is
            without a tie.

        Raises
        ------
        InputRejected
            If a pair has a customer twice or one who is not in `customers`, or a strength is not a
            finite number above 0.
        UsageError
            If source, target and strength differ in length.

        Examples
        --------
        >>> Network.from_edges(["A", "B"], ["B", "C"], customers=["A", "B", "C", "D"])
        Network(4 customers, 2 ties, 4 arcs)
        """
        count = len(source)
        if len(target) != count or (strength is not None and len(strength) != count):
            raise UsageError("source, target and strength must have the same length")
        ends = [pa.array(ids).cast(pa.string()) for ids in (source, target)]
        known = pa.chunked_array(ends).unique() if customers is None else pa.array(customers)
        ties = {
            "source": ends[0],
            "target": ends[1],
            "strength": pa.repeat(1.0, count) if strength is None else pa.array(strength),
            "directed": pa.repeat(directed, count),
        }
        return cls.from_tables(Tables(customers={"id": known.cast(pa.string())}, ties=ties))

    def to_networkx(self) -> nx.DiGraph[str]:
        """Convert to a networkx graph, ids as nodes, `strength` on every edge."""
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        names = self.keys.to_pylist()
        graph.add_nodes_from(names)
        arcs = zip(
            self.sources.tolist(), self.indices.tolist(), self.strength.tolist(), strict=True
        )
        graph.add_weighted_edges_from(
            ((names[i], names[j], strength) for i, j, strength in arcs), weight="strength"
        )
        return graph

    def to_scipy(self) -> sp.csr_array[Any]:
        """Convert to the n × n matrix of strengths; row i holds whom i can influence."""
        import scipy.sparse as sp

        return sp.csr_array((self.strength, self.indices, self.indptr), shape=(self.n, self.n))

    @property
    def sources(self) -> npt.NDArray[np.int64]:
        """The customer at whom each arc begins; int64[arcs]."""
        return np.repeat(np.arange(self.n), np.diff(self.indptr))

    def with_arcs(self, keep: npt.NDArray[np.bool_]) -> Network:
        """Keep all customers and some of the arcs.

        Parameters
        ----------
        keep : bool[arcs]
        """
        indptr = np.zeros_like(self.indptr)
        np.cumsum(np.bincount(self.sources[keep], minlength=self.n), out=indptr[1:])
        weight = None if self.kind_weight is None else self.kind_weight[keep]
        return replace(
            self,
            indptr=indptr,
            indices=self.indices[keep],
            strength=self.strength[keep],
            kind_weight=weight,
        )

    def reversed(self) -> Network:
        """Reverse every arc: who can be influenced by whom.

        A network whose arcs all run both ways, equally strong, returns itself.
        """
        equal = all_equal(self.strength)
        matrix = self._transposed(np.ones(self.arcs, dtype=np.int8) if equal else self.strength)
        weight = None if self.kind_weight is None else self._transposed(self.kind_weight).data
        transposed = Network(
            self.keys,
            matrix.indptr.astype(np.int64),
            matrix.indices.astype(np.uint32),
            self.strength if equal else matrix.data,
            self.ties,
            weight,
            self.not_profiled,
        )
        arrays = zip(self._arrays, transposed._arrays, strict=True)
        return self if all(np.array_equal(one, other) for one, other in arrays) else transposed

    def _transposed(self, numbers: npt.NDArray[Any]) -> sp.csr_array[Any]:
        """Reverse the arcs with their numbers; SciPy counts instead of sorting."""
        import scipy.sparse as sp

        shape = self.n, self.n
        return sp.csr_array((numbers, self.indices, self.indptr), shape=shape).T.tocsr()

    @property
    def plot(self) -> NetworkPlots:
        """The charts of this network: `ego(customer)`, by Altair.

        Raises
        ------
        UsageError
            If the extra `report` is not installed.
        """
        with needs_extra("pictures"):
            from influence.network.plots import NetworkPlots
        return NetworkPlots(self)

    def index(self, key: str) -> int:
        """The index of a customer.

        Raises
        ------
        NothingToShow
            If there is no such customer.
        """
        found = int(pc.index(self.keys, pa.scalar(key, pa.string())).as_py())
        if found < 0:
            raise NothingToShow(f"no customer {key!r}")
        return found

    def neighbours(self, key: str) -> list[str]:
        """The ids of the customers that one can influence directly, sorted."""
        i = self.index(key)
        neighbours = self.indices[self.indptr[i] : self.indptr[i + 1]]
        names: list[str] = self.keys.take(pa.array(neighbours)).to_pylist()
        return names

    def fingerprint(self, *columns: npt.NDArray[Any]) -> str:
        """Hash the customers, the arcs and these columns to a short text.

        Parameters
        ----------
        *columns : arrays of n
            Further input of a computation, such as the customers' values.
        """
        digest = hashlib.sha256()
        lengths = pc.binary_length(self.keys).to_numpy(zero_copy_only=False)
        digest.update(np.ascontiguousarray(lengths).tobytes())
        for texts in text_bytes(pa.chunked_array([self.keys])):
            digest.update(texts.tobytes())
        for array in (*self._arrays, *columns):
            for begin in range(0, len(array), ARCS_AT_ONCE):
                digest.update(np.ascontiguousarray(array[begin : begin + ARCS_AT_ONCE]).tobytes())
        return digest.hexdigest()[:16]


def sorted_ids(customers: pa.Table) -> pa.StringArray:
    """Return the ids of customers in the order of a network."""
    keys = customers["id"].combine_chunks()
    return keys.take(pc.sort_indices(keys))


def _not_profiled(customers: pa.Table) -> npt.NDArray[np.bool_] | None:
    """Return who asked not to be profiled, in the order of a network; None if nobody did."""
    asked = true_where(customers["do_not_profile"])
    return asked[pc.sort_indices(customers["id"]).to_numpy()] if asked.any() else None
