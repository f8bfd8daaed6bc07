"""Fixed graphs: the same seed gives the same ties on every machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from influence import Tables
from influence.loaders import edges
from influence.tables import Rules, complete, merge, validate
from influence.tables.merge import EMPTY

SEED = 20_241_231


def heavy_tailed(customers: int, mean_degree: float = 20.0, exponent: float = 2.3) -> Tables:
    """A Chung–Lu graph: customers tie with a chance in proportion to their expected degrees."""
    rng = np.random.default_rng(SEED)
    expected = (np.arange(customers) + 10.0) ** (-1 / (exponent - 1))
    chance = expected / expected.sum()
    ties = int(customers * mean_degree / 2)
    ends = rng.choice(customers, size=(2, ties), p=chance)
    ends = ends[:, ends[0] != ends[1]]
    names = np.char.add("C", np.arange(customers).astype(str))
    return Tables(
        customers={
            "id": pa.array(names),
            "clv": pa.array(np.round(rng.lognormal(5, 1, customers), 2)),
        },
        ties={"source": pa.array(names[ends[0]]), "target": pa.array(names[ends[1]])},
    )


def small_world(customers: int, degree: int = 20, rewired: float = 0.05) -> Tables:
    """A Watts–Strogatz graph: neighbours on a ring, some of them swapped for anybody."""
    rng = np.random.default_rng(SEED)
    source = np.repeat(np.arange(customers), degree // 2)
    target = (source + np.tile(np.arange(1, degree // 2 + 1), customers)) % customers
    swap = rng.random(len(target)) < rewired
    target[swap] = rng.integers(0, customers, swap.sum())
    keep = source != target
    names = np.char.add("C", np.arange(customers).astype(str))
    return Tables(
        customers={
            "id": pa.array(names),
            "clv": pa.array(np.round(rng.lognormal(5, 1, customers), 2)),
        },
        ties={"source": pa.array(names[source[keep]]), "target": pa.array(names[target[keep]])},
    )


def from_edge_list(path: Path) -> Tables:
    """A public edge list, both ways, every customer worth 1."""
    given = edges.read(path)
    return merge(EMPTY, validate(given, Rules(add_missing=1.0, drop_self=True)).tables)


def checked(tables: Tables) -> Tables:
    """Complete tables, so that a benchmark of what comes after does not time validation."""
    return complete(tables)
