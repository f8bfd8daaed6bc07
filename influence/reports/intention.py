"""What customers say about recommending, against the referrals that they made, by segment."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.engine.customers import newest_scores
from influence.errors import NothingToShow, UsageError
from influence.store import Store
from influence.tables import Tables
from influence.tables.reading.columns import true_where
from influence.value.intention import Intention, by_segment


def intention(tables: Tables | Store, by: str = "segment") -> list[Intention]:
    """Compare stated intention with observed referrals.

    Those who asked not to be profiled are left out; every referral on record counts as an act,
    whoever was first.

    Parameters
    ----------
    tables : Tables
        Complete, as a store has them; or the store.
    by : str
        A column of the customers; a blank is a segment of its own.

    Raises
    ------
    UsageError
        If there is no such column.
    NothingToShow
        If nobody answered.
    """
    tables = tables if isinstance(tables, Tables) else tables.tables()
    customers = tables.customers
    customers = customers.filter(pa.array(~true_where(customers["do_not_profile"])))
    if by not in customers.column_names or by == "id":
        known = ", ".join(name for name in customers.column_names if name != "id")
        raise UsageError(f"customers have no column {by!r}; there are {known}")
    ids = customers["id"].combine_chunks()
    score = newest_scores(tables.surveys, ids)
    if np.isnan(score).all():
        raise NothingToShow("no survey asked whether customers would recommend")
    referred = true_where(pc.is_in(ids, tables.referrals["referrer"].combine_chunks()))
    segments = pc.fill_null(customers[by].cast(pa.string()), "(blank)").combine_chunks()
    encoded = segments.dictionary_encode()
    codes = encoded.indices.to_numpy().astype(np.intp)
    return by_segment(score, referred, codes, encoded.dictionary.to_pylist())
