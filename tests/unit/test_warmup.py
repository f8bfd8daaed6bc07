"""A warm-up compiles everything that runs need."""

from __future__ import annotations

import numpy as np
import pytest

from influence import Network, Shells, Walk
from influence.engine.warmup import kernels, warm_up
from influence.models import matvec, triangles
from influence.models.backends import dense, search_kernel
from influence.models.backends.compiled import Compiled
from influence.models.backends.search import Search
from influence.models.jobs import Threads
from influence.models.sketch import Sketch
from tests.builders import network_of, random_network
from tests.commands import influence


def networks() -> list[Network]:
    one_way = random_network(60, 200, seed=1)
    return [network_of(0, []), network_of(3, []), network_of(2, [(0, 1), (1, 0)]), one_way]


def test_a_run_compiles_nothing_after_warmup(monkeypatch: pytest.MonkeyPatch) -> None:
    result = warm_up()
    compiled = {kernel: list(kernel.signatures) for kernel in kernels()}
    assert result.kernels == len(compiled)
    assert all(compiled.values())
    monkeypatch.setattr(matvec, "LARGE", 0)
    monkeypatch.setattr(search_kernel, "SMALL", 0)
    monkeypatch.setattr(dense, "CUSTOMERS", -1)
    monkeypatch.setattr(triangles, "FEW", -1)
    for network in networks():
        payoff = np.arange(float(network.n))
        payoff.setflags(write=False)
        Shells().by_distance(network, 1.0, payoff, payoff[::-1])
        Shells((0.5,)).gain(network.reversed(), payoff)
        for weighted in (False, True):
            Walk(weighted=weighted).by_distance(network, 1.0, payoff, payoff[::-1])
            if network.n:
                Walk(weighted=weighted).row(network, 0)
        Sketch(registers=64).estimate(network, 1.0, payoff, -payoff)
        for kernel in ("bfs", "multi-source"):
            graph = Compiled(network, Threads()).graph
            Search(graph, np.ones((2, 3, network.n)), kernel).sums([[(0, network.n)]], Threads())
    assert {kernel: list(kernel.signatures) for kernel in kernels()} == compiled


def test_warmup_prints_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    done = influence(capsys, "warmup")
    assert (done.code, done.out) == (0, "")
    assert done.err.count("\n") == 1
    assert f"{len(kernels())} kernels" in done.err
    assert influence(capsys, "warmup", "--quiet").err == ""
