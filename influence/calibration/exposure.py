"""Exposure: how many who can influence a customer had the event, by period and distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from influence.models.shells import Shells
from influence.network import Network
from influence.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Exposure:
    """Who had the event before, at each distance.

    Attributes
    ----------
    before : float64[periods + 1, D, n]
        How many of those at distance d who can influence a customer had the event before a period.
    people : float64[D, n]
        How many there are in all.
    """

    before: Floats
    people: Floats

    @classmethod
    def of(
        cls,
        network: Network,
        event: Ints,
        periods: int,
        depth: int,
        progress: Progress = silent,
    ) -> Exposure:
        """Search the network once, backwards along the arcs.

        Parameters
        ----------
        network : Network
        event : int64[n]
            The period of each customer's event; −1 where there is none.
        periods : int
        depth : int
            Distances 1 … D count.
        progress : callable, optional
        """
        happened = [(event == period).astype(np.float64) for period in range(periods)]
        sums = Shells((1.0,) * depth).by_distance(
            network.reversed(), 1.0, *happened, progress=progress
        )
        before = np.zeros((periods + 1, depth, network.n))
        np.cumsum(sums[1:], axis=0, out=before[1:])
        return cls(before, sums[0])

    @property
    def depth(self) -> int:
        """The largest distance."""
        return len(self.people)

    def within(self, period: int, nearest: int, farthest: int | None, *, share: bool) -> Floats:
        """Count events that lie `nearest` … `farthest` periods back; float64[D, n].

        Parameters
        ----------
        period : int
            From where it is counted back; its own events are 0 periods back.
        nearest, farthest : int
            At least 1; None counts from the beginning.
        share : bool
            Divide by the number of people at that distance; 0 where there is nobody.
        """
        last = max(period - nearest + 1, 0)
        first = 0 if farthest is None else max(period - farthest, 0)
        counted: Floats = self.before[last] - self.before[first]
        return counted / np.maximum(self.people, 1.0) if share else counted
