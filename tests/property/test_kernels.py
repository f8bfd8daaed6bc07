"""Compiled kernels equal the same code as plain Python; twins are compared elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]

# Run with the compiler and without; the name of a result is its kernel, shape and size.
PROGRAM = """
import sys
import numpy as np
import pyarrow as pa
from influence import Network
from influence.kernels.bfs import arcs_within
from influence.models.cut_ties import losses_of
from influence.models.cut_ties_by_target import losses_by_target
from influence.models.backends.compiled import Compiled
from influence.models.matvec import ArcMatrix
from influence.models.backends.search import Search
from influence.models.jobs import Threads
from influence.models.sketch import Sketch
from influence.models.triangles import one_by_one
from influence.progress import silent

compiled = hasattr(arcs_within, "signatures")
assert compiled == (sys.argv[1] == "0"), "the compiler is not in the requested state"


def shapes(n):
    rng = np.random.default_rng(n)
    everyone = np.arange(n)
    some = rng.integers(0, n, (2, 2 * n))
    yield "directed", *some
    yield "undirected", *np.hstack([some, some[::-1]])
    yield "empty", everyone[:0], everyone[:0]
    hub = np.full(n, n // 2)
    yield "star", np.hstack([hub, everyone]), np.hstack([everyone, hub])
    few = np.arange(min(n, 20))
    yield "clique", *(part.ravel() for part in np.meshgrid(few, few))
    third = everyone[: n // 3]
    yield "disconnected", np.hstack([third[1:], n - third - 1]), np.hstack([third[:-1], third])
    half = everyone[: n // 2]
    yield "leaves only", np.hstack([half, n - half - 1]), np.hstack([n - half - 1, half])


found = {}
for n in map(int, sys.argv[3:]):
    keys = pa.array([f"{i:03}" for i in range(n)], pa.string())
    money = np.random.default_rng(7).integers(-40, 90, n) / 4
    for shape, source, target in shapes(n) if n else [("none", *np.zeros((2, 0), dtype=int))]:
        strength = np.random.default_rng(8).integers(1, 9, len(source)) / 4
        network = Network.from_arcs(keys, source, target, strength, ties=len(source))
        columns = np.ones((2, 3, n))
        columns[1] = money
        backend = Compiled(network, Threads())
        for kernel in ("bfs", "multi-source"):
            search = Search(backend.graph, columns, kernel)
            sums = search.sums([[(0, search.targets)]], Threads())
            found[f"{kernel} {shape} {n}"] = search.shells(sums)
        if not n:
            continue
        found[f"subset {shape} {n}"] = backend.subset_sums(np.arange(min(n, 5)), columns)
        local, room = backend.full_graph, np.zeros(n + 1, dtype=np.uint32)
        found[f"arcs within {shape} {n}"] = np.array([
            arcs_within(local.indptr, local.indices, 3, i, np.zeros(n, dtype=np.uint8), room)
            for i in range(min(n, 20))
        ])
        quarters = (0.5, 0.25, 0.25)
        found[f"cut ties by target {shape} {n}"] = losses_by_target(network, money, quarters)
        if n <= 65:  # without the compiler one customer at a time takes long
            losses = np.zeros(network.arcs)
            losses_of(network, money, quarters, np.arange(n), losses)
            found[f"cut ties {shape} {n}"] = losses
        matrix = network.to_scipy()
        found[f"triangles {shape} {n}"] = one_by_one(matrix, silent, Threads())
        found[f"weighted rows {shape} {n}"] = ArcMatrix(matrix).parallel_dot(money)
        matrix.data = np.ones(network.arcs)
        found[f"rows {shape} {n}"] = ArcMatrix(matrix).parallel_dot(money)
        if n in (2, 64, 513):
            estimated = Sketch(registers=64).estimate(backend, 1.0, money)
            found[f"sketch {shape} {n}"] = np.stack([estimated.sums, estimated.variances])
np.savez(sys.argv[2], **found)
"""


@pytest.mark.parametrize(
    "sizes",
    [
        (0, 1, 2, 63, 64, 65, 512),
        pytest.param((511, 513), marks=pytest.mark.ci),  # many seconds without the compiler
    ],
    ids=["small", "around a batch"],
)
def test_every_kernel_is_the_same_with_and_without_the_compiler(sizes, tmp_path):
    kept = []
    for off in ("0", "1"):
        file = str(tmp_path / f"{off}.npz")
        environment = {**os.environ, "NUMBA_DISABLE_JIT": off, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-W", "error", "-c", PROGRAM, off, file, *map(str, sizes)]
        subprocess.run(command, check=True, env=environment, cwd=ROOT, timeout=300)
        with np.load(file) as found:
            kept.append(dict(found))
    compiled, plain = kept
    assert compiled.keys() == plain.keys()
    assert len(compiled) > 40 * len(sizes)
    for name, expected in compiled.items():
        exact = not name.startswith("sketch")  # quarters add up exactly
        tolerance = 0.0 if exact else 1e-12
        np.testing.assert_allclose(plain[name], expected, rtol=tolerance, err_msg=name)
