"""The day on which each arc began."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from influence.network.network import Network
from influence.network.selection import Selection, arc_directions, selected
from influence.tables import Tables
from influence.tables.keys import places


def arc_days(
    tables: Tables, network: Network, selection: Selection
) -> npt.NDArray[np.datetime64] | None:
    """Return the day on which each arc began, the earliest of the ties behind it.

    Parameters
    ----------
    tables : Tables
        Complete.
    network : Network
        Of these tables.
    selection : Selection
        Which ties it is made of.

    Returns
    -------
    datetime64[D][arcs] or None
        NaT where a tie behind the arc has no date; None where no tie has one.
    """
    ties = selected(tables.ties, selection)
    if ties["since"].null_count == len(ties):
        return None
    numbers = pc.fill_null(ties["since"].cast("int32").cast("float64"), -np.inf).to_numpy()
    source, target = (places(ties[end], network.keys) for end in ("source", "target"))
    forward, backward = arc_directions(ties, selection)

    def both(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.concatenate([one[forward], other[backward]])

    # Of equal arcs the largest number is kept.
    found = Network.from_arcs(
        network.keys, both(source, target), both(target, source), -both(numbers, numbers),
        ties=len(ties),
    )  # fmt: skip
    days = np.full(network.arcs, np.datetime64("NaT", "D"))
    dated = np.isfinite(found.strength)
    days[dated] = (-found.strength[dated]).astype(np.int64).astype("M8[D]")
    return days
