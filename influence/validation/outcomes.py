"""Outcomes after a day: referrals, purchases, and the purchases of contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp
from scipy.stats import rankdata

from influence.engine.acts import days_of
from influence.engine.run_input import RunInput
from influence.network import Network
from influence.tables import Tables
from influence.tables.keys import places
from influence.tables.rules import forest

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GROUP = 20
"""Customers of similar CLV among whom later purchases are compared, apart from ties."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """Later behaviour of some customers, and the customers whose figures are to predict it.

    Attributes
    ----------
    name : str
    pairs : csr_array, m × n
        Row i weighs the people whose behaviour customer i is to predict; a row sums to 1 or is
        empty. For own behaviour it is the customer alone.
    value : float64[n]
        What each person did.
    acted : int
        How many of these people did anything.
    """

    name: str
    pairs: sp.csr_array
    value: Floats
    acted: int

    @property
    def paired(self) -> npt.NDArray[np.bool_]:
        """The customers who have anybody in their row; bool[m]."""
        found: npt.NDArray[np.bool_] = np.diff(self.pairs.indptr) > 0
        return found


def outcomes(tables: Tables, source: RunInput, at: Ints, until: date) -> list[Outcome]:
    """Read what happened after a day.

    Parameters
    ----------
    tables : Tables
        All that is in the store.
    source : RunInput
        What was known at the end of the day.
    at : int64[m]
        Positions in its network of the customers who have figures.
    until : date
    """
    network = source.network
    own = _own(at, network.n)
    referred = _referred(tables.referrals, network, until)
    paid, bought = _paid(tables.transactions, network, until)
    contacts = _contacts(network, at)
    reached = np.unique(contacts.indices)
    return [
        Outcome("later_referrals", own, referred, int((referred[at] > 0).sum())),
        Outcome(
            "purchases_of_contacts",
            contacts,
            relative(paid, source.customers.value, _joined(tables.customers, network)),
            int(bought[reached].sum()),
        ),
        Outcome("own_purchases", own, paid, int(bought[at].sum())),
    ]


def relative(paid: Floats, clv: Floats, joined: Ints) -> Floats:
    """Rank what customers paid among those of similar CLV; float64[n] in (0, 1).

    Who bought much before goes on to, whoever their contacts are. Groups hold customers of
    neighbouring CLV, and of equal CLV those who joined at neighbouring times, since CLV of the last
    year says less of newcomers. Who is equal in both is in one group; equal payments share the mean
    of their ranks.

    Examples
    --------
    >>> paid, clv = np.array([5.0, 0.0, 5.0, 9.0]), np.array([1.0, 1.0, 1.0, 2.0])
    >>> relative(paid, clv, np.zeros(4, np.int64)).tolist()
    [0.5, 0.125, 0.5, 0.875]
    """
    groups = max(1, len(clv) // GROUP)
    similar = rankdata(np.unique(np.stack([clv, joined]), axis=1, return_inverse=True)[1])
    group = ((similar - 0.5) * groups / max(len(clv), 1)).astype(np.int64)
    size = np.bincount(group, minlength=groups)
    # Ranks within a group are those by group and payment, less all customers in groups before.
    by_both = np.unique(np.stack([group, paid]), axis=1, return_inverse=True)[1]
    rank = rankdata(by_both) - (np.cumsum(size) - size)[group]
    return np.asarray((rank - 0.5) / size[group], dtype=np.float64)


def _own(at: Ints, n: int) -> sp.csr_array:
    return sp.csr_array((np.ones(len(at)), at, np.arange(len(at) + 1)), shape=(len(at), n))


def _contacts(network: Network, at: Ints) -> sp.csr_array:
    """Return whom each can influence directly; every row weighs 1, or 0 without contacts."""
    arcs = network.to_scipy()[at]
    degree = np.diff(arcs.indptr)
    arcs.data = np.repeat(1 / np.maximum(degree, 1), degree)
    return arcs


def _joined(customers: pa.Table, network: Network) -> Ints:
    """The day on which each customer joined; before all others where it is unknown."""
    at = pc.index_in(network.keys, customers["id"].combine_chunks())
    return days_of(customers["joined"].take(at))


def _after(table: pa.Table, until: date) -> pa.Table:
    return table.filter(pc.greater(table["date"], pa.scalar(until, pa.date32())))


def _referred(referrals: pa.Table, network: Network, until: date) -> Floats:
    """Count the later referrals of each customer; of several of one person, the earliest."""
    ordered = referrals.sort_by("place")
    later = _after(ordered.filter(pa.array(forest.counting(ordered))), until)
    later = later.filter(pc.is_in(later["referrer"], network.keys))
    made = np.bincount(places(later["referrer"], network.keys), minlength=network.n)
    return made.astype(np.float64)


def _paid(
    purchases: pa.Table, network: Network, until: date
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return what each customer paid later, in money, and whether they bought at all."""
    later = _after(purchases, until)
    later = later.filter(pc.is_in(later["customer"], network.keys))
    who, amount = places(later["customer"], network.keys), later["amount"].to_numpy()
    order = np.lexsort((amount, who))  # sums are rounded alike for every order of the rows
    paid: Floats = np.bincount(who[order], amount[order], network.n).astype(np.float64)
    return paid, np.bincount(who, minlength=network.n) > 0
