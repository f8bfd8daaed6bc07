"""The ranks of a sketch, drawn and followed through a network: compiled, or for a small one not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from queue import SimpleQueue

import numpy as np
import numpy.typing as npt

from influence.kernels import CACHE_LINE, registers
from influence.models import dense
from influence.network import Network

Follow = Callable[[registers.Drawing, range, npt.NDArray[np.bool_], npt.NDArray[np.float64]], None]
"""Draws a slice of the registers and follows it: from what, which ones, after which steps sums are
wanted, and the sums to be set; see `influence.kernels.sketches`."""


def following(
    network: Network, many: int, threads: int
) -> tuple[npt.NDArray[np.intp], list[range], Follow]:
    """How ranks are followed: in which order of customers, which registers at once, and by what.

    Parameters
    ----------
    many : int
        How many registers there are.
    threads : int
        How many may follow ranks at once.
    """
    logs = registers.logarithms()
    if dense.suits(network):
        return np.arange(network.n), dense.slices(many), partial(dense.add_ranks, network, logs)
    from influence.kernels import sketches
    from influence.kernels.aligned import aligned_rows

    local = network.renumbered
    rooms: SimpleQueue[tuple[registers.Bytes, registers.Bytes]] = SimpleQueue()
    for _ in range(threads):
        rooms.put((aligned_rows(network.n), aligned_rows(network.n)))

    def follow(
        source: registers.Drawing,
        some: range,
        wanted: npt.NDArray[np.bool_],
        sums: npt.NDArray[np.float64],
    ) -> None:
        near, far = room = rooms.get()
        try:
            sketches.draw(source.key, source.height, some.start // CACHE_LINE, logs, near)
            sketches.add_ranks(local.indptr, local.indices, source.rank, wanted, near, far, sums)
        finally:
            rooms.put(room)  # whatever failed: the others must not wait for it

    slices = [range(start, start + CACHE_LINE) for start in range(0, many, CACHE_LINE)]
    return local.order, slices, follow
