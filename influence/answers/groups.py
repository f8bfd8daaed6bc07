"""Totals by segment, and stated intention against referrals."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.answers.company import Company
from influence.engine.customers import newest_scores
from influence.score_columns import SUMS
from influence.tables.reading.columns import true_where
from influence.value.intention import by_segment


def value_by(company: Company) -> pa.Table:
    """Add up figures by segment and relation, the largest network value first."""
    people = company.people.filter(pa.array(company.has_figures))
    clv = pc.coalesce(people["clv"], 0.0)
    table = pa.table(
        {
            "segment": pc.coalesce(people["segment"], ""),
            "relation": pc.coalesce(people["relation"], "customer"),
            "free": pc.cast(pc.equal(clv, 0.0), pa.int64()),
            **{name: clv if name == "clv" else people[name] for name in SUMS},
        }
    )
    sums = ["free", *SUMS]
    keys = ["segment", "relation"]
    # One thread, so that sums come out alike every time.
    totals = table.group_by(keys, use_threads=False).aggregate(
        [([], "count_all"), *((name, "sum") for name in sums)]
    )
    totals = totals.rename_columns(
        {"count_all": "customers"} | {f"{name}_sum": name for name in sums}
    )
    return totals.sort_by([("network_value", "descending"), *((key, "ascending") for key in keys)])


def intention(company: Company, question: str, threshold: float) -> pa.Table:
    """Count by segment who said that they would refer and who did, most answers first."""
    shown = company.people.filter(pa.array(company.shown))
    ids = shown["customer"].combine_chunks()
    score = newest_scores(company.source.table("surveys"), ids, question)
    referrals = company.source.table("referrals")
    referred = true_where(pc.is_in(ids, referrals["referrer"].combine_chunks()))
    segments = pc.coalesce(shown["segment"], "").combine_chunks().dictionary_encode()
    codes = segments.indices.to_numpy().astype(np.intp)
    found = by_segment(score, referred, codes, segments.dictionary.to_pylist(), threshold)
    answered = [one for one in found if one.answered]
    return pa.Table.from_pylist(
        [
            {
                "segment": one.segment,
                "answered": one.answered,
                "said": one.said.count,
                "did": one.did.count,
                "did_share": one.did.share,
                "others": one.others_did.of,
                "others_did": one.others_did.count,
                "others_share": one.others_did.share,
            }
            for one in sorted(answered, key=lambda one: (-one.answered, one.segment))
        ]
    )
