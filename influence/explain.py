"""One customer's story: her figures, her circles, the people who carry her value, and referrals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from influence.ego import ego
from influence.models import model
from influence.network import Network
from influence.people import People
from influence.scores import FEWEST_TOGETHER, Scores
from influence.tables import Tables
from influence.value.referral import crv_of_each


@dataclass(frozen=True, eq=False)
class Explanation:
    """Where one customer's influence comes from.

    Attributes
    ----------
    figures : dict
        Her score columns.
    by_distance : list of dict
        distance, weight, people, value, influence; one for each step of the run.
    contributors : pa.Table
        customer, distance, through, clv, contribution, people; the largest contribution first.
        Those who asked not to be profiled are one row without a name if they are enough to hide
        each other, and otherwise neither here nor in `by_distance`.
    referred_by : str or None
        Who brought her, if that one may be named.
    referrals : list of dict
        Whom she brought: customer, clv, crv; the largest first, the unnamed left out.
    stale : bool
        Whether the data changed since the run.
    """

    figures: dict[str, Any]
    by_distance: list[dict[str, Any]]
    contributors: pa.Table
    referred_by: str | None
    referrals: list[dict[str, Any]]
    stale: bool

    def to_dict(self, limit: int | None = None) -> dict[str, Any]:
        """As plain data, all in one."""
        shown = self.contributors.slice(0, limit)
        return {
            **self.figures,
            "by_distance": self.by_distance,
            "contributors": shown.to_pylist(),
            "referred_by": self.referred_by,
            "referrals": self.referrals,
        }


def explain(tables: Tables, scores: Scores, customer: str) -> Explanation:
    """Explain one customer's figures by the run's own parameters.

    Raises
    ------
    NothingToShow
        If she has no row in the scores.
    """
    figures = scores.row(customer)
    run = scores.run
    network = Network.from_tables(tables, run.selection)
    people = People.from_tables(tables, network, run.conventions)
    customer_index = network.index(customer)
    circle = ego(network, customer_index, run.depth, unnamed=people.hidden)
    unnamed = people.hidden[circle.members]
    together = unnamed.sum() >= FEWEST_TOGETHER
    counted = np.ones_like(unnamed) if together else ~unnamed
    members, distance = circle.members[counted], circle.distance[counted]
    value = people.value[members]
    reached = model(run.model, run.weights, weighted=run.weighted).row(network, customer_index)
    values = reached[:, members] @ value
    by_distance = [
        {
            "distance": d,
            "weight": weight,
            "people": int((distance == d).sum()),
            "value": float(values[d - 1]),
            "influence": weight * float(values[d - 1]),
        }
        for d, weight in enumerate(run.weights, 1)
    ]
    contribution = np.array(run.weights) @ reached[:, members] * value
    named = ~unnamed[counted]
    through = circle.through[counted][named]
    contributors = pa.table(
        {
            "customer": network.keys.take(pa.array(members[named])),
            "distance": distance[named],
            "through": network.keys.take(pa.array(through, mask=through == network.n)),
            "clv": value[named],
            "contribution": contribution[named],
            "people": np.ones(named.sum(), dtype=np.int64),
        }
    )
    if together:
        one = {
            "clv": [value[~named].sum()],
            "contribution": [contribution[~named].sum()],
            "people": [int((~named).sum())],
        }
        contributors = pa.concat_tables([contributors, pa.table(one)], promote_options="default")
    order = [("contribution", "descending"), ("customer", "ascending")]
    return Explanation(
        figures=figures,
        by_distance=by_distance,
        contributors=contributors.sort_by(order),
        referred_by=_referred_by(network, people, customer_index),
        referrals=_brought(network, people, customer_index, run.conventions.charge_certain),
        stale=people.fingerprint(network) != run.fingerprint,
    )


def _referred_by(network: Network, people: People, customer: int) -> str | None:
    referrer = people.referrals.referrer[people.referrals.referred == customer]
    if len(referrer) == 0 or people.hidden[referrer[0]]:
        return None
    name: str = network.keys[int(referrer[0])].as_py()
    return name


def _brought(
    network: Network, people: People, customer: int, charge_certain: bool
) -> list[dict[str, Any]]:
    referrals = people.referrals
    hers = (referrals.referrer == customer) & ~people.hidden[referrals.referred]
    crv = crv_of_each(referrals, people.value, charge_certain=charge_certain)
    rows = [
        {"customer": network.keys[who].as_py(), "clv": float(people.value[who]), "crv": float(each)}
        for who, each in zip(referrals.referred[hers].tolist(), crv[hers], strict=True)
    ]
    return sorted(rows, key=lambda row: (-row["crv"], row["customer"]))
