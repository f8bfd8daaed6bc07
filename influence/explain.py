"""One customer's story: her figures, her circles, and the people who carry her value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from influence.ego import ego
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
    circle = ego(network, network.index(customer), run.depth)
    shown = ~people.hidden[circle.members]
    members, distance = circle.members[shown], circle.distance[shown]
    value = people.value[members]
    weights = np.array(run.weights)
    contributors = pa.table(
        {
            "customer": network.keys.take(pa.array(members)),
            "distance": distance,
            "through": network.keys.take(pa.array(circle.through[shown])),
            "clv": value,
            "contribution": weights[distance - 1] * value,
        }
    )
    counts = np.bincount(distance, minlength=run.depth + 1)[1:].tolist()
    sums = np.bincount(distance, weights=value, minlength=run.depth + 1)[1:].tolist()
    return Explanation(
        figures=figures,
        by_distance=[
            {
                "distance": d,
                "weight": weight,
                "people": counts[d - 1],
                "value": sums[d - 1],
                "influence": weight * sums[d - 1],
            }
            for d, weight in enumerate(run.weights, 1)
        ],
        contributors=contributors.sort_by(
            [("contribution", "descending"), ("customer", "ascending")]
        ),
        stale=people.fingerprint(network) != run.fingerprint,
    )
