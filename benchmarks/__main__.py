"""`make bench`: our times beside those of peers, in the same run on the same graph.

Absolute times depend on the machine and on its other work; the ratios are what to quote. Peers
that would take minutes are timed on a sample of customers and extrapolated, which the table says.
Every answer is compared with the peer's before its time counts.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click
import networkx as nx
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import graphs
from influence import Network, Shells, Tables, compute

SAMPLE = 200
T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One measurement: seconds, and what they are compared with."""

    what: str
    seconds: float
    note: str = ""
    peer: float | None = None


def timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def build(tables: Tables) -> tuple[Network, list[Row]]:
    """From a raw frame to the network, against networkx taking the same edges."""
    from_what = "network from checked tables" if tables.complete else "network from a raw frame"
    network, ours = timed(lambda: Network.from_tables(tables))
    pairs = list(
        zip(tables.ties["source"].to_pylist(), tables.ties["target"].to_pylist(), strict=True)
    )
    _, theirs = timed(lambda: nx.Graph(pairs))
    rows = [Row(from_what, ours, f"{len(tables.ties):,} ties"),
            Row("  networkx.Graph of the same pairs", theirs, "", ours)]  # fmt: skip
    return network, rows


def three_degrees(network: Network) -> list[Row]:
    """How many people within three steps of everybody, against igraph and networkx."""
    reach, ours = timed(lambda: Shells().by_distance(network, 1.0)[0])
    rows = [Row("reach of all customers, three degrees", ours)]
    rng = np.random.default_rng(graphs.SEED)
    chosen = rng.choice(network.n, size=min(SAMPLE, network.n), replace=False)
    expected = reach[:, chosen].sum(axis=0) + 1
    share = network.n / len(chosen)
    sampled = f"sampled {len(chosen)}, extrapolated"
    rows += _igraph(network, chosen, expected, share, sampled, ours)
    graph = network.to_networkx()
    names = network.keys.to_pylist()

    def search() -> list[int]:
        return [
            len(nx.single_source_shortest_path_length(graph, names[i], cutoff=3))
            for i in chosen[:20]
        ]

    counts, seconds = timed(search)
    assert counts == expected[:20].tolist()
    note = "sampled 20, extrapolated"
    return [*rows, Row("  networkx, balls only", seconds * network.n / 20, note, ours)]


def _igraph(
    network: Network,
    chosen: np.ndarray[tuple[int], np.dtype[np.int64]],
    expected: np.ndarray[tuple[int], np.dtype[np.float64]],
    share: float,
    sampled: str,
    ours: float,
) -> list[Row]:
    try:
        import igraph
    except ImportError:
        return [Row("  igraph", float("nan"), "not installed")]
    rows = np.repeat(np.arange(network.n), np.diff(network.indptr))
    pairs = np.column_stack([rows, network.indices.astype(np.int64)])
    graph = igraph.Graph(n=network.n, edges=pairs[pairs[:, 0] < pairs[:, 1]])
    counts, seconds = timed(lambda: graph.neighborhood_size(chosen.tolist(), order=3))
    assert counts == expected.tolist()
    return [Row("  igraph neighborhood_size, balls only", seconds * share, sampled, ours)]


def whole_run(tables: Tables) -> list[Row]:
    """Everything that `influence run` computes."""
    _, seconds = timed(lambda: compute(tables))
    return [Row("compute: reach, influence, ledger, ranks", seconds)]


def show(title: str, rows: list[Row]) -> None:
    table = Table(title=title, title_justify="left")
    for heading in ("what", "seconds", "× ours", "note"):
        table.add_column(heading, justify="left" if heading in {"what", "note"} else "right")
    for row in rows:
        ratio = f"{row.seconds / row.peer:,.1f}" if row.peer else ""
        table.add_row(row.what, f"{row.seconds:,.2f}", ratio, row.note)
    Console(width=110).print(table)


@click.command()
@click.option("--scale", type=int, default=20_000, show_default=True, help="Customers to generate.")
@click.option("--edges", type=click.Path(exists=True, path_type=Path), multiple=True,
              help="An edge list to measure as well; may be repeated.")  # fmt: skip
def main(scale: int, edges: tuple[Path, ...]) -> None:
    """Measure."""
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    Shells().by_distance(Network.from_tables(graphs.small_world(100)), 1.0)  # compiled before timed
    cases = {
        f"heavy-tailed, {scale:,} customers": graphs.heavy_tailed(scale),
        f"small world, {scale:,} customers": graphs.small_world(scale),
        **{path.parent.name: graphs.from_edge_list(path) for path in edges},
    }
    for title, tables in cases.items():
        network, rows = build(tables)
        show(
            f"{title}: {network}", rows + three_degrees(network) + whole_run(graphs.checked(tables))
        )


if __name__ == "__main__":
    main()
