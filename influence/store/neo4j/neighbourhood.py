"""The neighbourhood of a customer, searched by the database."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from influence.customer.neighbourhood import PEOPLE, Neighbourhood, referral_rows
from influence.runs import Run
from influence.store.neo4j.reader import GraphReader
from influence.store.neo4j.values import python_value
from influence.tables.rules import forest
from influence.tables.specs import REFERRALS
from influence.value.referral import Referrals, crv_of_each

MAX_DEPTH = 3
"""The largest distance that the query searches."""


def search_neighbourhood(reader: GraphReader, customer: str, run: Run) -> Neighbourhood | None:
    """Search the database for the customers within reach of one, and for their referrals.

    Returns None if the query cannot know: it follows shortest paths, and where kinds of ties weigh
    differently the strongest path counts; and values that a run computes for customers who are not
    profiled are not stored.
    """
    if run.parameters.selection.kind_weights:
        return None
    found = reader.one("read/neighbourhood", customer=customer)
    if found["incomplete"]:
        return None
    people = pa.table(
        {
            "customer": [name or None for name in found["customer"]],
            "distance": found["distance"],
            "through": [name or None for name in found["through"]],
            "clv": found["clv"],
        },
        schema=PEOPLE,
    )
    steps = np.arange(1, run.depth + 1)[:, np.newaxis]
    rows = _counting(reader.records("read/referrals-around", customer=customer))
    above = [row for row in rows if row["referred"] == customer and not row["referrer_hidden"]]
    return Neighbourhood(
        people=people,
        times=(steps == people["distance"].to_numpy()).astype(np.float64),
        referred_by=above[0]["referrer"] if above else None,
        referrals=_referrals_made(
            rows, customer, charge_certain=run.parameters.conventions.charge_certain
        ),
        stale=run.input_changed,
    )


def _counting(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those referrals that count: one for each referred customer."""
    rows = sorted(rows, key=lambda row: row["place"])
    names = ("referrer", "referred", "date", "time")
    schema = pa.schema([REFERRALS.stored.field(name) for name in names])
    table = pa.table(
        {name: [python_value(row[name]) for row in rows] for name in names}, schema=schema
    )
    return [row for row, counts in zip(rows, forest.counting(table), strict=True) if counts]


def _referrals_made(
    rows: list[dict[str, Any]], customer: str, *, charge_certain: bool
) -> list[dict[str, Any]]:
    made = [row for row in rows if row["referrer"] == customer and not row["hidden"]]
    each = np.arange(len(made))
    amounts = ("joined_anyway", "margin", "incentive", "marketing", "acquisition_saved")
    referrals = Referrals(
        referrer=np.zeros_like(each),
        referred=each,
        **{name: np.array([row[name] for row in made], np.float64) for name in amounts},
    )
    value = np.array([row["clv"] for row in made], np.float64)
    crv = crv_of_each(referrals, value, charge_certain=charge_certain)
    return referral_rows([row["referred"] for row in made], value, crv)
