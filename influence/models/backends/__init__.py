"""Backends: how the sums over distance shells of one network are computed.

`backend_of` chooses once for a network: `Dense` needs NumPy only and starts at once, `Compiled`
searches networks of any size with the kernels. Both give the same sums.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from influence.kernels import registers
from influence.network import Network
from influence.progress import Progress

Floats = npt.NDArray[np.float64]
Propagate = Callable[[registers.Drawing, range, npt.NDArray[np.bool_], Floats], None]
"""Draw some registers of a sketch and propagate them along the arcs. Arguments: what is drawn,
which registers, after which steps sums of ranks are wanted (bool[D]), and the sums to set
(float64[D, n])."""


class Propagation(NamedTuple):
    """How the registers of a sketch are propagated.

    Attributes
    ----------
    order : intp[n]
        The customers in the order in which `run` takes and returns them.
    slices : list of range
        Which registers are propagated together.
    run : Propagate
    """

    order: npt.NDArray[np.intp]
    slices: list[range]
    run: Propagate


class Backend(Protocol):
    """Sums over the distance shells of one network."""

    network: Network

    @property
    def threads(self) -> int:
        """How many threads an exact search uses."""
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

    def subset_sums(self, customers: npt.NDArray[np.intp], payoffs: Floats) -> Floats:
        """Sum from some customers only; float64[payoffs, D, m].

        Parameters
        ----------
        customers : intp[m]
            Indices in the network, each once.
        payoffs : float64[payoffs, D, n]
        """
        ...

    def propagation(self, count: int, threads: int) -> Propagation:
        """Prepare to propagate so many registers by so many threads at once."""
        ...

    def sample_seconds(self, payoffs: Floats) -> float:
        """Measure a part of `shell_sums` and extrapolate to all of it, in seconds."""
        ...

    def search_bytes(self) -> int:
        """Working memory of `shell_sums`, besides payoffs and sums."""
        ...

    def propagation_bytes(self, count: int) -> int:
        """Working memory of propagating so many registers."""
        ...


def backend_of(network: Network | Backend) -> Backend:
    """Choose the backend of a network; a backend is returned as it is."""
    if not isinstance(network, Network):
        return network
    from influence.models.backends import dense

    if dense.suits(network):
        return dense.Dense(network)
    from influence.models.backends.compiled import Compiled

    return Compiled(network)
