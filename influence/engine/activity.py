"""Recent activity of customers: the input of the score card and of active influence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from influence.engine.acts import EMAIL_SENT, NO_DAY, RECEIVED, Acts, days_of, in_window
from influence.network import Network, Selection
from influence.network.by_network import ContactsByNetwork
from influence.network.selection import selected
from influence.tables import Tables
from influence.tables.keys import places
from influence.tables.rules.window_end import EPOCH, window_end
from influence.value.conventions import Conventions

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Activity:
    """Activity of customers in the window, in the order of the network's ids.

    Attributes
    ----------
    acts : Acts
        Engagements in the window, or without a date.
    referrals : Acts
        Referrals likewise.
    purchases : float64[n]
        How many purchases each customer made in the window.
    active : bool[n]
        Customers with any act, purchase or survey in the window, or without a date.
    contacts : float64[n]
        Contacts in all networks, inside and outside the customer base; NaN where the company has
        neither ties nor profiles.
    first_act : int64[n]
        The day of each customer's first act ever, `NO_DAY` for none; e-mails and reading are none.
    segment : intp[n]
        A number for each segment.
    kinds : tuple of str
        Every kind of act that there is, also before and after the window.
    """

    acts: Acts
    referrals: Acts
    purchases: Floats
    active: Flags
    contacts: Floats
    first_act: npt.NDArray[np.int64]
    segment: npt.NDArray[np.intp]
    kinds: tuple[str, ...] = ()

    @classmethod
    def from_tables(
        cls, tables: Tables, network: Network, selection: Selection, conventions: Conventions
    ) -> Activity:
        """Align complete tables with the network."""
        acts = Acts.from_table(tables.engagements, network)
        referrals = Acts.from_referrals(tables.referrals, network)
        bought, asked = (days_of(table["date"]) for table in (tables.transactions, tables.surveys))
        days = np.concatenate([acts.day, referrals.day, bought, asked])
        end = window_end(days[days != NO_DAY], conventions.window, as_of=conventions.as_of)
        last = (end.day - EPOCH).days if end else NO_DAY
        first = last - conventions.window + 1 if end else NO_DAY
        first_act = _first_acts(acts, network.n, last)
        kinds = tuple(np.unique(acts.kind.astype(str)).tolist())
        acts, referrals = acts.within(first, last), referrals.within(first, last)
        buyers = places(tables.transactions["customer"], network.keys)
        answered = places(tables.surveys["customer"], network.keys)
        buyers, answered = (
            who[in_window(day, first, last)] for who, day in ((buyers, bought), (answered, asked))
        )
        purchases = np.bincount(buyers, minlength=network.n).astype(np.float64)
        active = purchases > 0
        active[acts.customer[acts.kind != EMAIL_SENT]] = True  # an act of the company
        active[answered] = True
        segments = tables.customers["segment"].combine_chunks()
        at = pc.index_in(network.keys, tables.customers["id"].combine_chunks())
        codes = segments.take(at).dictionary_encode(null_encoding="encode").indices
        return cls(
            acts, referrals, purchases, active, _contacts(tables, network, selection),
            first_act, codes.to_numpy().astype(np.intp), kinds,
        )  # fmt: skip

    @classmethod
    def none(cls, n: int) -> Activity:
        """Return the activity of customers of whom nothing is known."""
        return cls(
            Acts.none(), Acts.none(), np.zeros(n), np.zeros(n, dtype=np.bool_),
            np.full(n, np.nan), np.full(n, NO_DAY), np.zeros(n, dtype=np.intp),
        )  # fmt: skip

    def arrays(self) -> list[npt.NDArray[Any]]:
        """The arrays that scores depend on, for a fingerprint; none where nothing has happened."""
        if not (self.active.any() or len(self.acts) or (self.referrals.day != NO_DAY).any()):
            return []
        found: list[npt.NDArray[Any]] = []
        for acts in (self.acts.ordered(), self.referrals.ordered()):
            found += [acts.customer, acts.day, acts.other, acts.public, acts.sentiment]
            for texts in (acts.kind, acts.network):
                names, codes = np.unique(texts.astype(str), return_inverse=True)
                found += [names, codes]
        found += [self.purchases, self.active, self.contacts, self.first_act, self.segment]
        return found


def _first_acts(acts: Acts, n: int, last: int) -> npt.NDArray[np.int64]:
    known = (acts.day != NO_DAY) & (acts.day <= last)
    dated = acts.where(known & ~np.isin(acts.kind, RECEIVED))
    latest = np.iinfo(np.int64).max
    first = np.full(n, latest)
    np.minimum.at(first, dated.customer, dated.day)
    return np.where(first == latest, NO_DAY, first)


def _contacts(tables: Tables, network: Network, selection: Selection) -> Floats:
    """Add up the contacts of each network: those by ties, or more where a profile says so."""
    ties = selected(tables.ties, selection)
    found = ContactsByNetwork.count(ties, tables.profiles, network.keys)
    if not found.networks:
        return np.full(network.n, np.nan)
    total: Floats = found.contacts.sum(axis=0).astype(np.float64)
    return total
