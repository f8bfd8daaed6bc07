"""Compute the CLV of customers from an RFM summary of their purchases.

Companies that use BG/NBD already have such a summary: one row per customer with `customer_id`,
`frequency`, `recency`, `T` and `monetary_value` (RFM: recency, frequency, monetary value).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import InputRejected
from influence.tables import Problems, Source, Tables
from influence.tables.keys import repeated, row_ids
from influence.tables.reading.columns import UnreadableTypeError, read_column, true_where
from influence.tables.reading.frames import require_readable
from influence.tables.specs import Column
from influence.value.probabilistic import faults, probabilistic_clv
from influence.value.terms import Terms

if TYPE_CHECKING:
    import numpy.typing as npt

    from influence.tables import Frame
    from influence.value.probabilistic import Unit

ID = Column("customer_id", "id", "id of the customer", required=True)
FIGURES = (
    Column("frequency", "number", "days with a purchase, after the first", required=True),
    Column("recency", "number", "time from the first purchase to the last", required=True),
    Column("T", "number", "time from the first purchase to the end", required=True),
    Column("monetary_value", "number", "mean of the repeat purchases", required=True),
)


def customers_from_summary(
    frame: Frame,
    years: int = Terms.years,
    rate: float = Terms.rate,
    unit: Unit = "day",
    margin: float = Terms.margin,
) -> pa.Table:
    """Forecast the CLV of each customer of an RFM summary.

    Parameters
    ----------
    frame : pandas, polars, pyarrow …
        Columns `customer_id`, `frequency`, `recency`, `T`, `monetary_value` as in
        `influence.value.repeat.RepeatPurchases`; `customer_id` may be the index of a pandas frame.
        A blank `monetary_value` is read as 0 where `frequency` is 0. Other columns are ignored.
    years, rate, unit, margin
        As `horizon`, `rate`, `unit` and `margin` of `probabilistic_clv`.

    Returns
    -------
    pyarrow.Table
        `id` (text) and `clv` (float64, money), in the order of the frame; accepted by
        `Tables(customers=…)`.

    Raises
    ------
    InputRejected
        With every problem of the frame.
    UsageError
        As `probabilistic_clv`.
    """
    ids, (frequency, recency, age, money) = _read(Tables(customers=frame).customers)
    clv = probabilistic_clv(frequency, recency, age, money, years, rate, unit, margin)
    return pa.table({"id": ids, "clv": clv})


def _read(table: pa.Table) -> tuple[pa.ChunkedArray, list[npt.NDArray[np.float64]]]:
    problems, source = Problems(), Source("summary")
    read: dict[str, pa.ChunkedArray] = {}
    for column in (ID, *FIGURES):
        if column.name not in table.column_names:
            found = ", ".join(table.column_names)
            problems.add_one("summary", "summary", 0, column.name, "missing_column", found)
            continue
        given = table[column.name]
        try:
            require_readable(table.schema.field(column.name))
            if column.name == "monetary_value" and "frequency" in read:
                given = _zero_where_unused(given, read["frequency"])
            values, wrong = read_column(given, column)
        except (UnreadableTypeError, pa.ArrowException) as error:
            text = str(error)
            problems.add_one("summary", "summary", 0, column.name, "unreadable_column", text)
            continue
        if column is not ID:
            known = true_where(pc.is_valid(values))
            wrong["not_a_number"] = ~known & ~wrong["not_finite"]
        for problem, where in wrong.items():
            problems.add(source, "summary", column.name, problem, where, given)
        read[column.name] = values
    if not len(problems):
        _check_rows(read, problems, source)
    if len(problems):
        raise InputRejected(problems)
    return read["customer_id"], [read[column.name].to_numpy() for column in FIGURES]


def _zero_where_unused(money: pa.ChunkedArray, frequency: pa.ChunkedArray) -> pa.ChunkedArray:
    """Read a blank or NaN mean as 0 where there are no repeat purchases."""
    if not pa.types.is_floating(money.type):
        return money
    blank = pc.or_kleene(pc.is_null(money, nan_is_null=True), pc.equal(money, 0.0))
    unused = pc.and_(pc.fill_null(pc.equal(frequency, 0.0), fill_value=False), blank)
    return pc.if_else(unused, pa.scalar(0.0, money.type), money)


def _check_rows(read: dict[str, pa.ChunkedArray], problems: Problems, source: Source) -> None:
    ids = read["customer_id"]
    (codes,) = row_ids([pa.table({"id": ids})])
    problems.add(source, "summary", "customer_id", "duplicate_id", repeated(codes), ids)
    columns = [read[column.name].to_numpy() for column in FIGURES]
    for name, where in faults(*columns).items():
        problems.add(source, "summary", name, "out_of_range", where, read[name])
