"""The origin of one customer's figures: distance shells, contributors and referrals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.charts.extra import needs_extra
from influence.customer.names import KeepsCustomers, ids_of, names_of, with_names
from influence.customer.neighbourhood import Neighbourhood, neighbourhood_of_tables
from influence.errors import NothingToShow
from influence.headings import heading, headings
from influence.notebook import html_facts, html_paragraph, html_table
from influence.runs import Run
from influence.scores import SMALLEST_GROUP, Scores
from influence.tables import Tables

if TYPE_CHECKING:
    from influence.charts.look import Chart

SHOWN = 15
"""Contributors in a notebook."""
FIGURES = ("network_value", "network_value_low", "network_value_high", "rank", "rank_low",
           "rank_high", "network_value_gross", "clv", "clv_rank", "crv", "influence", "stance",
           "quadrant", "tier")  # fmt: skip
STEPS = ("distance", "weight", "people", "value", "influence")


@dataclass(frozen=True, eq=False)
class Explanation:
    """The origin of one customer's influence.

    Attributes
    ----------
    figures : dict
        The customer's score columns.
    by_distance : list of dict
        distance, weight, people, value, influence; one for each step of the run.
    contributors : pa.Table
        customer, distance, through, clv, contribution, people; the largest contribution first.
        Those who asked not to be profiled are one row without a name if they are enough to hide
        each other, and otherwise neither here nor in `by_distance`.
    referred_by : str or None
        The referrer, unless not to be profiled.
    referrals : list of dict
        The referred customers: customer, clv, crv; the largest crv first, those who are not to be
        profiled left out.
    stale : bool
        Whether the data changed since the run.
    caveat : str or None
        That the figures are estimates, where they are; the distance shells are always exact.
    unit : str
        The unit of money.
    names : mapping of str to str
        Names by id, for display; none unless they were looked up.
    """

    figures: dict[str, Any]
    by_distance: list[dict[str, Any]]
    contributors: pa.Table
    referred_by: str | None
    referrals: list[dict[str, Any]]
    stale: bool
    caveat: str | None = None
    unit: str = "money"
    names: Mapping[str, str] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        """Show the figures, the distance shells and the largest contributions in a notebook."""
        customer, first = self.figures["customer"], self.contributors.slice(0, SHOWN).to_pylist()
        columns = ("customer", "name", "contribution", "clv", "distance", "through")
        more = len(self.contributors) - len(first)
        notes = (
            f"and {more:,} more" * (more > 0),
            "the data changed since this run" * self.stale,
            self.caveat or "",
        )
        return "".join([
            html_facts(
                f"{self.names.get(customer, '')} {customer}".strip(),
                [(heading(name), self.figures.get(name)) for name in FIGURES]
                + [("amounts in", self.unit)] * (self.unit != "money"),
            ),
            html_table(self.by_distance, headings(STEPS)),
            html_table(with_names(labelled(first), self.names),
                       headings(name for name in columns if name != "name" or self.names)),
            html_paragraph(" · ".join(filter(None, notes))),
        ])  # fmt: skip

    def to_dict(self, limit: int | None = None) -> dict[str, Any]:
        """Plain data, all in one; at most `limit` contributors."""
        shown = self.contributors.slice(0, limit)
        return {
            **self.figures,
            "by_distance": self.by_distance,
            "contributors": shown.to_pylist(),
            "referred_by": self.referred_by,
            "referrals": self.referrals,
        }

    def picture(self) -> Chart:
        """Draw the people within reach on rings, and the parts of the gross network value.

        Returns
        -------
        altair.VConcatChart or altair.LayerChart
            `.save("file.svg")` writes it; `influence.write_picture` writes a page as well.

        Raises
        ------
        UsageError
            If the extra `report` is not installed.
        """
        with needs_extra("pictures"):
            from influence.customer.picture import picture
        return picture(self)

    def mentioned(self, limit: int | None = None) -> list[str | None]:
        """The ids of the customer, the referrer, the referred, and at most `limit` contributors."""
        referred = [row["customer"] for row in self.referrals]
        contributors = self.contributors["customer"].slice(0, limit).to_pylist()
        return [self.figures["customer"], self.referred_by, *referred, *contributors]


class KeepsScores(KeepsCustomers, Protocol):
    """The part of a store that an explanation needs."""

    def scores(self, customers: Sequence[str] | None = None) -> Scores:
        """The scores of the current run, or of some customers."""
        ...

    def neighbourhood(self, customer: str, run: Run) -> Neighbourhood:
        """The people within reach of a customer."""
        ...


def explain(store: KeepsScores, customer: str) -> Explanation:
    """Explain one customer's figures of the current run.

    Parameters
    ----------
    store : Store
    customer : str
        An id, or where nobody has that id, a name that one customer has.

    Raises
    ------
    NothingToShow
        If there is no such customer, or no run yet.
    UsageError
        If several customers have that name.
    """
    scores, (found,) = scores_of(store, [customer])
    explained = explanation(scores, found, store.neighbourhood(found, scores.run))
    return replace(explained, names=names_of(store, explained.mentioned(SHOWN)))


def scores_of(store: KeepsScores, customers: Sequence[str]) -> tuple[Scores, list[str]]:
    """Read the scores of customers that are given by id or by name.

    Returns
    -------
    scores : Scores
    customers : list of str
        Their ids, in the order in which they were given.

    Raises
    ------
    NothingToShow
        If there is no such customer, or no run yet.
    UsageError
        If several customers have one of the names.
    """
    scores = store.scores(customers)
    known = {*scores.table["customer"].to_pylist()}
    unknown = [customer for customer in dict.fromkeys(customers) if customer not in known]
    if not unknown:
        return scores, [*customers]
    named = dict(zip(unknown, ids_of(store, unknown), strict=True))
    ids = [named.get(customer, customer) for customer in customers]
    scores = store.scores([*dict.fromkeys(ids)])
    missing = {*ids} - {*scores.table["customer"].to_pylist()}
    if missing:
        raise NothingToShow(
            f"no customer {', '.join(map(repr, sorted(missing)))} in run {scores.run.id}"
        )
    return scores, ids


def explain_tables(tables: Tables, scores: Scores, customer: str) -> Explanation:
    """Explain one customer's figures by the tables that a run was made of, without a store.

    Raises
    ------
    NothingToShow
        If the customer has no row in the scores.
    """
    around = neighbourhood_of_tables(tables, scores.run, customer)
    return explanation(scores, customer, around)


def explanation(scores: Scores, customer: str, around: Neighbourhood) -> Explanation:
    """Explain one customer's figures by the people within reach.

    Raises
    ------
    NothingToShow
        If the customer has no row in the scores.
    """
    figures, run = scores.row(customer), scores.run
    unnamed = around.people["customer"].is_null().to_numpy()
    together = unnamed.sum() >= SMALLEST_GROUP
    counted = np.ones_like(unnamed) if together else ~unnamed
    people, times = around.people.filter(pa.array(counted)), around.times[:, counted]
    distance, value = people["distance"].to_numpy(), people["clv"].to_numpy()
    values = times @ value
    by_distance = [
        {
            "distance": d,
            "weight": weight,
            "people": int((distance == d).sum()),
            "value": float(values[d - 1]),
            "influence": weight * float(values[d - 1]),
        }
        for d, weight in enumerate(run.weights, 1)
    ]
    contribution = pa.array(np.array(run.weights) @ times * value)
    people = people.append_column("contribution", contribution)
    people = people.append_column("people", pa.array(np.ones(len(people), dtype=np.int64)))
    return Explanation(
        figures=figures,
        by_distance=by_distance,
        contributors=_contributors(people, together=together),
        referred_by=around.referred_by,
        referrals=sorted(around.referrals, key=lambda row: (-row["crv"], row["customer"])),
        stale=around.stale,
        caveat=run.caveat,
        unit=run.unit,
    )


def labelled(contributors: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Say in the row of those who are not profiled how many they are."""
    return [
        {**row, "customer": row["customer"] or f"({row['people']:,} not profiled, together)"}
        for row in contributors
    ]


def _contributors(people: pa.Table, *, together: bool) -> pa.Table:
    """The people within reach by contribution, those who are not profiled as one row."""
    named = people["customer"].is_valid()
    contributors = people.filter(named)
    if together:
        others = people.filter(pc.invert(named))
        one = {name: [pc.sum(others[name]).as_py()] for name in ("clv", "contribution", "people")}
        contributors = pa.concat_tables([contributors, pa.table(one)], promote_options="default")
    return contributors.sort_by([("contribution", "descending"), ("customer", "ascending")])
