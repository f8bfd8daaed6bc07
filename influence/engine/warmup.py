"""Compile the kernels before they are needed."""

from __future__ import annotations

import pkgutil
import time
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, get_args

import numpy as np
import pyarrow as pa

from influence.kernels.ranks import rank_singles
from influence.models import Shells
from influence.models.backends.compiled import Compiled
from influence.models.backends.search import Search
from influence.models.backends.search_kernel import Kernel, mean_visited
from influence.models.contacts import measure_compiled
from influence.models.cut_ties import losses_of
from influence.models.cut_ties_by_target import losses_by_target
from influence.models.jobs import Threads
from influence.models.matvec import ArcMatrix
from influence.models.sketch import Sketch
from influence.models.triangles import one_by_one
from influence.network import Network
from influence.network.contacts import Contacts
from influence.progress import silent


@dataclass(frozen=True)
class WarmupResult:
    """The result of a warm-up.

    Attributes
    ----------
    kernels : int
        How many kernels a run may use.
    compiled : int
        How many of them were not in the cache.
    seconds : float
    """

    kernels: int
    compiled: int
    seconds: float


def warm_up() -> WarmupResult:
    """Call every kernel once on a small ring of customers, with arrays of the types of a run.

    What is compiled is kept in Numba's cache, for this processor and this version of the package.
    """
    started = time.perf_counter()
    n = 2_000
    keys, source = pa.array([f"{i:04}" for i in range(n)], pa.string()), np.arange(n)
    network = Network.from_arcs(keys, source, (source + 1) % n, np.linspace(1, 2, n), ties=n)
    backend, payoffs = Compiled(network, Threads()), np.ones((1, 3, n))
    kinds: tuple[Kernel, ...] = get_args(Kernel)
    for kernel in kinds:
        search = Search(backend.graph, payoffs, kernel)
        search.sums([[(0, search.targets)]], backend.runner)
    mean_visited(backend.graph, depth=3)
    Sketch(registers=64).estimate(backend, np.linspace(-1, 1, n))
    matrix = network.to_scipy()
    one_by_one(matrix, silent, backend.runner)
    weighted = replace(network, kind_weight=np.where(source % 2, 0.5, 1.0))
    for some in (network, weighted):
        losses_of(some, np.ones(n), (0.5, 0.25), np.arange(n), np.empty(network.arcs))
    losses_by_target(network, np.ones(n), (0.5, 0.25))
    Shells((0.5, 0.25)).by_class(weighted, 1.0)
    contacts = Contacts.of(network)
    measure_compiled(contacts, silent, backend.runner)
    for strengths in (np.ones(network.arcs), matrix.data.copy()):
        matrix.data = strengths
        ArcMatrix(matrix).parallel_dot(np.ones(n))
    rank_singles(np.ones(n, np.float32), np.empty(n, np.float32))
    found = kernels()
    compiled = sum(bool(sum(kernel.stats.cache_misses.values())) for kernel in found)
    return WarmupResult(len(found), compiled, time.perf_counter() - started)


def kernels() -> list[Any]:
    """List all compiled functions of `influence.kernels` that a run calls."""
    import influence.kernels as room

    modules = [
        import_module(f"{room.__name__}.{m.name}") for m in pkgutil.iter_modules(room.__path__)
    ]
    return [
        member
        for module in modules
        for name, member in vars(module).items()
        if hasattr(member, "py_func") and not name.startswith("_")
    ]
