"""Ties between customers who share few contacts, by the influence that they carry."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.answers.company import Company, Indices, beside
from influence.tables.keys import places


def weakest_valuable_ties(company: Company, overlap: float, limit: int) -> pa.Table:
    """List the ties of a small overlap, the most valuable first."""
    valued = company.source.tie_values()
    valued = valued.filter(pc.less_equal(valued["overlap"], overlap))
    ends = [pc.index_in(valued[end], company.ids) for end in ("source", "target")]
    known = pc.and_(*(pc.is_valid(end) for end in ends))  # a load may have removed customers
    valued = valued.filter(known)
    one, other = (end.filter(known).to_numpy().astype(np.intp) for end in ends)
    kinds = _kinds(company, one, other)
    profiled = company.has_figures[one] & company.has_figures[other]
    shown = np.flatnonzero(profiled & np.array([bool(names) for names in kinds], dtype=bool))
    value = valued["value"].to_numpy()
    order = shown[np.lexsort((other[shown], one[shown], -value[shown]))][: int(limit)]
    ends_b = company.rows(other[order], "customer", "name", "segment")
    return beside(
        company.rows(one[order], "customer", "name", "segment"),
        other=ends_b["customer"],
        other_name=ends_b["name"],
        other_segment=ends_b["segment"],
        kinds=pa.array([kinds[at] for at in order.tolist()], pa.list_(pa.string())),
        overlap=valued["overlap"].to_numpy()[order],
        value=value[order],
    )


def _kinds(company: Company, one: Indices, other: Indices) -> list[list[str]]:
    """The kinds of the present ties of each pair, sorted; empty where there is none any more."""
    n, ties = len(company.ids), company.source.table("ties")
    source, target = (places(ties[end], company.ids) for end in ("source", "target"))
    code = np.minimum(source, target) * n + np.maximum(source, target)
    wanted = np.minimum(one, other) * n + np.maximum(one, other)
    rows = np.flatnonzero(np.isin(code, wanted))
    found: dict[int, set[str]] = {}
    for pair, kind in zip(code[rows].tolist(), ties["kind"].take(rows).to_pylist(), strict=True):
        found.setdefault(pair, set()).add(kind)
    return [sorted(found.get(pair, ())) for pair in wanted.tolist()]
