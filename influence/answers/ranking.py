"""The ranking by network value, its intervals, and the customers that CLV underrates."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.answers.company import Company, beside, first
from influence.tables.reading.columns import true_where

ANY = "any"


def top(company: Company, limit: int) -> pa.Table:
    """Rank customers by network value."""
    chosen = first(company.has_figures, limit, company.number("rank"))
    return company.rows(
        chosen, "rank", "customer", "name", "clv", "clv_rank", "influence",
        "network_value_gross", "network_value",
    )  # fmt: skip


def intervals(company: Company, limit: int) -> pa.Table:
    """Rank customers by network value, with its interval and that of the rank; else no rows."""
    who = company.has_figures & ~np.isnan(company.number("network_value_low"))
    return company.rows(
        first(who, limit, company.number("rank")), "rank", "rank_low", "rank_high", "customer",
        "name", "network_value", "network_value_low", "network_value_high",
    )  # fmt: skip


def underrated(company: Company, segment: str, limit: int) -> pa.Table:
    """List customers who rank higher by network value than by CLV, the largest gap first."""
    rank, clv_rank = company.number("rank"), company.number("clv_rank")
    who = company.has_figures & (rank < clv_rank)
    if segment:
        who &= true_where(pc.equal(company.people["segment"], segment))
    chosen = first(who, limit, rank - clv_rank, rank)
    rows = company.rows(chosen, "customer", "name", "clv", "clv_rank", "network_value", "rank")
    return beside(rows, places=pc.subtract(rows["clv_rank"], rows["rank"]))
