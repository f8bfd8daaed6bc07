"""The customers of the sample company in the order of their ids, which is that of joining."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.demo.names import make_ids
from influence.demo.people import FOLLOWS, Flags, Floats, Ints, Pairs, People, Texts, TieKind


@dataclass(frozen=True, eq=False)
class Roster:
    """All customers and their ties by index.

    Attributes
    ----------
    ids : object[n]
    joined : int64[n]
        Days since 1970, ascending.
    clv : float64[n]
        Money.
    segment, household : int64[n]
    relation : str[n]
    pairs : dict of TieKind to a pair of int64[m]
        As the ties are written.
    """

    ids: npt.NDArray[np.object_]
    joined: Ints
    clv: Floats
    segment: Ints
    household: Ints
    relation: Texts
    pairs: Mapping[TieKind, Pairs]

    @classmethod
    def in_order_of_joining(
        cls,
        people: People,
        joined: Ints,
        clv: Floats,
        relation: Texts,
        pairs: Mapping[TieKind, Pairs],
    ) -> Roster:
        """Sort people by the date of joining, and by position in the street within a day."""
        order = np.argsort(joined, kind="stable")
        place = np.empty(people.n, np.int64)
        place[order] = np.arange(people.n)
        return cls(
            make_ids(people.n),
            joined[order],
            clv[order],
            people.segment[order],
            people.household[order],
            relation[order],
            {kind: (place[left], place[right]) for kind, (left, right) in pairs.items()},
        )

    @property
    def n(self) -> int:
        """The number of customers."""
        return len(self.ids)

    @property
    def is_customer(self) -> Flags:
        """Whether the relation is customer, paying or free: bool[n]."""
        return np.asarray(self.relation == "customer", np.bool_)

    def acquainted(self) -> tuple[Ints, Ints, Floats]:
        """Return ties outside the community in both directions: from, to, and typical strength."""
        kinds = [kind for kind in self.pairs if kind is not FOLLOWS]
        left = np.concatenate([self.pairs[kind][0] for kind in kinds])
        right = np.concatenate([self.pairs[kind][1] for kind in kinds])
        typical = [np.full(len(self.pairs[k][0]), sum(k.strength) / 2) for k in kinds]
        strength = np.concatenate([*typical, *typical])
        return np.concatenate([left, right]), np.concatenate([right, left]), strength

    def influencing(self) -> Pairs:
        """Return all arcs: acquaintances influence each other, the followed their followers."""
        source, target, _ = self.acquainted()
        follower, followed = self.pairs[FOLLOWS]
        return np.concatenate([source, followed]), np.concatenate([target, follower])


def dates(days: Ints) -> pa.Array:
    """Return days since 1970 as dates."""
    return pa.array(days.astype(np.int32), pa.int32()).cast(pa.date32())
