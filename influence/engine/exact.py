"""Exact sums: two searches of the network, against the arcs and along them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.engine.sums import Method, Payoffs, Sums
from influence.models import Shells
from influence.models.payoff import Payoff
from influence.progress import Progress
from influence.value import ledger


@dataclass(frozen=True, eq=False)
class Exact(Method):
    """See `Method`.

    Attributes
    ----------
    shells : Shells
    """

    shells: Shells

    def sums(self, payoffs: Payoffs, progress: Progress) -> Sums:
        """Search against the arcs, then along them.

        The ledger needs to know how many customers can influence each one before it can share
        that customer's value. Where every arc runs both ways, those are the customers in reach.
        """
        shells, symmetric = self.shells, self.symmetric
        classes = shells.classes(self.forward.network)
        weights = tuple(classes.weights.tolist())
        along: list[Payoff] = [1.0, payoffs.value]
        signs = (payoffs.positive, payoffs.negative)
        first = [*along[: 1 + symmetric], *(sign for sign in signs if sign.any())]
        found = shells.by_class(self.backward, *first, progress=progress)
        reached_by = found[0]
        arriving = iter(found[1 + symmetric :])
        positive, negative = (
            classes.weights @ next(arriving) if sign.any() else np.zeros_like(payoffs.value)
            for sign in signs
        )
        shares = ledger.shares(payoffs.remainder, weights, reached_by)
        received, *summed = shells.by_class(
            self.forward, shares, *([] if symmetric else along), progress=progress
        )
        reach, values = found[:2] if symmetric else summed
        if self.forward.network.kind_weight is not None:  # reach counts by the shortest path
            values = classes.by_distance(values)
            (reach,) = self.forward.shell_sums(
                np.ones((1, shells.depth, len(reached_by[0]))), progress
            )
        settled = ledger.settle(payoffs.remainder, weights, reached_by, received.sum(axis=0))
        return Sums(reach, values, settled, positive, negative)
