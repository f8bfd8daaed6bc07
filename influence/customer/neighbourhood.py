"""One customer's circles and referrals, read from tables; a database may tell them itself."""

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
    """Whom one customer reaches, and whom she brought.

    Attributes
    ----------
    people : pa.Table
        customer (null for those who are not profiled), distance, through (the first person on a
        shortest way, null where ignore on such a way may be named) and clv; m rows.
    times : float64[D, m]
        How much of each is reached in 1 … D steps.
    referred_by : str or None
        Who brought her, if that one may be named.
    referrals : list of dict
        Whom she brought: customer, clv, crv; the unnamed left out.
    stale : bool
        Whether the data changed since the run.
    """

    people: pa.Table
    times: Floats
    referred_by: str | None
    referrals: list[dict[str, Any]]
    stale: bool


def circles(ground: Snapshot, run: Run, customer: str, *, stale: bool = False) -> Neighbourhood:
    """Search the network of a run.

    Parameters
    ----------
    ground : Snapshot
    run : Run
    customer : str
    stale : bool
        Whether this is not what the run stood on.

    Raises
    ------
    NothingToShow
        If there is no such customer.
    """
    network, hidden = ground.network, ground.hidden
    index = network.index(customer)
    circle = ego_network(network, index, run.depth, unnamed=hidden)
    around = pa.table(
        [
            network.keys.take(pa.array(circle.members, mask=hidden[circle.members])),
            circle.distance,
            network.keys.take(pa.array(circle.through, mask=circle.through == network.n)),
            ground.value[circle.members],
        ],
        schema=PEOPLE,
    )
    return Neighbourhood(
        people=around,
        times=_times(network, index, circle, run),
        referred_by=_referred_by(ground, index),
        referrals=_brought(ground, index),
        stale=stale,
    )


def neighbourhood_of_tables(tables: Tables, run: Run, customer: str) -> Neighbourhood:
    """Likewise, from complete tables: the network is built first."""
    network = Network.from_tables(tables, run.selection, ignore)
    people = CustomerArrays.from_tables(tables, network, run.conventions)
    ground = Snapshot.of(tables, network, people, run.conventions)
    stale = people.fingerprint(network) != run.fingerprint
    return circles(ground, run, customer, stale=stale)


def _times(network: Network, index: int, circle: EgoNetwork, run: Run) -> Floats:
    """How much of each member is reached at each distance; float64[D, m]."""
    if run.model == "shells":
        return circle.shells(run.depth)
    # A compiler and sparse matrices: half a second that shells spare us.
    from influence.models import model

    reached = model(run.model, run.weights, weighted=run.weighted).row(network, index)
    return reached[:, circle.members]


def _referred_by(ground: Snapshot, customer: int) -> str | None:
    referrer = ground.referrer[ground.referred == customer]
    if len(referrer) == 0 or ground.hidden[referrer[0]]:
        return None
    name: str = ground.network.keys[int(referrer[0])].as_py()
    return name


def _brought(ground: Snapshot, customer: int) -> list[dict[str, Any]]:
    hers = (ground.referrer == customer) & ~ground.hidden[ground.referred]
    who = ground.referred[hers]
    names = ground.network.keys.take(pa.array(who)).to_pylist()
    return brought(names, ground.value[who], ground.crv[hers])


def brought(referred: list[str], value: Floats, crv: Floats) -> list[dict[str, Any]]:
    """Whom a customer brought, and what each is worth; of equal length, in money."""
    rows = zip(referred, value.tolist(), crv.tolist(), strict=True)
    return [dict(zip(("customer", "clv", "crv"), row, strict=True)) for row in rows]
