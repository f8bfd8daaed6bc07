"""One customer's circles and referrals, read from tables; a database may tell them itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.ego import ego
from influence.network import Network
from influence.people import People
from influence.runs import Run
from influence.tables import Tables
from influence.value.referral import crv_of_each

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
class Circles:
    """Whom one customer reaches, and whom she brought.

    Attributes
    ----------
    people : pa.Table
        customer (null for those who are not profiled), distance, through (the first person on a
        shortest way, null where nobody on such a way may be named) and clv; m rows.
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


def circles(tables: Tables, run: Run, customer: str) -> Circles:
    """Search the network of a run.

    Parameters
    ----------
    tables : Tables
        Complete.
    run : Run
    customer : str

    Raises
    ------
    NothingToShow
        If there is no such customer.
    """
    # A compiler and sparse matrices: half a second that a database spares us.
    from influence.models import model

    network = Network.from_tables(tables, run.selection)
    people = People.from_tables(tables, network, run.conventions)
    index = network.index(customer)
    circle = ego(network, index, run.depth, unnamed=people.hidden)
    reached = model(run.model, run.weights, weighted=run.weighted).row(network, index)
    around = pa.table(
        [
            network.keys.take(pa.array(circle.members, mask=people.hidden[circle.members])),
            circle.distance,
            network.keys.take(pa.array(circle.through, mask=circle.through == network.n)),
            people.value[circle.members],
        ],
        schema=PEOPLE,
    )
    return Circles(
        people=around,
        times=reached[:, circle.members],
        referred_by=_referred_by(network, people, index),
        referrals=_brought(network, people, index, charge_certain=run.conventions.charge_certain),
        stale=people.fingerprint(network) != run.fingerprint,
    )


def _referred_by(network: Network, people: People, customer: int) -> str | None:
    referrer = people.referrals.referrer[people.referrals.referred == customer]
    if len(referrer) == 0 or people.hidden[referrer[0]]:
        return None
    name: str = network.keys[int(referrer[0])].as_py()
    return name


def _brought(
    network: Network, people: People, customer: int, *, charge_certain: bool
) -> list[dict[str, Any]]:
    referrals = people.referrals
    hers = (referrals.referrer == customer) & ~people.hidden[referrals.referred]
    crv = crv_of_each(referrals, people.value, charge_certain=charge_certain)
    who = referrals.referred[hers]
    return brought(network.keys.take(pa.array(who)).to_pylist(), people.value[who], crv[hers])


def brought(referred: list[str], value: Floats, crv: Floats) -> list[dict[str, Any]]:
    """Whom a customer brought, and what each is worth; of equal length, in money."""
    rows = zip(referred, value.tolist(), crv.tolist(), strict=True)
    return [dict(zip(("customer", "clv", "crv"), row, strict=True)) for row in rows]
