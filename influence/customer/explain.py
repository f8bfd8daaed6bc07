"""One customer's story: her figures, her circles, the people who carry her value, and referrals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.customer.neighbourhood import Neighbourhood, neighbourhood_of_tables
from influence.scores import SMALLEST_GROUP, Scores
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
        customer, distance, through, clv, contribution, people; the largest contribution first.
        Those who asked not to be profiled are one row without a name if they are enough to hide
        each other, and otherwise neither here nor in `by_distance`.
    referred_by : str or None
        Who brought her, if that one may be named.
    referrals : list of dict
        Whom she brought: customer, clv, crv; the largest first, the unnamed left out.
    stale : bool
        Whether the data changed since the run.
    caveat : str or None
        That her figures are estimates, where they are; her circles are always exact.
    """

    figures: dict[str, Any]
    by_distance: list[dict[str, Any]]
    contributors: pa.Table
    referred_by: str | None
    referrals: list[dict[str, Any]]
    stale: bool
    caveat: str | None = None

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
    return tell(scores, customer, neighbourhood_of_tables(tables, scores.run, customer))


def tell(scores: Scores, customer: str, around: Neighbourhood) -> Explanation:
    """Explain one customer's figures by her circles.

    Raises
    ------
    NothingToShow
        If she has no row in the scores.
    """
    figures, run = scores.row(customer), scores.run
    unnamed = around.people["customer"].is_null().to_numpy()
    together = unnamed.sum() >= SMALLEST_GROUP
    counted = np.ones_like(unnamed) if together else ~unnamed
    people, times = around.people.filter(pa.array(counted)), around.times[:, counted]
    distance, value = people["distance"].to_numpy(), people["clv"].to_numpy()
    values = times @ value
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
    contribution = pa.array(np.array(run.weights) @ times * value)
    people = people.append_column("contribution", contribution)
    people = people.append_column("people", pa.array(np.ones(len(people), dtype=np.int64)))
    named = people["customer"].is_valid()
    contributors = people.filter(named)
    if together:
        others = people.filter(pc.invert(named))
        one = {name: [pc.sum(others[name]).as_py()] for name in ("clv", "contribution", "people")}
        contributors = pa.concat_tables([contributors, pa.table(one)], promote_options="default")
    order = [("contribution", "descending"), ("customer", "ascending")]
    return Explanation(
        figures=figures,
        by_distance=by_distance,
        contributors=contributors.sort_by(order),
        referred_by=around.referred_by,
        referrals=sorted(around.referrals, key=lambda row: (-row["crv"], row["customer"])),
        stale=around.stale,
        caveat=run.caveat,
    )
