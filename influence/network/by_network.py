"""Numbers of contacts in each network, by ties and by profiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.network.blocks import contacts_of_each
from influence.tables.keys import places
from influence.tables.reading.columns import true_where, where

ENDS = ["source", "target"]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ContactsByNetwork:
    """Numbers of contacts, by network and customer.

    Attributes
    ----------
    networks : list of str
        The networks of the ties and profiles; "" stands for none.
    inside : int64[networks, n]
        Customers with whom there is a tie in the network.
    contacts : int64[networks, n]
        Those inside, or those of the customer's profile in the network if they are more.
    """

    networks: list[str]
    inside: Counts
    contacts: Counts

    @classmethod
    def count(cls, ties: pa.Table, profiles: pa.Table, ids: pa.Array) -> ContactsByNetwork:
        """Count the contacts.

        Parameters
        ----------
        ties, profiles : pa.Table
            Those that count; a profile without a number of contacts says nothing.
        ids : pa.StringArray, n
            All customers in both.
        """
        n, profiles = len(ids), profiles.filter(pc.is_valid(profiles["contacts"]))
        names = pc.unique(
            pa.chunked_array([*ties["network"].chunks, *profiles["network"].chunks], pa.string())
        )
        inside = np.zeros((len(names), n), dtype=np.int64)
        for row, name in zip(inside, names, strict=True):
            there = where(ties.select(ENDS), true_where(pc.equal(ties["network"], name)))
            source, target = (places(there[end], ids).astype(np.uint32) for end in ENDS)
            row[:] = contacts_of_each(source, target, n)
        contacts = inside.copy()
        at = places(profiles["network"], names), places(profiles["customer"], ids)
        np.maximum.at(contacts, at, profiles["contacts"].to_numpy())
        return cls(names.to_pylist(), inside, contacts)
