"""The customers as arrays, in the order of the network's ids: the input of a run."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.engine.activity import Activity
from influence.engine.acts import days_of
from influence.network import Network, Selection
from influence.tables import Tables
from influence.tables.keys import places
from influence.tables.reading.columns import true_where
from influence.tables.reading.times import earliest_first, latest_last
from influence.tables.rules import forest
from influence.tables.rules.questions import RECOMMEND
from influence.tables.rules.window_end import EPOCH, WindowEnd, window_end
from influence.value import stance
from influence.value.clv_errors import ClvErrors, Estimated
from influence.value.conventions import Conventions
from influence.value.own import OwnValue
from influence.value.referral import Referrals

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CustomerArrays:
    """The customers as arrays of n, in the order of the network's ids.

    Attributes
    ----------
    value : float64[n]
        V, own value in money: as given, else from transactions, else 0.
    errors : ClvErrors
        Of V.
    known : bool[n]
        Customers whose value is known.
    hidden : bool[n]
        Customers who asked not to be profiled.
    sentiment : float64[n]
        −1 … 1: as given, else by the newest survey, else NaN.
    referrals : Referrals
        Those that count.
    activity : Activity
        What customers did in the window.
    window_end : WindowEnd or None
        The last day whose purchases count; None where own value comes from no purchases.
    """

    value: Floats
    errors: ClvErrors
    known: Flags
    hidden: Flags
    sentiment: Floats
    referrals: Referrals
    activity: Activity
    window_end: WindowEnd | None = None

    @property
    def profiled(self) -> Flags:
        """Customers who get a row of figures; bool[n]."""
        return self.known & ~self.hidden

    @classmethod
    def from_tables(
        cls,
        tables: Tables,
        network: Network,
        selection: Selection,
        conventions: Conventions,
        *,
        with_errors: bool = False,
    ) -> CustomerArrays:
        """Align complete tables with a network of selected ties.

        Errors of a forecast take time, and are found only if they are asked for.
        """
        at = pc.index_in(network.keys, tables.customers["id"].combine_chunks())
        customers = tables.customers.select(
            ["clv", "clv_computed", "clv_se", "do_not_profile", "sentiment"]
        ).take(at)
        value = pc.fill_null(customers["clv"], 0.0).to_numpy()
        computed = true_where(customers["clv_computed"])
        error, common = pc.fill_null(customers["clv_se"], 0.0).to_numpy(), 0.0
        end = None
        if computed.any() and len(tables.transactions):
            days = days_of(tables.transactions["date"])
            end = window_end(days, conventions.window, as_of=conventions.as_of)
            own = _own_value(tables.transactions, network, conventions, end, with_errors)
            value, common = np.where(computed, own.clv, value), own.common
            error = np.where(computed, own.error, error)
        given = customers["sentiment"].to_numpy()
        surveyed = stance.from_nps(newest_scores(tables.surveys, network.keys))
        return cls(
            value=value,
            errors=ClvErrors(error, computed, common),
            known=true_where(pc.is_valid(customers["clv"])),
            hidden=true_where(customers["do_not_profile"]),
            sentiment=np.where(np.isnan(given), surveyed, given),
            referrals=_referrals(tables.referrals, network),
            activity=Activity.from_tables(tables, network, selection, conventions),
            window_end=end,
        )

    @classmethod
    def of_values(cls, value: Floats) -> CustomerArrays:
        """Make customers of which only own value is known."""
        n = len(value)
        empty = np.empty(0, dtype=np.intp)
        amounts = (np.empty(0) for _ in fields(Referrals)[2:])
        return cls(
            value=value,
            errors=ClvErrors.none(n),
            known=np.ones(n, dtype=np.bool_),
            hidden=np.zeros(n, dtype=np.bool_),
            sentiment=np.full(n, np.nan),
            referrals=Referrals(empty, empty, *amounts),
            activity=Activity.none(n),
        )

    def fingerprint(self, network: Network) -> str:
        """Hash everything that scores are computed from: equal input, equal fingerprint."""
        known = self.referrals
        order = np.argsort(known.referred)
        given = np.where(self.errors.forecast, 0.0, self.errors.own)
        return network.fingerprint(
            self.value,
            self.profiled,
            self.sentiment,
            *(column[order] for column in vars(known).values()),
            *self.activity.arrays(),
            *([given] if given.any() else []),
        )


def _own_value(
    purchases: pa.Table,
    network: Network,
    conventions: Conventions,
    end: WindowEnd | None,
    with_errors: bool,
) -> Estimated:
    customer, day = places(purchases["customer"], network.keys), days_of(purchases["date"])
    amount: Floats = purchases["amount"].to_numpy()
    last_day = None if end is None else (end.day - EPOCH).days
    terms = (conventions.margin, conventions.rate, conventions.years)
    rows = (network.n, customer, day, amount, last_day)
    if conventions.own_value != "bg-nbd":
        projection = OwnValue(*terms, conventions.window)
        return Estimated(projection.from_purchases(*rows), np.zeros(network.n))
    from influence.value.probabilistic import Forecast  # needs an extra

    forecast = Forecast(*terms)
    if with_errors:
        return forecast.with_errors(*rows)
    return Estimated(forecast.from_purchases(*rows), np.zeros(network.n))


def newest_scores(surveys: pa.Table, ids: pa.Array, question: str = RECOMMEND) -> Floats:
    """The newest answer of each customer to a question; float64[n], NaN where there is none."""
    asked = surveys.filter(pc.equal(surveys["question"], question))
    asked = asked.filter(pc.is_in(asked["customer"], ids))
    who = places(asked["customer"], ids)
    return stance.newest_score(len(ids), who, latest_last(asked), asked["score"].to_numpy())


def _referrals(table: pa.Table, network: Network) -> Referrals:
    table = table.sort_by("place")
    table = table.filter(pa.array(forest.counting(table)))
    table = _without_cycles(table)
    amounts = ("joined_anyway", "margin", "incentive", "marketing", "acquisition_saved")
    return Referrals(
        referrer=places(table["referrer"], network.keys),
        referred=places(table["referred"], network.keys),
        **{name: table[name].to_numpy() for name in amounts},
    )


def _without_cycles(table: pa.Table) -> pa.Table:
    """Drop the latest referral of each cycle.

    No load accepts a cycle, but after a customer is forgotten another referrer may count.
    """
    closed = {name for cycle in forest.cycles(table) for name in cycle.chain}
    if not closed:
        return table
    order = [("referrer", "ascending"), ("referred", "ascending")]
    table = table.take(pc.sort_indices(table, sort_keys=order))
    table = table.take(pa.array(np.argsort(earliest_first(table), kind="stable")))
    while cycles := forest.cycles(table):
        keep = np.ones(len(table), dtype=bool)
        for cycle in cycles:
            links = set(pairwise(cycle.chain))
            rows = zip(table["referrer"].to_pylist(), table["referred"].to_pylist(), strict=True)
            keep[max(place for place, row in enumerate(rows) if row in links)] = False
        table = table.filter(pa.array(keep))
    return table
