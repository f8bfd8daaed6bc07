"""Neighbourhood: the people within reach of one customer, and the customer's referrals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.engine.customers import CustomerArrays
from influence.engine.snapshot import Snapshot
from influence.network import Network
from influence.network.ego import EgoNetwork, ego_network
from influence.runs import Run
from influence.tables import Tables
from influence.tables.notes import ignore

Floats: TypeAlias = npt.NDArray[np.float64]
PEOPLE = pa.schema(
    [
        ("customer", pa.string()),
        ("distance", pa.int64()),
        ("through", pa.string()),
        ("clv", pa.float64()),
    ]
)


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """The people within reach of one customer, and the customer's referrals.

    Attributes
    ----------
    people : pa.Table
        customer (null if not profiled), distance, through (the first person on a shortest path,
        null where no one on such a path may be named) and clv; m rows.
    times : float64[D, m]
        How much of each is reached in 1 … D steps.
    referred_by : str or None
        The customer's referrer, if that one may be named.
    referrals : list of dict
        The customers they referred: customer, clv, crv; without those who are not profiled.
    stale : bool
        Whether the data changed since the run.
    """

    people: pa.Table
    times: Floats
    referred_by: str | None
    referrals: list[dict[str, Any]]
    stale: bool


def neighbourhood(
    snapshot: Snapshot, run: Run, customer: str, *, stale: bool = False
) -> Neighbourhood:
    """Search the network of a run.

    Parameters
    ----------
    snapshot : Snapshot
    run : Run
    customer : str
    stale : bool
        Whether the snapshot differs from what the run was computed from.

    Raises
    ------
    NothingToShow
        If there is no such customer.
    """
    network, hidden = snapshot.network, snapshot.hidden
    index = network.index(customer)
    ego = ego_network(network, index, run.depth, unnamed=hidden)
    people = pa.table(
        [
            network.keys.take(pa.array(ego.members, mask=hidden[ego.members])),
            ego.distance,
            network.keys.take(pa.array(ego.through, mask=ego.through == network.n)),
            snapshot.value[ego.members],
        ],
        schema=PEOPLE,
    )
    return Neighbourhood(
        people=people,
        times=_times(network, index, ego, run),
        referred_by=_referred_by(snapshot, index),
        referrals=_referrals(snapshot, index),
        stale=stale,
    )


def neighbourhood_of_tables(tables: Tables, run: Run, customer: str) -> Neighbourhood:
    """Search complete tables; the network is built first."""
    snapshot, stale = snapshot_of_tables(tables, run)
    return neighbourhood(snapshot, run, customer, stale=stale)


def snapshot_of_tables(tables: Tables, run: Run) -> tuple[Snapshot, bool]:
    """Build the network of complete tables by the parameters of a run.

    Returns
    -------
    snapshot : Snapshot
    stale : bool
        Whether it differs from what the run was computed from.
    """
    asked = run.parameters
    network = Network.from_tables(tables, asked.selection, ignore)
    customers = CustomerArrays.from_tables(tables, network, asked.selection, asked.conventions)
    snapshot = Snapshot.of(network, customers, asked.conventions)
    return snapshot, customers.fingerprint(network) != run.fingerprint


def _times(network: Network, index: int, ego: EgoNetwork, run: Run) -> Floats:
    """Return how much of each member is reached at each distance; float64[D, m]."""
    if run.parameters.model == "shells" and network.kind_weight is None:
        return ego.shells(run.depth)
    reached = run.parameters.influence_model().row(network, index)
    return reached[:, ego.members]


def _referred_by(snapshot: Snapshot, customer: int) -> str | None:
    referrer = snapshot.referrer[snapshot.referred == customer]
    if len(referrer) == 0 or snapshot.hidden[referrer[0]]:
        return None
    name: str = snapshot.network.keys[int(referrer[0])].as_py()
    return name


def _referrals(snapshot: Snapshot, customer: int) -> list[dict[str, Any]]:
    own = (snapshot.referrer == customer) & ~snapshot.hidden[snapshot.referred]
    referred = snapshot.referred[own]
    ids = snapshot.network.keys.take(pa.array(referred)).to_pylist()
    return referral_rows(ids, snapshot.value[referred], snapshot.crv[own])


def referral_rows(referred: list[str], value: Floats, crv: Floats) -> list[dict[str, Any]]:
    """The customers that one referred, with value and CRV in money; of equal length."""
    rows = zip(referred, value.tolist(), crv.tolist(), strict=True)
    return [dict(zip(("customer", "clv", "crv"), row, strict=True)) for row in rows]
