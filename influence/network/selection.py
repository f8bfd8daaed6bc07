"""Selection of the ties that count, and the direction of influence along them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import UsageError
from influence.tables.notes import Note
from influence.tables.reading.columns import true_where

Direction = Literal["both", "as-written", "reversed"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
NAMES_SHOWN = 20


@dataclass(frozen=True)
class Selection:
    """The ties that a network is made of, and the direction and weight of each kind.

    Attributes
    ----------
    kinds, networks : tuple of str
        Only ties of these; empty means all.
    directions : mapping of str to {"both", "as-written", "reversed"}
        For a kind of tie; it wins over the `directed` column of the rows.
    kind_weights : mapping of str to float
        What influence along a tie of a kind is multiplied with, above 0 and at most 1; 1 for all
        others.
    """

    kinds: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    directions: Mapping[str, Direction] = field(default_factory=dict)
    kind_weights: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.directions is None:  # which earlier versions had for no directions
            object.__setattr__(self, "directions", {})
        for kind, direction in self.directions.items():
            if direction not in DIRECTIONS:
                raise UsageError(
                    f"direction of {kind!r}: {direction!r} is not one of {', '.join(DIRECTIONS)}"
                )
        for kind, weight in self.kind_weights.items():
            if not 0 < weight <= 1:  # also refuses NaN
                raise UsageError(
                    f"weight of {kind!r}: {weight:g} must be above 0 and at most 1; kinds without "
                    "a weight have 1, so divide all weights by the largest"
                )


def absent(ties: pa.Table, selection: Selection) -> Iterator[Note]:
    """Note the kinds and networks that the selection names and no tie has.

    Raises
    ------
    UsageError
        If only such kinds, or networks, are selected: the network would have no ties.
    """
    for column, wanted, directed in (
        ("kind", selection.kinds, (*selection.directions, *selection.kind_weights)),
        ("network", selection.networks, ()),
    ):
        there = pc.unique(ties[column]).to_pylist() if wanted or directed else []
        unknown = [name for name in dict.fromkeys((*wanted, *directed)) if name not in there]
        if not unknown:
            continue
        if wanted and set(wanted).isdisjoint(there):
            raise UsageError(_no_tie_has(column, wanted, there))
        text = f"{_no_tie_has(column, unknown, there)}; ignored"
        yield Note(text, f"{column}_not_there", names=unknown, there=sorted(there))


def selected(ties: pa.Table, selection: Selection) -> pa.Table:
    """Keep the ties of the selected kinds and networks."""
    for column, wanted in (("kind", selection.kinds), ("network", selection.networks)):
        if wanted:
            ties = ties.filter(pc.is_in(ties[column], pa.array(wanted, pa.string())))
    return ties


def kind_weights(ties: pa.Table, selection: Selection) -> npt.NDArray[np.float64] | None:
    """The weight of the kind of every tie; None where all kinds weigh the same."""
    found = np.ones(len(ties))
    for kind, weight in selection.kind_weights.items():
        found[true_where(pc.equal(ties["kind"], kind))] = weight
    return None if (found == 1).all() else found


def arc_directions(
    ties: pa.Table, selection: Selection
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Tell for every tie whether influence runs from source to target, and back.

    An undirected tie that both sides listed (`mutual`) runs both ways, whatever its kind. The rule
    in Cypher is cypher/fragments/influences.cypher.
    """
    directed = true_where(ties["directed"])
    mutual = true_where(ties["mutual"]) & ~directed
    forward, backward = np.ones(len(ties), dtype=bool), ~directed
    for kind, direction in selection.directions.items():
        of_kind = true_where(pc.equal(ties["kind"], kind))
        forward[of_kind] = True if direction != "reversed" else mutual[of_kind]
        backward[of_kind] = True if direction != "as-written" else mutual[of_kind]
    return forward, backward


def _no_tie_has(column: str, unknown: Sequence[str], there: Sequence[str]) -> str:
    are = "is" if len(there) == 1 else "are"
    return f"no tie has the {column} {', '.join(map(repr, unknown))}; there {are} {_listed(there)}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(map(repr, sorted(names)[:NAMES_SHOWN]))
    return (shown or "none") + (" …" if len(names) > NAMES_SHOWN else "")
