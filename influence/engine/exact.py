"""Exact sums: two searches of the network, against the arcs and along them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from influence.engine.sums import Floats, Method, Payoffs, Spread, Sums
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
        spread = self._spread_payoffs(payoffs, reached_by)
        received, *summed = shells.by_class(
            self.forward, shares, *spread.values(), *([] if symmetric else along),
            progress=progress,
        )  # fmt: skip
        spread, summed = dict(zip(spread, summed, strict=False)), summed[len(spread) :]
        reach, values = found[:2] if symmetric else summed
        if self.forward.network.kind_weight is not None:  # reach counts by the shortest path
            values = classes.by_distance(values)
            (reach,) = self.forward.shell_sums(
                np.ones((1, shells.depth, len(reached_by[0]))), progress
            )
        settled = ledger.settle(payoffs.remainder, weights, reached_by, received.sum(axis=0))
        sums = Sums(reach, values, settled, positive, negative)
        if payoffs.errors is None:
            return sums
        return replace(sums, spread=self._spread(payoffs, reached_by, spread, progress))

    def _spread_payoffs(self, payoffs: Payoffs, reached_by: Floats) -> dict[str, Floats]:
        """Return the payoffs of a `Spread` to the full depth, by field; none that is certain."""
        weights, errors, found = self.shells.weights, payoffs.errors, {}
        if errors is None:
            return {}
        if errors.weights:
            found["received"] = payoffs.remainder / ledger.within(reached_by)[-1]
        if errors.remainder.any():
            found["variance"] = ledger.shares(errors.remainder, weights, reached_by) ** 2
        if errors.common.any():
            found["common"] = ledger.shares(errors.common, weights, reached_by)
        return found

    def _spread(
        self,
        payoffs: Payoffs,
        reached_by: Floats,
        sums: Mapping[str, Floats],
        progress: Progress,
    ) -> Spread:
        """Collect the sums of `_spread_payoffs`; those of nearer levels take shorter searches."""
        within = ledger.within(reached_by)
        received, nothing = np.zeros_like(within), np.zeros_like(payoffs.value)
        if "received" in sums:
            received[-1] = sums["received"].sum(axis=0)
            for level, payoff in enumerate((payoffs.remainder / within)[:-1], 1):
                rows = np.broadcast_to(payoff, (1, level, len(payoff)))
                received[level - 1] = self.forward.shell_sums(rows, progress)[0].sum(axis=0)
        variance, common = (
            sums[name].sum(axis=0) if name in sums else nothing for name in ("variance", "common")
        )
        return Spread(received, 1 - 1 / within, variance, common)
