"""Fixed graphs: the same name, size and seed give the same ties on every machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence import Network, Tables
from influence.loaders import edges
from influence.tables import Rules, complete, merge, validate
from influence.tables.merge import EMPTY

DATA = Path("../shared/data")
"""Where public edge lists are, if anywhere: NAME/edges.csv.gz."""
SEED = 20_241_231
MEAN_DEGREE = 20
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Graph:
    """Ties that run both ways: `pairs` is int64[2, ties], no loop, none twice."""

    name: str
    n: int
    pairs: Ints

    def __str__(self) -> str:
        ties, degrees = self.pairs.shape[1], self.degrees
        return (
            f"{self.name}: {self.n:,} customers, {ties:,} ties; "
            f"degree {degrees.mean():.1f}, largest {degrees.max():,}"
        )

    @property
    def degrees(self) -> Ints:
        return np.bincount(self.pairs.ravel(), minlength=self.n)

    def relabelled(self, rng: np.random.Generator) -> tuple[Network, Floats]:
        """The graph under other numbers, and a payoff: nothing is left of an earlier repeat."""
        source, target = rng.permutation(self.n)[self.pairs]
        network = Network.from_arcs(
            pa.array(np.arange(self.n).astype(str)),
            np.concatenate([source, target]),
            np.concatenate([target, source]),
            np.ones(2 * len(source)),
            ties=len(source),
        )
        return network, np.round(rng.lognormal(5, 1, self.n), 2)


def graph(name: str, n: int, source: Ints, target: Ints) -> Graph:
    """Without loops, each pair once."""
    low, high = np.minimum(source, target), np.maximum(source, target)
    code = np.sort(low[low < high] * n + high[low < high])
    once = code[np.flatnonzero(np.diff(code, prepend=-1))]  # np.unique takes ten times as long
    return Graph(name, n, np.stack(np.divmod(once, max(n, 1))))


def barabasi_albert(n: int, m: int = MEAN_DEGREE // 2) -> Graph:
    """Each newcomer ties to m customers, in proportion to the ties that these have already.

    A tie's far end is copied from a random earlier end, which may itself be such a copy (V.
    Batagelj, U. Brandes, Efficient generation of large random networks, 2005); all are followed
    at once. The first 2m + 1 all know each other.
    """
    rng = np.random.default_rng(SEED)
    source = np.repeat(np.arange(n), m)
    copied = rng.integers(0, 2 * np.arange(n * m) + 1)
    core = min(2 * m + 1, n)
    copied[: core * m] = 2 * m * ((source[: core * m] + 1 + np.arange(core * m) % m) % core)
    while (again := copied % 2 == 1).any():
        copied[again] = copied[copied[again] // 2]
    return graph("barabasi-albert", n, source, source[copied // 2])


def chung_lu(n: int, exponent: float = 2.3) -> Graph:
    """Customers tie with a chance in proportion to their expected degrees, a power law."""
    return graph("chung-lu", n, *_chung_lu(n, MEAN_DEGREE, exponent))


def watts_strogatz(n: int, degree: int = MEAN_DEGREE, rewired: float = 0.05) -> Graph:
    """Neighbours on a ring, some of them swapped for anybody."""
    rng = np.random.default_rng(SEED)
    source = np.repeat(np.arange(n), degree // 2)
    target = (source + np.tile(np.arange(1, degree // 2 + 1), n)) % n
    swap = rng.random(len(target)) < rewired
    target[swap] = rng.integers(0, n, swap.sum())
    return graph("watts-strogatz", n, source, target)


def communities(n: int, mixing: float = 0.3) -> Graph:
    """Communities as in the LFR benchmark: degrees and sizes follow power laws.

    A share `mixing` of everybody's ties leads anywhere, the others stay in her community. Ends are
    matched at random; loops and repeats, which LFR rewires, are dropped. (A. Lancichinetti, S.
    Fortunato, F. Radicchi, Benchmark graphs for testing community detection algorithms, 2008.)
    """
    rng = np.random.default_rng(SEED)
    most = max(int(3 * np.sqrt(n)), MEAN_DEGREE)
    degrees = _power_law(rng, n, 2.5, 7, most)
    sizes = _power_law(rng, n // 20 + 1, 1.5, min(40, n), min(max(n // 20, 40), n))
    community = np.repeat(np.arange(len(sizes)), sizes)
    community = np.resize(community, n)  # as many communities as there is room for
    room = np.bincount(community, minlength=len(sizes))[community] - 1
    inside = np.minimum(np.round((1 - mixing) * degrees).astype(np.int64), room)
    within = _matched(rng, np.repeat(np.arange(n), inside), community)
    anywhere = _matched(rng, np.repeat(np.arange(n), degrees - inside), np.zeros(n, dtype=np.int64))
    return graph("communities", n, *np.concatenate([within, anywhere], axis=1))


GENERATED: dict[str, Callable[[int], Graph]] = {
    "barabasi-albert": barabasi_albert,
    "communities": communities,
    "chung-lu": chung_lu,
    "watts-strogatz": watts_strogatz,
}


def of_file(path: Path, name: str) -> Graph:
    """A public edge list, every tie both ways."""
    ties = edges.read(path).ties
    ends = pa.chunked_array([*ties["source"].chunks, *ties["target"].chunks]).combine_chunks()
    coded = ends.dictionary_encode()
    source, target = coded.indices.to_numpy().astype(np.int64).reshape(2, -1)
    return graph(name, len(coded.dictionary), source, target)


def company(found: Graph) -> Tables:
    """A graph as raw tables: text ids and values."""
    return _company(found.n, found.pairs)


def heavy_tailed(customers: int) -> Tables:
    """A Chung–Lu graph as raw tables, with ties that are given twice."""
    ends = _chung_lu(customers, MEAN_DEGREE, 2.3)
    return _company(customers, ends[:, ends[0] != ends[1]])


def from_edge_list(path: Path) -> Tables:
    """A public edge list, both ways, every customer worth 1."""
    given = edges.read(path)
    return merge(EMPTY, validate(given, Rules(add_missing=1.0, drop_self=True)).tables)


def checked(tables: Tables) -> Tables:
    """Complete tables, so that a benchmark of what comes after does not time validation."""
    return complete(tables)


def _company(n: int, pairs: Ints) -> Tables:
    rng = np.random.default_rng([SEED, n])
    names = pa.array(np.char.add("C", np.arange(n).astype(str)))
    values = pa.array(np.round(rng.lognormal(5, 1, n), 2))
    return Tables(
        customers={"id": names, "clv": values},
        ties={"source": names.take(pa.array(pairs[0])), "target": names.take(pa.array(pairs[1]))},
    )


def _chung_lu(n: int, mean_degree: int, exponent: float) -> Ints:
    rng = np.random.default_rng(SEED)
    expected = (np.arange(n) + 10.0) ** (-1 / (exponent - 1))
    ends: Ints = rng.choice(n, size=(2, n * mean_degree // 2), p=expected / expected.sum())
    return ends


def _power_law(rng: np.random.Generator, size: int, exponent: float, least: int, most: int) -> Ints:
    """Whole numbers from `least` to `most`, with a density that falls as x^−exponent."""
    power = 1 - exponent
    low, high = least**power, (most + 1) ** power
    numbers = (low + (high - low) * rng.random(size)) ** (1 / power)
    return np.asarray(numbers).astype(np.int64)


def _matched(rng: np.random.Generator, ends: Ints, group: Ints) -> Ints:
    """Ends paired at random within their groups; an odd one is left out."""
    ends = rng.permutation(ends)
    ends = ends[np.argsort(group[ends], kind="stable")]
    of = group[ends]
    first = np.searchsorted(of, of)  # where its group begins
    place = np.flatnonzero((np.arange(len(ends)) - first) % 2)
    return np.stack([ends[place - 1], ends[place]])
