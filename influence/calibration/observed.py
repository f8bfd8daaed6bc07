"""Observations of customers in tables, as arrays in the order of a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.calibration.periods import Periods
from influence.errors import UsageError
from influence.tables import Tables
from influence.tables import keys as row_keys
from influence.tables.keys import places
from influence.tables.reading.columns import read_date, read_number

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]

WHO = {
    "transactions": "customer",
    "referrals": "referrer",
    "engagements": "customer",
}
"""Tables of acts that can be the event, and who acts."""
JOINS, LEAVING = "joins", "leaving"
LEFT = "left"
"""Column of the customers with the day on which they left."""
RECENT = 3
"""Periods of the shorter of the two windows in which prior behaviours are counted."""
NEVER = np.datetime64("NaT", "D")


def first_days(customers: pa.ChunkedArray, days: pa.ChunkedArray, keys: pa.Array) -> Days:
    """Return the first day of each customer; datetime64[D][n], NaT where there is none.

    Parameters
    ----------
    customers : ids, all of them in keys
    days : date32
        Rows without a day are left out.
    keys : ids, n
    """
    first = np.full(len(keys), NEVER)
    known = pc.is_valid(days)
    who, when = places(customers.filter(known), keys), as_days(days.filter(known))
    order = np.argsort(when, kind="stable")[::-1]  # of repeated positions, the last one is kept
    first[who[order]] = when[order]
    return first


def leaving_days(tables: Tables, keys: pa.Array, inactive: int | None) -> Days:
    """Return the day on which each customer left; datetime64[D][n], NaT where they did not.

    That of the column `left`; or, given a number of days, so many days after the last purchase,
    where these lie before the last day with a purchase of anybody.

    Raises
    ------
    UsageError
        If there is neither such a column nor a number of days, or the column has no dates.
    """
    if inactive is None:
        if LEFT not in tables.customers.column_names:
            raise UsageError(
                f"customers have no column {LEFT!r} with the day on which they left: give "
                "--inactive DAYS, after which a customer without a purchase counts as having left"
            )
        values = of_customers(tables, LEFT, keys)
        days, faults = read_date(pa.chunked_array([values]))
        wrong = np.any([np.zeros(len(values), dtype=bool), *faults.values()], axis=0)
        if wrong.any():
            raise UsageError(
                f"customers: {LEFT}: {wrong.sum():,} values are not dates of the form 2024-12-31, "
                f"such as {values[int(np.argmax(wrong))].as_py()!r}"
            )
        return as_days(days)
    bought = purchases(tables)
    if not len(bought):
        raise UsageError("--inactive needs purchases, and there are none")
    last = np.full(len(keys), np.datetime64(0, "D"))
    who, when = places(bought["customer"], keys), as_days(bought["date"])
    np.maximum.at(last, who, when)
    left = last + inactive
    known = np.bincount(who, minlength=len(keys)) > 0
    return np.where(known & (left <= when.max()), left, NEVER)


def purchases(tables: Tables) -> pa.Table:
    """Return the transactions without refunds."""
    bought = tables.transactions
    return bought.filter(pc.greater_equal(bought["amount"], 0))


def as_days(days: pa.ChunkedArray) -> Days:
    """Return dates as datetime64[D]; NaT where null."""
    numbers = pc.fill_null(days.cast(pa.int32()).cast(pa.int64()), np.iinfo(np.int64).min)
    found: Days = numbers.to_numpy().view("M8[D]")
    return found


def of_customers(tables: Tables, column: str, keys: pa.Array) -> pa.Array:
    """Return a column of the customers in the order of the network.

    Raises
    ------
    UsageError
        If they have no such column.
    """
    customers = tables.customers
    if column not in customers.column_names:
        there = ", ".join(customers.column_names)
        raise UsageError(f"customers have no column {column!r}; there are {there}")
    at = pc.index_in(keys, customers["id"].combine_chunks())
    return customers[column].combine_chunks().take(at)


def codes(values: pa.Array) -> Ints:
    """Number the different values; blank is a value of its own."""
    (found,), _ = row_keys.codes([pa.chunked_array([values])])
    return found.astype(np.int64)


def covariates(values: pa.Array, name: str) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return a column as numbers; other text as one column for each value but the first.

    Returns
    -------
    float64[k, n]
    bool[n]
        Where it is known.

    Raises
    ------
    UsageError
        If a text has more than 50 values.
    """
    known = pc.is_valid(values).to_numpy(zero_copy_only=False)
    if pa.types.is_temporal(values.type):
        values = values.cast(pa.date32()).cast(pa.int32())
    elif pa.types.is_string(values.type):
        numbers, faults = read_number(pa.chunked_array([values]))
        if not any(where.any() for where in faults.values()):
            values = numbers.combine_chunks()
    if pa.types.is_string(values.type):
        levels = codes(values)
        if levels.max(initial=0) > 50:
            raise UsageError(
                f"covariate {name!r} has {levels.max() + 1:,} values; use it as --strata"
            )
        return (levels == np.arange(1, levels.max(initial=0) + 1)[:, np.newaxis]).astype(
            np.float64
        ), known
    numbers = pc.fill_null(values.cast(pa.float64()), 0.0).to_numpy(zero_copy_only=False)
    return numbers[np.newaxis], known


def behaviours(
    tables: Tables, event: str, keys: pa.Array, periods: Periods
) -> tuple[tuple[str, ...], Callable[[int], Floats] | None]:
    """Prepare what customers did before each period: purchases, spending, referrals, acts.

    Each is counted over the last `RECENT` periods and over all before. The table of the event is
    left out, since before their event customers have no row in it.

    Returns
    -------
    tuple of str
        What is counted.
    callable or None
        Returns float64[k, n] for a period: log(1 + count), and asinh of money. None where there is
        nothing to count.
    """
    totals: dict[str, tuple[Callable[[Floats], Floats], Floats]] = {}
    for name, who in WHO.items():
        if name == event or not len(tables[name]):
            continue
        table = tables[name].filter(pc.is_valid(tables[name]["date"]))
        at = places(table[who], keys), periods.of(as_days(table["date"]))
        totals[name] = np.log1p, _cumulated(*at, np.ones(len(table)), len(keys), periods.count)
        if name == "transactions":
            amounts = table["amount"].to_numpy()
            totals["spending"] = np.arcsinh, _cumulated(*at, amounts, len(keys), periods.count)
    if not totals:
        return (), None

    def before(period: int) -> Floats:
        rows = []
        for scale, total in totals.values():
            rows.append(scale(total[period]))
            rows.append(scale(total[period] - total[max(period - RECENT, 0)]))
        return np.array(rows)

    return tuple(totals), before


def _cumulated(who: Ints, when: Ints, what: Floats, n: int, periods: int) -> Floats:
    """Sum what happened before each period; float64[periods + 1, n]."""
    slot = np.clip(when + 1, 0, periods + 1)  # before the first period; after the last
    sums = np.bincount(slot * n + who, what, minlength=(periods + 2) * n)
    totals: Floats = np.cumsum(sums.reshape(periods + 2, n), axis=0)
    return totals[: periods + 1]


def strata_of(tables: Tables, columns: Sequence[str], keys: pa.Array) -> Ints:
    """Number the combinations of some columns of the customers; int64[n]."""
    found = np.zeros(len(keys), dtype=np.int64)
    for column in columns:
        numbers = codes(of_customers(tables, column, keys))
        found = np.unique(found * (numbers.max(initial=0) + 1) + numbers, return_inverse=True)[1]
    return found
