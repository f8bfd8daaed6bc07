"""Ambassadors, and totals by quadrant of the score card."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from influence.answers.company import Company, first
from influence.answers.ranking import ANY
from influence.tables.reading.columns import true_where


def ambassadors(company: Company, tier: str, limit: int) -> pa.Table:
    """List the customers of a tier, the highest social percentile first."""
    tiers = company.people["tier"]
    wanted = pc.is_valid(tiers) if tier == ANY else pc.equal(tiers, tier)
    social = company.number("social_percentile")
    chosen = first(company.has_figures & true_where(wanted), limit, -social)
    return company.rows(
        chosen, "customer", "name", "segment", "tier", "quadrant", "roles", "social_percentile",
        "financial_percentile", "clv", "network_value",
    )  # fmt: skip


def quadrants(company: Company) -> pa.Table:
    """Add up figures by quadrant, the largest network value first."""
    people = company.people.filter(pa.array(company.has_figures))
    ambassador = pc.fill_null(pc.equal(people["tier"], "ambassador"), fill_value=False)
    table = pa.table(
        {
            "quadrant": pc.coalesce(people["quadrant"], ""),
            "ambassadors": pc.cast(ambassador, pa.int64()),
            "clv": pc.coalesce(people["clv"], 0.0),
            "network_value": people["network_value"],
            "service_value": pc.coalesce(people["service_value"], 0.0),
        }
    )
    sums = table.column_names[1:]
    # One thread, so that sums come out alike every time.
    totals = table.group_by("quadrant", use_threads=False).aggregate(
        [([], "count_all"), *((name, "sum") for name in sums)]
    )
    names = {"count_all": "customers"} | {f"{name}_sum": name for name in sums}
    return totals.rename_columns(names).sort_by(
        [("network_value", "descending"), ("quadrant", "ascending")]
    )
