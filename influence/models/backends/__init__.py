"""Backends: how the sums over distance shells of one network are computed.

`backend_of` chooses once for a network: `Dense` needs NumPy only and starts at once, `Compiled`
searches networks of any size with the kernels. Both give the same sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from influence.models.jobs import Runner, Threads
from influence.network import Network
from influence.progress import Progress

Floats = npt.NDArray[np.float64]


class Ranks(NamedTuple):
    """The numbers from which registers of a sketch are drawn, and the sums that are wanted.

    Attributes
    ----------
    values : float64[n]
        What customers count, at least 0.
    seed : tuple of int
    wanted : bool[steps]
        After which steps sums of ranks are wanted.
    """

    values: Floats
    seed: tuple[int, ...]
    wanted: npt.NDArray[np.bool_]


class Backend(Protocol):
    """Sums over the distance shells of one network."""

    network: Network
    runner: Runner

    @property
    def threads(self) -> int:
        """The number of threads of an exact search."""
        ...

    def shell_sums(self, payoffs: Floats, progress: Progress) -> Floats:
        """Sum payoffs over the customers at each distance from every customer.

        Parameters
        ----------
        payoffs : float64[payoffs, D, n]
            The payoff of a customer at distance 1 … D.
        progress : callable

        Returns
        -------
        float64[payoffs, D, n]
        """
        ...

    def subset_sums(
        self, customers: npt.NDArray[np.intp], payoffs: Floats | Sequence[Floats]
    ) -> Floats:
        """Sum from some customers only; float64[payoffs, D, m].

        Parameters
        ----------
        customers : intp[m]
            Indices in the network, each once.
        payoffs : float64[payoffs, D, n]
        """
        ...

    def sums_of_ranks(
        self, drawn: Sequence[Ranks], count: int, progress: Progress
    ) -> Iterator[Floats]:
        """Draw sketches, propagate them along the arcs, and add up the ranks of all registers.

        Parameters
        ----------
        drawn : sequence of Ranks
            One sketch each.
        count : int
            How many registers each has.
        progress : callable

        Yields
        ------
        float64[steps, n]
            Of each sketch; infinite at steps that are not wanted. The caller may overwrite it.
        """
        ...

    def sample_seconds(self, payoffs: Floats) -> float:
        """Measure a part of `shell_sums` and extrapolate to all of it, in seconds."""
        ...

    def search_bytes(self) -> int:
        """Working memory of `shell_sums`, besides payoffs and sums."""
        ...

    def sketch_sample_seconds(self, steps: int, count: int) -> float:
        """Measure some registers of a sketch and extrapolate to all of them, in seconds."""
        ...

    def sketch_bytes(self, count: int) -> int:
        """Working memory of propagating a number of registers."""
        ...

    def of(self, network: Network) -> Backend:
        """Make the backend of another network, with the same runner."""
        ...


def backend_of(network: Network | Backend, runner: Runner | None = None) -> Backend:
    """Choose the backend of a network; a backend is returned as it is.

    Parameters
    ----------
    network : Network or Backend
    runner : Runner, optional
        Who runs the jobs of large networks; by default all processors of this machine.
    """
    if not isinstance(network, Network):
        return network
    from influence.models.backends import dense

    if dense.suits(network):
        return dense.Dense(network, runner or Threads())
    from influence.models.backends.compiled import Compiled

    return Compiled(network, runner or Threads())
