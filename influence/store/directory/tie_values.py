"""Which of the most valuable ties stay when a load removes customers or ties."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.keys import found_at, row_ids
from influence.tables.specs import TIES

ENDS = ["source", "target"]


def without_ties(
    valued: pa.Table, gone: pa.StringArray, ties: pa.Table | None, added: pa.Table | None
) -> pa.Table:
    """Return valued ties without those that may not be shown any more.

    Parameters
    ----------
    valued : pa.Table
        See `influence.scores.TIE_SCHEMA`.
    gone : pa.StringArray
        Customers who are removed or not to be profiled.
    ties, added : pa.Table or None
        All ties, and those of them that are new; None if none was removed.
    """
    ends = (pc.is_in(valued[end], gone) for end in ENDS)
    kept = valued.filter(pc.invert(pc.or_(*ends)))
    if ties is None or added is None:
        return kept
    # Only a few of all ties lead between customers whose ties are valued.
    people = pc.unique(pa.chunked_array([c for end in ENDS for c in kept[end].chunks], pa.string()))
    ties = ties.select([*TIES.key]).filter(pc.and_(*(pc.is_in(ties[e], people) for e in ENDS)))
    earlier = ties.filter(pa.array(found_at(ties, added.select([*TIES.key])) < 0))
    forth = earlier.select(ENDS)
    back = earlier.select(ENDS[::-1]).rename_columns(ENDS)
    wanted, *there = row_ids([kept.select(ENDS), forth, back])
    return kept.filter(pa.array(np.isin(wanted, np.concatenate(there))))
