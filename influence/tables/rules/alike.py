"""Ids that differ only by case or by the form of Unicode: announce them, or merge them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.problems import printable
from influence.tables.reading.columns import true_where
from influence.tables.specs import TABLES

if TYPE_CHECKING:
    from influence.tables.check import Check


def unify(check: Check) -> None:
    """Announce customers whose ids are alike; with the rule `merge_ids`, read them as one.

    The spelling in the store counts, else the first one among the customers of the load, else the
    first one in the other tables. Of several rows of a customer the first counts.
    """
    columns = [check.known.customers["id"]] if check.known is not None else []
    if "customers" in check.read:
        columns.append(check.read["customers"]["id"])
    if check.rules.merge_ids:
        columns += [
            check.read[name][column]
            for name in check.read
            for column in TABLES[name].people
            if column in check.read[name].column_names
        ]
    others, firsts = alike(columns)
    if not len(others):
        return
    example = f"'{printable(others[0].as_py())}' and '{printable(firsts[0].as_py())}'"
    n = f"{len(others):,} ids differ" if len(others) > 1 else "1 id differs"
    differ = f"{n} only by case or the form of Unicode from another, such as {example}"
    if not check.rules.merge_ids:
        text = f"{differ}: they stay two customers (--merge-ids makes them one)"
        check.note(text, "ids_alike", ids=len(others))
        return
    check.note(f"{differ}: read as one customer", "ids_merged", ids=len(others))
    for name in check.read:
        _respell(check, name, others, firsts)


def alike(columns: list[pa.ChunkedArray]) -> tuple[pa.Array, pa.Array]:
    """Return the ids that are spelt like an earlier one, and the first spelling of each.

    Examples
    --------
    >>> others, firsts = alike([pa.chunked_array([["Ana", "bo", "ANA", "ana"]])])
    >>> others.to_pylist(), firsts.to_pylist()
    (['ANA', 'ana'], ['Ana', 'Ana'])
    """
    chunks = [chunk for column in columns for chunk in column.chunks]
    ids = pc.drop_null(pc.unique(pa.chunked_array(chunks, pa.string())))
    folded = pc.utf8_lower(pc.utf8_normalize(ids, form="NFC"))
    if pc.count_distinct(folded).as_py() == len(ids):
        return ids.slice(0, 0), ids.slice(0, 0)
    first = pc.index_in(folded, folded)  # the position of the first equal value
    later = np.flatnonzero(first.to_numpy() != np.arange(len(ids)))
    return ids.take(pa.array(later)), ids.take(first.take(pa.array(later)))


def _respell(check: Check, name: str, others: pa.Array, firsts: pa.Array) -> None:
    """Replace ids by their first spelling, in all columns of a table that name customers."""
    for column in TABLES[name].people or ("id",):
        table = check.read[name]
        if column not in table.column_names:
            continue
        given = table[column]
        at = pc.index_in(given, others)
        respelt = true_where(pc.is_valid(at))
        if not respelt.any():
            continue
        values = pc.coalesce(firsts.take(at.combine_chunks()), given.combine_chunks())
        position = table.column_names.index(column)
        check.read[name] = table.set_column(position, column, pa.chunked_array([values]))
        if name == "customers":
            codes = values.dictionary_encode().indices.to_numpy()
            first = np.unique(codes, return_index=True)[1]
            again = np.ones(len(codes), dtype=bool)
            again[first] = False
            again &= true_where(pc.not_equal(given, given.take(pa.array(first[codes]))))
            check.merge("customers", again)
