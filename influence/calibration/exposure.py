"""Exposure: how many who can influence a customer had the event, by period and distance."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from influence.models.shells import Shells
from influence.network import Network
from influence.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Stage:
    """Some periods in which the ties are the same.

    Attributes
    ----------
    first : int
        The first of these periods.
    oldest : int
        Events before this period are counted together.
    before : float64[k, D, n]
        How many of those at distance d who can influence a customer had the event before period
        `oldest`, `oldest` + 1 …
    people : float64[D, n]
        How many there are in all.
    """

    first: int
    oldest: int
    before: Floats
    people: Floats

    @classmethod
    def of(
        cls,
        network: Network,
        event: Ints,
        periods: tuple[int, int],
        oldest: int,
        depth: int,
        progress: Progress,
    ) -> Stage:
        """Search the network once, backwards along the arcs.

        Parameters
        ----------
        periods : (int, int)
            The first period, and the one after the last.
        network, event, oldest, depth, progress
            See `Exposure.of`.
        """
        first, end = periods
        earlier = (event >= 0) & (event < oldest)
        happened = [earlier, *(event == period for period in range(oldest, end - 1))]
        sums = Shells((1.0,) * depth).by_distance(
            network.reversed(), 1.0, *(each.astype(np.float64) for each in happened),
            progress=progress,
        )  # fmt: skip
        return cls(first, oldest, np.cumsum(sums[1:], axis=0), sums[0])

    def count(self, period: int) -> Floats:
        """Return how many had the event before a period; float64[D, n]."""
        if period == 0:
            return np.zeros_like(self.people)
        if period < self.oldest:
            raise ValueError(f"events before period {self.oldest} are counted together")
        counted: Floats = self.before[period - self.oldest]
        return counted


@dataclass(frozen=True, eq=False)
class Exposure:
    """The number of people at each distance who had the event before.

    Attributes
    ----------
    stages : tuple of Stage
        In the order of their periods; one where no tie has a date.
    """

    stages: tuple[Stage, ...]

    @classmethod
    def of(
        cls,
        network: Network,
        event: Ints,
        periods: int,
        depth: int,
        progress: Progress = silent,
        *,
        begins: Ints | None = None,
        back: int | None = None,
    ) -> Exposure:
        """Search the network, once for all periods in which the ties are the same.

        Parameters
        ----------
        network : Network
        event : int64[n]
            The period of each customer's event; −1 where there is none.
        periods : int
        depth : int
            Distances 1 … D count.
        progress : callable, optional
        begins : int64[arcs], optional
            The first period in which each arc counts; by default all count always.
        back : int, optional
            How many periods back `within` will look, unless it is from the beginning; fewer take
            less memory where ties have dates.
        """
        if begins is None:
            begins = np.zeros(network.arcs, dtype=np.int64)
        starts = np.unique(np.append(np.maximum(begins, 0), 0))
        starts = starts[starts < periods]
        stages = []
        for at, (first, end) in enumerate(pairwise([*starts.tolist(), periods])):
            there = begins <= first
            oldest = 0 if back is None else max(first - back, 0)
            some = network if there.all() else network.with_arcs(there)
            alone = progress if len(starts) == 1 else silent
            stages.append(Stage.of(some, event, (first, end), oldest, depth, alone))
            if len(starts) > 1:
                progress("searching by period", at + 1, len(starts))
        return cls(tuple(stages))

    def stage(self, period: int) -> Stage:
        """Return the stage that a period is in."""
        return [stage for stage in self.stages if stage.first <= period][-1]

    def people(self, period: int) -> Floats:
        """Count the people who can influence each customer in a period; float64[D, n]."""
        return self.stage(period).people

    def within(self, period: int, nearest: int, farthest: int | None, *, share: bool) -> Floats:
        """Count events that lie `nearest` … `farthest` periods back; float64[D, n].

        Parameters
        ----------
        period : int
            From where it is counted back; its own events are 0 periods back. Distances are along
            the ties that there are in this period.
        nearest, farthest : int
            At least 1; None counts from the beginning.
        share : bool
            Divide by the number of people at that distance; 0 where there is nobody.
        """
        stage = self.stage(period)
        last = max(period - nearest + 1, 0)
        first = 0 if farthest is None else max(period - farthest, 0)
        counted: Floats = stage.count(last) - stage.count(first)
        return counted / np.maximum(stage.people, 1.0) if share else counted
