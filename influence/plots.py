"""Charts of scores: who is where, how value is distributed, and who comes first.

Needs the extra `report`. Only customers who have a row in the scores are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.charts.bars import signed, stacked
from influence.charts.labels import LONGEST_NAME, called, label, short_labels
from influence.charts.look import ALL, ALONE, Chart, titled
from influence.charts.lorenz import lorenz
from influence.charts.scatter import scatter
from influence.errors import NothingToShow
from influence.headings import heading
from influence.value.concentration import Floats, curve, gini

if TYPE_CHECKING:
    from influence.scores import Scores

Indices = npt.NDArray[np.intp]

MOST_POINTS = 2000
FIRST = 250
"""So many of the first by each view are always drawn."""
VIEWS = ("network_value_gross", "network_value", "clv", "influence")
SEED = 0
CORNERS = (
    "little CLV, much influence", "much CLV, much influence",
    "little CLV, little influence", "much CLV, little influence",
)  # fmt: skip
NO_CARD = "no score card"
OTHER = "other"
GROSS_PARTS = {
    "clv": "CLV",
    "crv": "CRV",
    "influence": "influence",
    "service_value": "service value",
}
"""Score column → words; they add up to the gross network value."""
LEDGER_PARTS = {
    "own_kept": "own CLV that stays with the customer",
    "credit_received": "CLV of others, through influence",
    "referral_value": "CLV of others, through referrals",
    "service_value": "service costs saved",
}
"""Score column → words; they add up to the network value."""
PARTS = {"network_value_gross": GROSS_PARTS, "network_value": LEDGER_PARTS}
CURVES = ("clv", "network_value")
POINTS = 100
"""Of a Lorenz curve."""
MOST_BARS = 50
NEVER_SUM = "Gross values count the same money for several customers: never add them up."


class ScoresPlots:
    """The charts of one run's scores; see `Scores.plot`.

    Each is an ordinary Altair chart: a notebook shows it, `.save("file.svg")` writes it. Notes
    below the title name the run and say what is left out.

    Parameters
    ----------
    scores : Scores
        At least one customer. Names are shown where `scores.names` has them.
    """

    def __init__(self, scores: Scores) -> None:
        if not len(scores):
            raise NothingToShow(f"run {scores.run.id} has no customers to show")
        self._scores = scores

    def quadrants(self) -> Chart:
        """Draw own value against influence, with the medians; one point for each customer.

        Of more than 2,000 customers the first by four views and a random sample are drawn, the
        same ones each time; the note says so. Colours are the quadrants of the score card.
        """
        scores, chosen = self._scores, drawn_customers(self._scores)
        names = ["customer", "clv", "influence", "network_value", "quadrant"]
        rows = scores.table.select(names).take(chosen).to_pylist()
        given = self._names([row["customer"] for row in rows])
        has_card = any(row["quadrant"] for row in rows)
        groups = [row.pop("quadrant") or NO_CARD for row in rows]
        kept, groups = largest_groups(groups)
        for row, group in zip(rows, groups, strict=True):
            row["name"] = label(given.get(row["customer"], ""), LONGEST_NAME)
            row["customer"] = label(row["customer"], LONGEST_NAME)
            row["group"] = group if has_card else "customers"
        drawn = scatter(
            rows, kept if has_card else ["customers"], medians(scores), CORNERS, scores.run.unit,
            ALONE,
        )  # fmt: skip
        return self._titled(
            drawn,
            "Own value (CLV) against influence: a point for each customer",
            "At the top left are customers who spend little and influence many; a list by CLV "
            "does not show them. Broken lines: medians of all customers.",
            note_on_points(len(chosen), len(scores)),
        )

    def by_distance(self, customer: str) -> Chart:
        """Draw the influence of one customer at each distance.

        Parameters
        ----------
        customer : str
            An id.

        Raises
        ------
        NothingToShow
            If the customer has no row in the scores.
        """
        row, run = self._scores.row(customer), self._scores.run
        steps = range(1, run.depth + 1)
        labels = [f"distance {d} ({row[f'reach_{d}']:,.0f} people)" for d in steps]
        drawn = stacked(
            labels,
            {"influence": [row[f"influence_{d}"] for d in steps]},
            f"influence, in {run.unit}",
            look=ALONE,
        )
        who = called(customer, self._names([customer]))
        return self._titled(
            drawn,
            f"Influence of {label(who, LONGEST_NAME)} by distance: {row['influence']:,.0f}",
            "The CLV of the people at each distance, multiplied with the weight: "
            f"{', '.join(f'{weight:g}' for weight in run.weights)}.",
        )

    def concentration(self) -> Chart:
        """Draw Lorenz curves of CLV and network value, with their Gini coefficients.

        Raises
        ------
        NothingToShow
            If no customer has a value above 0.
        """
        values, negative = distributions(self._scores)
        if not values:
            raise NothingToShow("no customer has a value above 0, so there is no distribution")
        return self._titled(
            lorenz(curves_of(values), ALONE),
            f"Distribution of {' and '.join(map(heading, values))} over customers",
            "The share of the sum that the customers with the smallest values hold. The farther a "
            "curve hangs below the broken line, the fewer customers hold the value.",
            negative,
        )

    def ranking(self, by: str = "network_value_gross", count: int = 10) -> Chart:
        """Draw the first customers by a figure, as `Scores.top` orders them.

        Parameters
        ----------
        by : str
            A score column of numbers. The network values are split into their parts.
        count : int
            The largest number of customers, 1 to 50.

        Raises
        ------
        UsageError
            If there is no such column.
        NothingToShow
            If the figure is not known for anybody.
        """
        scores = self._scores
        order = scores.order(by)[: min(max(count, 1), MOST_BARS)]
        rows = [row for row in scores.table.take(order).to_pylist() if row[by] is not None]
        if not rows:
            raise NothingToShow(f"{by} is not known for any customer of run {scores.run.id}")
        unit = scores.unit(by)
        title = f"{heading(by)}, in {unit}" if unit else heading(by)
        words = PARTS.get(by, {by: heading(by)})
        parts = {text: [row[name] for row in rows] for name, text in words.items()}
        ids = [row["customer"] for row in rows]
        labels = short_labels(ids, self._names(ids))
        if min(map(min, parts.values())) < 0:  # parts on both sides of zero show no sum
            drawn = signed(labels, [row[by] for row in rows], title, ALONE)
        else:
            there = {text: values for text, values in parts.items() if any(values)}
            drawn = stacked(labels, there or parts, title, look=ALONE)
        return self._titled(
            drawn,
            f"The first {len(rows):,} of {len(scores):,} customers by {heading(by)}",
            NEVER_SUM if by == "network_value_gross" else "",
        )

    def _names(self, customers: list[str]) -> dict[str, str]:
        """Names of these customers, where the scores have them."""
        if self._scores.names is None:
            return {}
        at = pc.index_in(
            pa.array(customers, pa.string()), self._scores.names["id"].combine_chunks()
        )
        names = self._scores.names["name"].combine_chunks().take(at).to_pylist()
        return {customer: name for customer, name in zip(customers, names, strict=True) if name}

    def _titled(self, chart: Chart, title: str, *notes: str) -> Chart:
        run = self._scores.run
        source = f"{len(self._scores):,} customers, run {run.id}"
        return titled(chart, title, [note for note in (*notes, run.caveat or "", source) if note])


def distributions(scores: Scores) -> tuple[dict[str, Floats], str]:
    """Return CLV and network value as far as anybody has some, and a note on negative values.

    Returns
    -------
    values : dict of str to float64[n]
        By score column; negative ones are 0.
    note : str
        Empty if no value is negative.
    """
    columns = {name: scores.table[name].to_numpy() for name in CURVES}
    counted = " and ".join(
        f"{int((values < 0).sum()):,} by {heading(name)}"
        for name, values in columns.items()
        if (values < 0).any()
    )
    note = f"Customers with a negative value count as 0 here: {counted}." if counted else ""
    return {name: np.maximum(v, 0.0) for name, v in columns.items() if v.max() > 0}, note


def curves_of(values: Mapping[str, Floats]) -> dict[str, tuple[Floats, Floats]]:
    """Return Lorenz curves by heading and Gini coefficient."""
    return {f"{heading(name)} (Gini {gini(v):.2f})": curve(v, POINTS) for name, v in values.items()}


def drawn_customers(scores: Scores) -> Indices:
    """Choose the customers to draw: all, or the first by each view and a random sample."""
    n = len(scores)
    if n <= MOST_POINTS:
        return np.arange(n)
    first = np.unique([scores.order(view)[:FIRST] for view in VIEWS])
    others = np.setdiff1d(np.arange(n), first)
    sample = np.random.default_rng(SEED).choice(others, MOST_POINTS - len(first), replace=False)
    return np.sort(np.concatenate([first, sample]))


def note_on_points(drawn: int, customers: int) -> str:
    """Say whom a chart of points leaves out; empty if nobody."""
    if drawn == customers:
        return ""
    return (
        f"{drawn:,} of {customers:,} customers are drawn: the first {FIRST} by each of gross "
        "network value, network value, CLV and influence, and a random sample of the others."
    )


def medians(scores: Scores) -> tuple[float, float]:
    """Return the medians of CLV and influence over all customers."""
    clv, influence = (scores.table[name].to_numpy() for name in ("clv", "influence"))
    return float(np.median(clv)), float(np.median(influence))


def largest_groups(groups: Sequence[str], most: int = len(ALL)) -> tuple[list[str], list[str]]:
    """Keep the largest groups, and put the others together.

    Returns
    -------
    kept : list of str
        The groups that are left, the largest first, and `other` last where there is one.
    groups : list of str
        The group of each, as given or `other`.

    Examples
    --------
    >>> largest_groups(["a", "b", "a", "c"], most=2)
    (['a', 'other'], ['a', 'other', 'a', 'other'])
    """
    values, counts = np.unique(groups, return_counts=True)
    kept: list[str] = values[np.argsort(-counts, kind="stable")].tolist()
    if len(kept) <= most:
        return kept, list(groups)
    kept = kept[: most - 1]
    return [*kept, OTHER], [group if group in kept else OTHER for group in groups]
