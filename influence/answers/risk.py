"""Value at risk by customer, and the loudest voices for and against the company."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.answers.company import Company, Flags, Indices, beside, first
from influence.network.ego import arcs_from
from influence.tables.reading.columns import true_where
from influence.value.stance import STANCES

DEEPEST = 3
MOST_NAMES = 10
DETRACTOR = str(STANCES[2])


def at_risk(company: Company, limit: int) -> pa.Table:
    """List customers by value at risk, with the nearest detractors who can influence each."""
    value = company.number("value_at_risk", 0.0)
    chosen = first(company.has_figures & (value > 0), limit, -value)
    critics = company.has_figures & true_where(pc.equal(company.people["stance"], DETRACTOR))
    found = [_nearest(company, critics, customer) for customer in chosen.tolist()]
    rows = company.rows(
        chosen, "customer", "name", "clv", "value_at_risk", "pressure", "stance"
    )  # fmt: skip
    names = [company.ids.take(pa.array(near[:MOST_NAMES])).to_pylist() for _, near in found]
    return beside(
        rows,
        share=pc.divide(rows["value_at_risk"], rows["clv"]),
        distance=pa.array([distance for distance, _ in found], pa.int64()),
        detractors=pa.array(names, pa.list_(pa.string())),
        how_many=pa.array([len(near) for _, near in found], pa.int64()),
    )


def _nearest(company: Company, critics: Flags, customer: int) -> tuple[int | None, Indices]:
    """Search against the arcs until a detractor is found: at which distance, and who."""
    network = company.incoming
    seen = np.zeros(network.n, dtype=bool)
    seen[customer] = True
    frontier = np.array([customer], dtype=np.intp)
    for distance in range(1, _steps(company.run.weights) + 1):
        reached, _ = arcs_from(network, frontier)
        frontier = np.unique(reached[~seen[reached]])
        seen[frontier] = True
        near = frontier[critics[frontier]]
        if len(near):
            return distance, near
    return None, frontier[:0]


def _steps(weights: tuple[float, ...]) -> int:
    """Count the steps that criticism reaches: one at least, more as long as weights are above 0."""
    return 1 + sum(weight > 0 for weight in weights[1:DEEPEST])


def advocates_and_detractors(company: Company, limit: int) -> pa.Table:
    """List the largest signed influence on both sides, from praise to blame."""
    signed = company.number("influence_signed", 0.0)
    praise = first(company.has_figures & (signed > 0), limit, -signed)
    blame = first(company.has_figures & (signed < 0), limit, signed)
    both = np.concatenate([praise, blame])
    order = np.lexsort((both, -signed[both]))
    return company.rows(
        both[order], "customer", "name", "stance", "sentiment", "influence", "influence_signed",
        "clv", "network_value",
    )  # fmt: skip
