"""The columns of scores: name, type, unit and meaning of each figure."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa

from influence.runs import Method, Run

COMPARED = ("network_value", "influence", "rank")
"""The figures that two runs are compared by: every store keeps them of the run before."""

STANDINGS = ("quadrant", "tier")
"""The figures that depend on the run before: customers leave them only when they fall clearly."""

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
