"""Stated intention to recommend compared with referrals made, by segment."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.engine.customers import newest_scores
from influence.errors import NothingToShow
from influence.reports.columns import require_grouping_column
from influence.store import Store
from influence.tables import Tables
from influence.tables.reading.columns import true_where
from influence.value.intention import Intention, by_segment


def intention(tables: Tables | Store, by: str = "segment") -> list[Intention]:
    """Compare stated intention with observed referrals.

    Customers who are not profiled are left out. Every referral counts, also one that is not the
    first of the referred customer.

    Parameters
    ----------
    tables : Tables
        Complete tables, or the store.
    by : str
        A column of the customers; blank cells form one segment.

    Raises
    ------
    UsageError
        If there is no such column.
    NothingToShow
        If there are no answers.
    """
    tables = tables if isinstance(tables, Tables) else tables.tables()
    customers = tables.customers
    customers = customers.filter(pa.array(~true_where(customers["do_not_profile"])))
    require_grouping_column(customers, by)
    ids = customers["id"].combine_chunks()
    score = newest_scores(tables.surveys, ids)
    if np.isnan(score).all():
        raise NothingToShow("no survey asked whether customers would recommend")
    referred = true_where(pc.is_in(ids, tables.referrals["referrer"].combine_chunks()))
    segments = pc.fill_null(customers[by].cast(pa.string()), "(blank)").combine_chunks()
    encoded = segments.dictionary_encode()
    codes = encoded.indices.to_numpy().astype(np.intp)
    return by_segment(score, referred, codes, encoded.dictionary.to_pylist())
