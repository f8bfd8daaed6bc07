"""What a run asks of the network: two searches, against the arcs and along them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from influence.models import Shells
from influence.models.payoff import Payoff
from influence.network import Network
from influence.progress import Progress
from influence.value import ledger

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Payoffs:
    """What the sums are taken of.

    Attributes
    ----------
    value : float64[n]
        V, money.
    remainder : float64[n]
        V, less what referrers took: what influence spreads in the ledger.
    praise, blame : float64[n]
        The two sides of sentiment, at least 0.
    """

    value: Floats
    remainder: Floats
    praise: Floats
    blame: Floats


@dataclass(frozen=True, eq=False)
class Sums:
    """What two searches of the network give.

    Attributes
    ----------
    reach, values : float64[D, n]
        CustomerArrays and their value, by distance.
    books : Ledger
    for_us, against_us : float64[n]
        Praise and blame that arrive.
    """

    reach: Floats
    values: Floats
    books: ledger.Ledger
    for_us: Floats
    against_us: Floats


def search(shells: Shells, network: Network, asked: Payoffs, progress: Progress) -> Sums:
    """Search against the arcs, then along them.

    A ledger needs to know how many can influence a customer before it can share her value out.
    Where every tie runs both ways those are the people whom she can influence.
    """
    turned = network.reversed()
    both_ways = turned is network
    along: list[Payoff] = [1.0, asked.value]
    sides = (asked.praise, asked.blame)
    felt = [side for side in sides if side.any()]
    first = [*along[: 1 + both_ways], *felt]
    counted = shells.by_distance(turned, *first, progress=progress)
    reached_by = counted[0]
    arriving = iter(counted[1 + both_ways :])
    weights = np.array(shells.weights)
    for_us, against_us = (
        weights @ next(arriving) if side.any() else np.zeros(network.n) for side in sides
    )
    shares = ledger.shares(asked.remainder, shells.weights, reached_by)
    received, *summed = shells.by_distance(
        network, shares, *([] if both_ways else along), progress=progress
    )
    reach, values = counted[:2] if both_ways else summed
    books = ledger.settle(asked.remainder, shells.weights, reached_by, received.sum(axis=0))
    return Sums(reach, values, books, for_us, against_us)
