"""One customer's story: her figures, her circles, and the people who carry her value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from influence.ego import ego
from influence.models import model
from influence.network import Network
from influence.pipeline import People
from influence.scores import Scores
from influence.tables import Tables


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
        customer, distance, through, clv, contribution; the largest contribution first. Customers
        who asked not to be profiled are neither here nor in `by_distance`.
    stale : bool
        Whether the data changed since the run.
    """

    figures: dict[str, Any]
    by_distance: list[dict[str, Any]]
    contributors: pa.Table
    stale: bool

    def to_dict(self, limit: int | None = None) -> dict[str, Any]:
        """As plain data: the figures, `by_distance` and `contributors`."""
        shown = self.contributors.slice(0, limit)
        return {
            **self.figures,
            "by_distance": self.by_distance,
            "contributors": shown.to_pylist(),
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
    people = People.from_tables(tables, network)
    customer_index = network.index(customer)
    circle = ego(network, customer_index, run.depth, unnamed=people.hidden)
    shown = ~people.hidden[circle.members]
    members, distance = circle.members[shown], circle.distance[shown]
    value, through = people.value[members], circle.through[shown]
    reached = model(run.model, run.weights, weighted=run.weighted).row(network, customer_index)
    values = reached[:, members] @ value
    contributors = pa.table(
        {
            "customer": network.keys.take(pa.array(members)),
            "distance": distance,
            "through": network.keys.take(pa.array(through, mask=through == network.n)),
            "clv": value,
            "contribution": np.array(run.weights) @ reached[:, members] * value,
        }
    )
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
    order = [("contribution", "descending"), ("customer", "ascending")]
    return Explanation(
        figures=figures,
        by_distance=by_distance,
        contributors=contributors.sort_by(order),
        stale=people.fingerprint(network) != run.fingerprint,
    )
