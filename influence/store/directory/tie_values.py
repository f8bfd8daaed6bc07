"""Which of the most valuable ties stay when a load removes customers or ties."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.keys import row_ids
from influence.tables.specs import TIES


def without_ties(valued: pa.Table, gone: pa.StringArray, ties: pa.Table | None) -> pa.Table:
    """Return valued ties without those that may not be shown any more.

    Parameters
    ----------
    valued : pa.Table
        See `influence.scores.TIE_SCHEMA`.
    gone : pa.StringArray
        Customers who are removed or not to be profiled.
    ties : pa.Table or None
        The earlier ties that are still there; None if none was removed.
    """
    ends = (pc.is_in(valued[end], gone) for end in ("source", "target"))
    kept = valued.filter(pc.invert(pc.or_(*ends)))
    if ties is None:
        return kept
    forth = ties.select(["source", "target"])
    back = ties.select(["target", "source"]).rename_columns(["source", "target"])
    wanted, *there = row_ids([kept.select(["source", "target"]), forth, back])
    return kept.filter(pa.array(np.isin(wanted, np.concatenate(there))))


def without_rows(ties: pa.Table, rows: pa.Table) -> pa.Table:
    """Return ties without some of them."""
    here, there = row_ids([table.select([*TIES.key]) for table in (ties, rows)])
    return ties.filter(pa.array(~np.isin(here, there)))
