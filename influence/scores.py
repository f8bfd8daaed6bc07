"""Scores: one row per profiled customer, and the run that made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.arrow_frame import ArrowFrame
from influence.charts.extra import needs_extra
from influence.errors import NothingToShow, UsageError
from influence.headings import score_column
from influence.notebook import html_paragraph
from influence.ranking import Ranking
from influence.runs import Run
from influence.score_columns import RANKS, run_columns
from influence.value.rank import ROUNDING, rank

if TYPE_CHECKING:
    from influence.plots import ScoresPlots

TIE_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("target", pa.string()),
        ("value", pa.float64()),
        ("overlap", pa.float64()),
        ("kind", pa.string()),
    ]
)
"""The most valuable ties of a run: the two customers, the gross influence in money that they would
lose without the tie, the overlap of their contacts from 0 to 1, and the kinds of tie."""

NOT_PROFILED = "(not profiled)"
"""Stands for the customers who asked not to be profiled, where they are shown together."""
SMALLEST_GROUP = 5
"""Fewest people who are not profiled that are shown as one."""


@dataclass(frozen=True, eq=False)
class Scores(ArrowFrame):
    """The figures of one run.

    Attributes
    ----------
    table : pa.Table
        `customer`, the columns of `run_columns(run)`, and `run`; sorted by customer.
    run : Run
    names : pa.Table, optional
        `id` and `name` of customers, for display.
    ties : pa.Table, optional
        The most valuable ties, see `TIE_SCHEMA`; a store keeps them apart from the scores.
    """

    table: pa.Table
    run: Run
    names: pa.Table | None = None
    ties: pa.Table | None = None

    def __repr__(self) -> str:
        return f"Scores({len(self):,} customers, run {self.run.id})"

    def _repr_html_(self) -> str:
        """Show the top of the ranking in a notebook."""
        money = f", amounts in {self.run.currency}" if self.run.currency else ""
        text = f"{self!r}{money}, the first by network value ({self.run.convention}):"
        return f"{html_paragraph(text)}{self.top(10)._repr_html_()}"

    def top(self, count: int = 10, by: str = "network_value") -> Ranking:
        """Take the first customers by a column, the largest value first (of ranks, the smallest).

        Columns have short names as in the command `top`: gross, referrals, network-value.
        Customers who are equal up to rounding are in the order of their ids as text.

        Returns
        -------
        Ranking
            Shows itself as a table; all score columns are in the data.

        Raises
        ------
        UsageError
            If there is no such column of numbers.
        """
        return Ranking(self.table.take(pa.array(self.order(by)[:count])), self.names)

    def order(self, by: str, *, ascending: bool = False) -> npt.NDArray[np.intp]:
        """Order the rows by a column as `top` does; with `ascending` the smallest value first.

        Returns
        -------
        intp[n]
            Positions in the table; customers whose figure is not known come last.

        Raises
        ------
        UsageError
            If there is no such column of numbers.
        """
        known = [f.name for f in self.table.schema if not pa.types.is_string(f.type)]
        column = score_column(by, known)
        if column is None:
            raise UsageError(f"no score column {by!r}; there are {', '.join(known)}")
        values = self.table[column].to_numpy().astype(np.float64)
        ranked = column in RANKS
        if ranked or ascending:
            values = -values
        values = np.nan_to_num(values, nan=np.finfo(np.float64).min)
        tolerance = 0.0 if ranked else ROUNDING * float(np.abs(self.table["clv"]).sum())
        # The table is sorted by customer, and the sort is stable.
        return np.argsort(rank(values, tolerance), kind="stable")

    @property
    def plot(self) -> ScoresPlots:
        """The charts of these scores: `quadrants()`, `by_distance(customer)` …, by Altair.

        Raises
        ------
        NothingToShow
            If there are no customers.
        UsageError
            If the extra `report` is not installed.
        """
        with needs_extra("pictures"):
            from influence.plots import ScoresPlots
        return ScoresPlots(self)

    def unit(self, column: str) -> str:
        """Return the unit of a figure; of money, the currency where it is known."""
        units = {c.name: c.unit for c in run_columns(self.run)}
        unit = units[column]
        return self.run.unit if unit == "money" else unit

    def row(self, customer: str) -> dict[str, Any]:
        """Return the figures of one customer.

        Raises
        ------
        NothingToShow
            If the customer has no row.
        """
        at = pc.index(self.table["customer"], pa.scalar(customer, pa.string())).as_py()
        if at < 0:
            raise NothingToShow(f"no customer {customer!r} in run {self.run.id}")
        row: dict[str, Any] = self.table.slice(at, 1).to_pylist()[0]
        return row


def clv_of_run(
    clv: pa.ChunkedArray,
    own_kept: pa.ChunkedArray,
    credit_given: pa.ChunkedArray,
    referral_taken: pa.ChunkedArray,
) -> pa.ChunkedArray:
    """Recover the own values that a run computed from; the input may have changed since.

    They are the sum of what was kept, given and taken; where the input equals that up to rounding,
    it is used to the last digit.
    """
    then = pc.add(pc.add(own_kept, credit_given), referral_taken)
    rounding = pc.multiply(pc.abs(then), ROUNDING)
    same = pc.less_equal(pc.abs(pc.subtract(clv, then)), rounding)
    return pc.if_else(pc.fill_null(same, fill_value=False), clv, then)
