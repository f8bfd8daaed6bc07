"""Check customers: unique ids, missing CLV, and ids that other tables refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.keys import repeated, row_ids
from influence.tables.reading.columns import true_where
from influence.tables.reading.spellings import other_spellings
from influence.tables.specs import TABLES

if TYPE_CHECKING:
    from influence.tables.check import Check

ADDED = "customers_added"


def check_customers(check: Check) -> None:
    """Report duplicate ids and missing CLV."""
    if "customers" not in check.read:
        return
    table = check.read["customers"]
    ids = table["id"]
    (codes,) = row_ids([table.select(["id"])])
    duplicate = true_where(pc.not_equal(ids, "")) & repeated(codes)
    check.add("customers", "id", "duplicate_id", duplicate, ids)
    if "clv" in table.column_names:
        _check_missing_clv(check, table)
    elif check.known is None or not len(check.known.customers):
        value = "comes from transactions" if "transactions" in check.read else "is 0"
        text = f"{check.file('customers')}: no column clv: every CLV {value}"
        check.note(text, "no_clv", table="customers")


def _check_missing_clv(check: Check, table: pa.Table) -> None:
    if check.rules.missing_clv == "error":
        # Looked up in the given cells: a cell that is not a number is not blank.
        blank = check.reader.blank("customers", "clv")
        check.add("customers", "clv", "missing_clv", blank, check.given.customers["clv"])
    if check.rules.missing_clv == "zero":
        at = table.column_names.index("clv")
        filled = pc.fill_null(table["clv"], 0.0)
        check.read["customers"] = table.set_column(at, "clv", filled)


def check_references(check: Check) -> None:
    """Report customers that other tables name and that do not exist, or add them."""
    if not check.customers_are_known:
        return
    lists = [check.read["customers"]["id"]] if "customers" in check.read else []
    lists += [check.known.customers["id"]] if check.known is not None else []
    known = _concatenated(lists).combine_chunks()
    missing = []
    for name, column in _references(check):
        ids = check.read[name][column]
        filled = true_where(pc.not_equal(ids, ""))
        unknown = filled & true_where(pc.invert(pc.is_in(ids, known)))
        if check.rules.add_missing is None:
            check.add(name, column, "unknown_customer", unknown, ids)
        missing.append(ids.filter(pa.array(unknown)))
    added = pc.unique(_concatenated(missing))
    if check.rules.add_missing is None and len(added):
        check.problems.add_spellings(other_spellings(added, _may_be_named(check)))
    if check.rules.add_missing is not None and len(added):
        _add_customers(check, added, check.rules.add_missing)


def _references(check: Check) -> list[tuple[str, str]]:
    """Return the columns that name customers, by table."""
    return [
        (name, column)
        for name, table in check.read.items()
        for column in TABLES[name].people
        if column in table.column_names
    ]


def _may_be_named(check: Check) -> pa.Array:
    """Return the customers of this load and the profiled customers of the store."""
    lists = [check.read["customers"]["id"]] if "customers" in check.read else []
    if check.known is not None:
        people = check.known.customers
        lists.append(people["id"].filter(pc.invert(people["do_not_profile"])))
    return _concatenated(lists).combine_chunks()


def _add_customers(check: Check, ids: pa.Array, clv: float) -> None:
    n = len(ids)
    # A value of 0 stands for "unknown": transactions may replace it.
    new = pa.table({"id": ids, "clv": pa.repeat(clv, n), "clv_computed": pa.repeat(clv == 0.0, n)})
    if "customers" in check.read:
        given = _with_known_values(check, check.read["customers"])
        new = pa.concat_tables([given, new], promote_options="default")
    check.read["customers"] = new
    value = f"CLV {clv:g} each" if clv else "CLV from transactions, or 0"
    text = f"added {n:,} customers that only other tables name, {value}"
    check.note(text, ADDED, table="customers", rows=n)


def _with_known_values(check: Check, given: pa.Table) -> pa.Table:
    """Return customers with a column clv; where none was given, with the values of the store."""
    if "clv_computed" in given.column_names:
        return given
    if "clv" in given.column_names:
        return given.append_column("clv_computed", pa.repeat(False, len(given)))
    values = pa.chunked_array([pa.repeat(0.0, len(given))])
    computed = pa.chunked_array([pa.repeat(True, len(given))])
    if check.known is not None:
        people = check.known.customers
        at = pc.index_in(given["id"], people["id"].combine_chunks())
        found = pc.is_valid(at)
        values = pc.if_else(found, people["clv"].take(at), values)
        computed = pc.if_else(found, people["clv_computed"].take(at), computed)
    return given.append_column("clv", values).append_column("clv_computed", computed)


def _concatenated(columns: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.string())
