"""Ties: values, overlap and constraint of a whole network, beside networkx and igraph.

Every tie runs both ways. The plain way to value a tie computes the influence of its two ends again
on the network without it; it and networkx are asked for a sample and multiplied up to all.
"""

from __future__ import annotations

from pathlib import Path

import click
import networkx as nx
import numpy as np

from benchmarks import answers, graphs
from benchmarks.graphs import SEED, Floats
from benchmarks.measure import Row, peak, show, timed
from influence import Network, Shells
from influence.engine.ties import tie_figures
from influence.engine.warmup import warm_up
from influence.models.backends import backend_of
from influence.models.contacts import ContactMeasures, measure_contacts, overlap
from influence.models.cut_ties import own_losses, without_tie
from influence.network.contacts import Contacts
from influence.progress import silent

WEIGHTS = Shells().weights
CUSTOMERS, TIES = 100, 10
"""How many networkx and the plain way are asked for."""


@click.command()
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=graphs.DATA)
@click.option("--real", default="soc-epinions1", show_default=True, metavar="NAME")
@click.option("--repeats", type=click.IntRange(1), default=1, show_default=True)
def main(data: Path, real: str, repeats: int) -> None:
    """Measure."""
    path = data / real / "edges.csv.gz"
    if not path.exists():
        print(f"{path} is not there: skipped")
        return
    graph = graphs.of_file(path, real)
    warm_up()
    names = (
        "values of all ties",
        "  influence of both ends again",
        "overlap and constraint",
        "  networkx, constraint",
        "  igraph, overlap",
        "the likeliest, --max-seconds 4",
    )
    rows = [Row(name) for name in names]  # fmt: skip
    for number in range(repeats):
        rng = np.random.default_rng([SEED, number])
        measure(*graph.relabelled(rng), rows, rng)
    show(str(graph), rows)


def measure(network: Network, value: Floats, rows: list[Row], rng: np.random.Generator) -> None:
    """Measure everything once, and compare the answers."""
    (losses, seconds), memory = peak(timed, own_losses, network, value, WEIGHTS)
    rows[0].add(seconds, memory)
    plain_way(network, value, losses, rows[1], rng)
    rows[1].of.append(seconds)
    (contacts, measured), spent = timed(measure_all, network)
    rows[2].add(spent)
    by_networkx(network, measured, rows[3], rng)
    by_igraph(contacts, measured, rows[4])
    rows[3].of.append(spent)
    rows[4].of.append(spent)
    (values,) = Shells(WEIGHTS).by_distance(backend_of(network), value)
    found, spent = timed(
        tie_figures, backend_of(network), value, lambda: values, WEIGHTS, 4.0, silent
    )
    rows[5].add(spent)
    bound = found.values.bound
    rows[5].note = "all" if bound is None else f"no other carries more than {bound:,.0f}"


def measure_all(network: Network) -> tuple[Contacts, ContactMeasures]:
    contacts = Contacts.of(network)
    return contacts, measure_contacts(contacts)


def plain_way(
    network: Network, value: Floats, losses: Floats, row: Row, rng: np.random.Generator
) -> None:
    def lost(arc: int) -> float:
        i, j = int(network.sources[arc]), int(network.indices[arc])
        rest = without_tie(network, i, j)
        before, after = (
            sum(np.dot(WEIGHTS, answers.shells(some, value, end)[1]) for end in (i, j))
            for some in (network, rest)
        )
        return float(before - after)

    seconds = 0.0
    for arc in rng.choice(network.arcs, TIES, replace=False).tolist():
        back = (network.sources == network.indices[arc]) & (network.indices == network.sources[arc])
        found, spent = timed(lost, arc)
        assert np.isclose(found, losses[arc] + losses[back].sum())
        seconds += spent
    row.add(seconds / TIES * network.ties)
    row.note = f"extrapolated ({TIES} ties)"


def by_networkx(
    network: Network, measured: ContactMeasures, row: Row, rng: np.random.Generator
) -> None:
    graph = network.to_networkx().to_undirected()
    chosen = rng.choice(network.n, CUSTOMERS, replace=False).tolist()
    keys = network.keys.to_pylist()
    found, seconds = timed(nx.constraint, graph, nodes=[keys[i] for i in chosen])
    theirs = [found[keys[i]] for i in chosen]
    assert np.allclose(theirs, measured.constraint[chosen], equal_nan=True)
    row.add(seconds / CUSTOMERS * network.n)
    row.note = f"extrapolated ({CUSTOMERS})"


def by_igraph(contacts: Contacts, measured: ContactMeasures, row: Row) -> None:
    """Overlap from igraph's Jaccard similarity of the ends; theirs counts the ends themselves."""
    try:
        import igraph
    except ImportError:
        row.note = "not installed"
        return
    owner, other = contacts.owner, contacts.indices.astype(np.int64)
    once = owner < other
    pairs = np.stack([owner[once], other[once]], axis=1)
    graph = igraph.Graph(n=contacts.n, edges=pairs)
    jaccard, seconds = timed(graph.similarity_jaccard, pairs=pairs.tolist(), loops=False)
    ours = overlap(contacts, measured.common)[once]
    # common / either with the ends among the contacts, and without them.
    jaccard = np.array(jaccard)
    common = measured.common[once]
    union = np.divide(common, jaccard, out=np.zeros(len(common)), where=jaccard > 0)
    theirs = np.divide(common, union - 2, out=np.zeros(len(common)), where=union > 2)
    assert np.allclose(ours, theirs)
    row.add(seconds)


if __name__ == "__main__":
    main()
