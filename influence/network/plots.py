"""The picture of one customer's ego network. Needs the extra `report`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.charts.labels import LONGEST_NAME, called, label
from influence.charts.look import ALONE, Chart, titled
from influence.charts.rings import nearest, rings
from influence.errors import NothingToShow, UsageError
from influence.network import Network
from influence.network.ego import EgoNetwork, ego_network


class NetworkPlots:
    """The charts of one network; see `Network.plot`."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def ego(
        self,
        customer: str,
        depth: int = 3,
        *,
        payoff: npt.NDArray[np.float64] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> Chart:
        """Draw a customer in the middle, and on rings the people within reach.

        About 120 people are drawn, from each distance those with the largest payoff, and the
        contacts through whom they are reached; the note below the title says how many are left
        out. Customers who are not profiled are neither drawn nor counted.

        Parameters
        ----------
        customer : str
            An id.
        depth : int
            The largest distance, at least 1.
        payoff : float64[n], optional
            A number for each customer of the network, such as the CLV: the size of a point. By
            default all are equal.
        names : mapping of str to str, optional
            Names by id, shown instead of ids.

        Raises
        ------
        NothingToShow
            If there is no such customer, or nobody is within reach.
        UsageError
            If depth is below 1, or payoff has another length.
        """
        network, names = self._network, names or {}
        if depth < 1:
            raise UsageError(f"depth is {depth}; it must be at least 1")
        payoff = np.ones(network.n) if payoff is None else np.asarray(payoff, dtype=np.float64)
        if payoff.shape != (network.n,):
            raise UsageError(
                f"payoff has the shape {payoff.shape}; the network has {network.n:,} customers"
            )
        index, hidden = network.index(customer), network.not_profiled
        if hidden is not None and hidden[index]:
            raise NothingToShow(f"no customer {customer!r}")
        people = _people(network, ego_network(network, index, depth, hidden), payoff)
        who = label(called(customer, names), LONGEST_NAME)
        if not people:
            raise NothingToShow(f"{who} reaches nobody within {depth} steps")
        drawn = nearest(people)
        notes = [_note(len(drawn), len(people))]
        if hidden is not None:
            notes.append("Customers who are not profiled are left out.")
        return titled(rings(customer, drawn, names, ALONE), f"The people whom {who} reaches", notes)


def _people(
    network: Network, ego: EgoNetwork, payoff: npt.NDArray[np.float64]
) -> list[dict[str, Any]]:
    """The people of an ego network who are profiled: the first of each distance, the second …"""
    hidden = network.not_profiled
    named = slice(None) if hidden is None else ~hidden[ego.members]
    members, distance, through = (
        array[named] for array in (ego.members, ego.distance, ego.through)
    )
    order = np.lexsort((members, -payoff[members], distance))
    place = np.arange(len(order)) - np.searchsorted(distance[order], distance[order])
    order = order[np.lexsort((distance[order], place))]
    members, distance, through = members[order], distance[order], through[order]
    known = pa.array(through, mask=through == network.n)
    rows = zip(
        network.keys.take(pa.array(members)).to_pylist(),
        distance.tolist(),
        network.keys.take(known).to_pylist(),
        payoff[members].tolist(),
        strict=True,
    )
    columns = ("customer", "distance", "through", "clv")
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _note(drawn: int, people: int) -> str:
    lines = "Rings are distances; a line leads to the contact through whom a person is reached."
    if drawn == people:
        return f"All {people:,} are drawn. {lines}"
    return (
        f"{drawn:,} of {people:,} are drawn, from each distance those with the largest payoff. "
        f"{lines}"
    )
