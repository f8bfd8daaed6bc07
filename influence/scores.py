"""Scores: one row per profiled customer, and the run that made them."""

from __future__ import annotations

import re
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
from influence.runs import Method, Run
from influence.value.rank import ROUNDING, rank

if TYPE_CHECKING:
    from influence.plots import ScoresPlots

COMPARED = ("network_value", "influence", "rank")
"""The figures that two runs are compared by: every store keeps them of the run before."""

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

STANDINGS = ("quadrant", "tier")
"""The figures that depend on the run before: customers leave them only when they fall clearly."""

NOT_PROFILED = "(not profiled)"
"""Stands for the customers who asked not to be profiled, where they are shown together."""
SMALLEST_GROUP = 5
"""From so many people on, those who are not profiled are shown as one."""
SUMS = (
    "clv",
    "network_value",
    "own_kept",
    "referral_value",
    "credit_received",
    "credit_given",
    "referral_taken",
    "service_value",
    "value_at_risk",
)
"""Money that may be added up over customers; influence, crv and gross may not."""


def camel(name: str) -> str:
    """snake_case to camelCase: `do_not_profile` → `doNotProfile`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


@dataclass(frozen=True)
class ScoreColumn:
    """A column of the scores: its name in Python and files, type, unit and meaning."""

    name: str
    type: pa.DataType
    unit: str
    doc: str

    @property
    def property_key(self) -> str:
        """Its name in Neo4j: camelCase, `reach_1` → `reach1`."""
        return camel(self.name)


CARD = {
    "knowledge": "percentile of knowledge and involvement",
    "participation": "percentile of participation and value of connections",
    "contacts": "percentile of the number of contacts",
    "social_score": "weighted mean of knowledge, participation and contacts",
    "social_percentile": "percentile of social_score",
    "financial_percentile": "percentile of clv",
}
"""Figures of the score card, for active customers."""
ESTIMATED = re.compile(
    r"(reach|influence)_([2-9]|[0-9]{2,})|influence(_active|_passive|_signed)?|network_value(_gross)?"
    r"|own_kept|credit_(received|given)|pressure|value_at_risk"
)
"""Figures that a sketched run estimates; what lies at distance 1 is exact."""
WITH_INTERVAL = ("network_value", "rank")
RANKS = ("rank", "rank_low", "rank_high", "clv_rank")
"""Of these the smallest is the first."""


def score_columns(
    depth: int, method: Method = "exact", *, intervals: bool = False
) -> tuple[ScoreColumn, ...]:
    """The figures of a run of this depth, in order (without `customer` and `run`).

    A sketched run has a standard error beside each figure that is estimated. A run with intervals
    has both ends beside network value and rank.
    """
    return tuple(
        column
        for figure in _columns(depth)
        for column in (
            figure,
            *([_standard_error(figure)] if method == "sketch" and _is_estimated(figure) else []),
            *(_ends(figure) if intervals and figure.name in WITH_INTERVAL else []),
        )
    )


def run_columns(run: Run) -> tuple[ScoreColumn, ...]:
    """The figures of a run; see `score_columns`."""
    return score_columns(run.depth, run.method, intervals=run.stability is not None)


def completed_scores(table: pa.Table, run: Run) -> pa.Table:
    """Add the columns that an earlier version did not write; see `absent_value`."""
    for column in run_columns(run):
        if column.name not in table.column_names:
            at = table.column_names.index("run")
            values = pa.repeat(absent_value(column), len(table))
            table = table.add_column(at, column.name, values)
    return table


def absent_value(of: ScoreColumn) -> pa.Scalar:
    """Return the value of a column that an earlier version lacks: 0 if it is summed, else null."""
    return pa.scalar(0.0 if of.name in SUMS else None, of.type)


def _is_estimated(figure: ScoreColumn) -> bool:
    return ESTIMATED.fullmatch(figure.name) is not None


def _ends(of: ScoreColumn) -> list[ScoreColumn]:
    return [
        ScoreColumn(f"{of.name}_{end}", of.type, of.unit, f"{end} end of the interval of {of.name}")
        for end in ("low", "high")
    ]


def _standard_error(of: ScoreColumn) -> ScoreColumn:
    return ScoreColumn(f"{of.name}_se", pa.float64(), of.unit, f"standard error of {of.name}")


def _columns(depth: int) -> tuple[ScoreColumn, ...]:
    number, count, text = pa.float64(), pa.int64(), pa.string()
    steps = range(1, depth + 1)
    return (
        ScoreColumn("clv", number, "money", "own value, as given or from transactions"),
        ScoreColumn("crv", number, "money", "customer referral value, as Kumar counts it"),
        *(ScoreColumn(f"reach_{d}", count, "people", f"at exactly distance {d}") for d in steps),
        *(
            ScoreColumn(f"influence_{d}", number, "money", f"weighted value at distance {d}")
            for d in steps
        ),
        ScoreColumn("influence", number, "money", "weighted value of all within reach"),
        ScoreColumn(
            "influence_active",
            number,
            "money",
            "influence along the ties on which the customer acted in the window",
        ),
        ScoreColumn("influence_passive", number, "money", "influence − influence_active"),
        ScoreColumn(
            "network_value_gross",
            number,
            "money",
            "clv + crv + influence + service_value; never summed",
        ),
        ScoreColumn(
            "network_value",
            number,
            "money",
            "own_kept + referral_value + credit_received + service_value",
        ),
        ScoreColumn("own_kept", number, "money", "own value that stays with the customer"),
        ScoreColumn(
            "referral_value",
            number,
            "money",
            "value of referred customers that is credited to their referrer",
        ),
        ScoreColumn(
            "credit_received",
            number,
            "money",
            "value of other customers that is credited to this one",
        ),
        ScoreColumn(
            "credit_given",
            number,
            "money",
            "own value that is credited to those who influence the customer",
        ),
        ScoreColumn(
            "referral_taken", number, "money", "own value that is credited to the referrer"
        ),
        ScoreColumn(
            "referral_tree_value",
            number,
            "money",
            "Σ crv of the customer and of all below in the referral tree",
        ),
        ScoreColumn(
            "service_value",
            number,
            "money",
            "service cost saved by answers that reached other customers",
        ),
        ScoreColumn("rank", count, "rank", "by network_value; ties share the smallest"),
        ScoreColumn("clv_rank", count, "rank", "by clv; ties share the smallest"),
        ScoreColumn("sentiment", number, "−1 to 1", "as given, or by the newest survey"),
        ScoreColumn("stance", pa.string(), "", "promoter, neutral, detractor or unknown"),
        ScoreColumn("influence_signed", number, "money", "sentiment × influence"),
        ScoreColumn(
            "pressure", number, "people", "weighted sentiment of all who can influence the customer"
        ),
        ScoreColumn("value_at_risk", number, "money", "own value within reach of detractors"),
        ScoreColumn(
            "weak_tie_value",
            number,
            "money",
            "Σ (1 − overlap) × influence that would be lost without the tie, over all ties",
        ),
        ScoreColumn("constraint", number, "", "Burt's constraint; low where contacts are apart"),
        ScoreColumn("effective_size", number, "people", "contacts less their redundancy (Burt)"),
        *(ScoreColumn(name, number, "0 to 100", doc) for name, doc in CARD.items()),
        ScoreColumn("coverage", number, "share", "of the parts of the score card that are known"),
        ScoreColumn("quadrant", text, "", "champion, affluent, advocate or miser"),
        ScoreColumn("tier", text, "", "ambassador, critical_detractor, or empty"),
        ScoreColumn("roles", text, "", "roles by the rules of the company, with commas"),
    )


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
