"""Ties between customers who share few contacts, by the influence that they carry."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.answers.company import Company, beside
from influence.network.kinds import kinds_between


def weakest_valuable_ties(company: Company, overlap: float, limit: int) -> pa.Table:
    """List the ties of a small overlap, the most valuable first."""
    valued = company.source.tie_values()
    valued = valued.filter(pc.less_equal(valued["overlap"], overlap))
    ends = [pc.index_in(valued[end], company.ids) for end in ("source", "target")]
    known = pc.and_(*(pc.is_valid(end) for end in ends))  # a load may have removed customers
    valued = valued.filter(known)
    one, other = (end.filter(known).to_numpy().astype(np.intp) for end in ends)
    kinds = kinds_between(company.source.table("ties"), company.ids, one, other)
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
