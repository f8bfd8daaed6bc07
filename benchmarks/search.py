"""Three degrees of everybody: our search, peers and the machine's limit, on the same graph."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks import answers
from benchmarks.answers import DEPTH, Floats, Ints
from benchmarks.graphs import SEED, Graph
from benchmarks.limits import Limits
from benchmarks.measure import Row, peak, timed
from benchmarks.peers import PEERS, Ask, Peer, batches
from influence import Network, Shells

CHECKED = 12
"""Customers of every repeat whom a plain search answers for."""


@dataclass
class Searches:
    """The rows of one graph, repeat by repeat."""

    graph: Graph
    limits: Limits
    seconds: float
    value: Row = field(default_factory=lambda: Row("value at 1, 2, 3 degrees"))
    both: Row = field(default_factory=lambda: Row("  people and value together"))
    limit: Row = field(default_factory=lambda: Row("  limit: random line loads"))
    peers: dict[str, Row] = field(default_factory=dict)

    def rows(self) -> list[Row]:
        return [self.value, self.both, *self.peers.values(), self.limit]

    def repeat(self, number: int, *, peers: bool = True) -> tuple[Network, Floats, Floats]:
        """Once more, on fresh networks; returns one, its payoff and the exact values."""
        rng = np.random.default_rng([SEED, number])
        network, payoff = self.graph.relabelled(rng)
        (result, ours), memory = peak(timed, search, network, payoff)
        exact = result[0]
        self.check(network, payoff, rng, exact)
        self.value.add(ours, memory + held(network))
        self.limit.add(self.limits.seconds(network.n, network.arcs), of=ours)
        order = rng.permutation(network.n)
        people = self.people(number, ours)[:, order]
        for peer in PEERS if peers else ():
            row = self.peers.setdefault(peer.name, Row(f"  {peer.name}"))
            if not peer.there:
                row.note = "not installed"
                continue
            if network.arcs > peer.most:
                row.note = "too large for it"
                continue
            expected = people if peer.name == "igraph neighborhood_size" else exact[:, order]
            self.ask(peer, row, network, payoff, order, expected, ours)
        return network, payoff, exact

    def people(self, number: int, ours: float) -> Floats:
        """The same repeat's network once more, for people and value; float64[3, n]."""
        rng = np.random.default_rng([SEED, number])
        network, payoff = self.graph.relabelled(rng)
        (result, both), memory = peak(timed, search, network, 1.0, payoff)
        for customer in rng.choice(network.n, min(CHECKED, network.n), replace=False):
            assert np.array_equal(
                result[0, :, customer], answers.shells(network, payoff, customer)[0]
            )
        self.both.add(both, memory + held(network), of=ours)
        people: Floats = result[0]
        return people

    def check(
        self, network: Network, payoff: Floats, rng: np.random.Generator, exact: Floats
    ) -> None:
        for customer in rng.choice(network.n, min(CHECKED, network.n), replace=False):
            _, value = answers.shells(network, payoff, customer)
            assert np.allclose(exact[:, customer], value, rtol=1e-9), self.graph.name

    def ask(
        self,
        peer: Peer,
        row: Row,
        network: Network,
        payoff: Floats,
        order: Ints,
        expected: Floats,
        ours: float,
    ) -> None:
        """Customers in this order until the time is up; the rest is extrapolated."""

        def work() -> tuple[int, float]:
            ask = peer.prepare(network, payoff)
            ask(order[:1])  # whatever is compiled or started the first time
            return asked(peer, ask, order, expected, self.seconds)

        (done, spent), memory = peak(work)
        row.add(spent / done * network.n, memory, of=ours)
        sample = f"extrapolated ({done:,})" if done < network.n else ""
        row.note = "; ".join(filter(None, [peer.note, sample]))


def asked(peer: Peer, ask: Ask, order: Ints, expected: Floats, seconds: float) -> tuple[int, float]:
    """How many customers were answered for in about so many seconds, and in how many it was."""
    done, spent = 0, 0.0
    for some in batches(peer, order):
        found, took = timed(ask, some)
        right = expected[:, done : done + len(some)].T
        right = right if found.shape[1] == DEPTH else right.sum(axis=1, keepdims=True)
        assert np.allclose(found, right, rtol=1e-6), peer.name
        done, spent = done + len(some), spent + took
        if spent > seconds:
            break
    return done, spent


def held(network: Network) -> int:
    """Bytes of the network itself; a peer's memory is measured with its graph."""
    return sum(array.nbytes for array in (network.indptr, network.indices, network.strength))


def search(network: Network, *payoffs: float | Floats) -> Floats:
    return Shells().by_distance(network, *payoffs)
