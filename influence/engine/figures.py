"""All figures of all customers, by score column."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.engine.active import active_influence
from influence.engine.card import Standings, answers, emails_not_sent, measures
from influence.engine.customers import CustomerArrays
from influence.engine.intervals import Uncertain, with_errors
from influence.engine.likely_ties import TieValues
from influence.engine.method import compute_sums, method_of
from influence.engine.relations import credited
from influence.engine.roles import check_columns, columns_of, features, roles
from influence.engine.run_input import RunInput
from influence.engine.sums import Floats, Method, Payoffs, Sums
from influence.engine.ties import TieFigures, tie_figures
from influence.models.backends import Backend
from influence.network import Network
from influence.parameters import Parameters
from influence.progress import Progress
from influence.runs import Accuracy, Run
from influence.score_columns import SUMS, run_columns, score_columns
from influence.scores import SMALLEST_GROUP, Scores
from influence.value import pressure, referral, stance
from influence.value.conventions import Conventions
from influence.value.rank import ROUNDING, rank
from influence.value.score_card import ScoreCard, score_card

Previous: TypeAlias = Callable[[], Scores | None]
"""Returns customer, quadrant and tier of the previous finished run, or None."""


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of all customers, the unprofiled included.

    Attributes
    ----------
    columns : dict of str to arrays of n
        By score column, all but the ranks.
    ties : TieValues
        The most valuable ties.
    credited : dict of dict of float
        See `influence.engine.relations`.
    strays : int
        Acts in the window towards customers to whom no tie leads.
    emails_not_sent : int
        E-mails in the window that count in no rate.
    accuracy : Accuracy or None
        Of estimates; None where the figures are exact.
    compared_with : str or None
        The id of the run whose quadrants and tiers hysteresis compared with.
    uncertain : Uncertain or None
        What intervals are drawn from; None where there is nothing uncertain, or none are wanted.
    """

    columns: Mapping[str, npt.NDArray[Any]]
    ties: TieValues
    credited: Mapping[str, Mapping[str, float]]
    strays: int
    emails_not_sent: int
    accuracy: Accuracy | None = None
    compared_with: str | None = None
    uncertain: Uncertain | None = None


def _role_figures(depth: int) -> list[str]:
    """The score columns that rules of roles may name."""
    names = (column.name for column in score_columns(depth))
    return [name for name in names if name not in {"rank", "clv_rank", "roles"}]


def compute_figures(
    backend: Backend,
    source: RunInput,
    parameters: Parameters,
    progress: Progress,
    previous: Previous | None = None,
) -> Figures:
    """Compute the figures of all customers.

    Referrals are settled first: they are harder evidence than influence, which shares the rest.
    The previous run is read last, when the memory of the searches is free again.
    """
    customers, conventions = source.customers, parameters.conventions
    check_columns(parameters.roles, customers.activity.kinds, _role_figures(parameters.depth))
    own = _own_money(customers, conventions)
    signs = pressure.sides(customers.sentiment, conventions.negativity)
    method = method_of(backend, parameters)
    payoffs = _payoffs(own, signs, customers, parameters)
    sums = compute_sums(method, parameters, payoffs, progress)
    weights = np.array(parameters.weights)[:, np.newaxis]
    columns = own | _money_of_network(own, sums, weights)
    n, value, errors = backend.network.n, customers.value, sums.errors
    error = np.zeros(n) if errors is None else errors.influence(weights)
    split = active_influence(backend, source, parameters, columns["influence"], error, progress)
    ties = _ties(method, parameters, value, sums.values, progress)
    signed = pressure.signed(
        customers.sentiment,
        columns["influence"],
        value,
        sums.positive_pressure,
        sums.negative_pressure,
        conventions.negativity,
    )
    opinions = stance.stance(customers.sentiment)
    before = _standings(previous, backend.network)
    columns |= {
        "influence_active": split.active,
        "influence_passive": split.passive,
        "referral_tree_value": referral.tree_value(n, customers.referrals, own["crv"]),
        "sentiment": customers.sentiment,
        "stance": opinions,
        **vars(signed),
        "weak_tie_value": ties.weak_tie_value,
        "constraint": ties.constraint,
        "effective_size": ties.effective_size,
        **vars(_card(customers, ties, opinions, parameters, before)),
    }
    available = features(
        customers.activity, ties.contacts, customers.profiled, columns, columns_of(parameters.roles)
    )
    columns["roles"] = roles(parameters.roles, available, n)
    between = {}
    if source.relations is not None:
        between = credited(method.backward, parameters, customers, source.relations, columns)
    if errors is not None:
        from influence.engine.estimated import standard_errors  # SciPy, which exact sums do without

        columns |= standard_errors(
            errors, weights, value, signs[0] - signs[1], sums.negative_pressure
        )
        columns |= {"influence_active_se": split.active_error,
                    "influence_passive_se": split.passive_error}  # fmt: skip
    estimated = columns.get("network_value_se", np.zeros(n))
    return Figures(
        columns,
        ties.values,
        between,
        split.strays,
        emails_not_sent(customers.activity, customers.profiled),
        accuracy=errors.accuracy if errors else None,
        compared_with=None if before is None else before.run,
        uncertain=Uncertain.of(
            columns["network_value"], estimated, payoffs, sums, customers, parameters
        ),
    )


def _own_money(customers: CustomerArrays, conventions: Conventions) -> dict[str, Floats]:
    """Return the money that follows from customers and their referrals, by score column."""
    n, value, made = len(customers.value), customers.value, customers.referrals
    taken, brought = referral.settle(n, made, value, conventions.referral_share)
    return {
        "clv": value,
        "crv": referral.crv(n, made, value, charge_certain=conventions.charge_certain),
        "referral_value": brought,
        "referral_taken": taken,
        "service_value": conventions.answer_saved * answers(customers.activity),
    }


def _payoffs(
    own: Mapping[str, Floats],
    signs: tuple[Floats, Floats],
    customers: CustomerArrays,
    parameters: Parameters,
) -> Payoffs:
    """Return what is summed over the network; with its errors if intervals are wanted."""
    payoffs = Payoffs(
        own["clv"],
        own["clv"] - own["referral_taken"],
        *signs,
        gross_base=own["clv"] + own["crv"] + own["service_value"],
        ledger_base=own["referral_value"] + own["service_value"],
    )
    return with_errors(payoffs, customers, parameters) if parameters.intervals else payoffs


def _money_of_network(
    own: Mapping[str, Floats], sums: Sums, weights: Floats
) -> dict[str, npt.NDArray[Any]]:
    """Return reach, influence, and the network values that follow from them, by score column."""
    by_distance, ledger = weights * sums.values, sums.ledger
    influence = by_distance.sum(axis=0)
    return {
        **{f"reach_{d}": np.rint(row).astype(np.int64) for d, row in enumerate(sums.reach, 1)},
        **{f"influence_{d}": row for d, row in enumerate(by_distance, 1)},
        "influence": influence,
        "network_value_gross": own["clv"] + own["crv"] + influence + own["service_value"],
        "network_value": ledger.network_value + own["referral_value"] + own["service_value"],
        "own_kept": ledger.own_kept,
        "credit_received": ledger.credit_received,
        "credit_given": ledger.credit_given,
    }


def _standings(previous: Previous | None, network: Network) -> Standings | None:
    scores = previous() if previous is not None else None
    return None if scores is None else Standings.of(scores.run.id, scores.table, network.keys)


def _card(
    customers: CustomerArrays,
    ties: TieFigures,
    opinions: npt.NDArray[Any],
    parameters: Parameters,
    before: Standings | None,
) -> ScoreCard:
    activity, rules = customers.activity, parameters.card
    return score_card(
        measures(activity, ties.clustering, customers.profiled, rules),
        customers.value,
        opinions,
        activity.active & customers.profiled,
        rules,
        segments=activity.segment if rules.within_segments else None,
        before=None if before is None else (before.quadrant, before.tier),
    )


def _ties(
    method: Method,
    parameters: Parameters,
    value: Floats,
    by_distance: Floats,
    progress: Progress,
) -> TieFigures:
    """Value the ties as shells do, with any model."""

    def within() -> Floats:
        network = method.forward.network
        if parameters.model == "shells" and network.kind_weight is None and (value >= 0).all():
            return by_distance
        positive = np.maximum(value, 0.0)
        if parameters.method == "sketch":
            estimated: Floats = parameters.sketch().estimate(method.forward, positive).sums[0]
            return estimated
        rows = np.broadcast_to(positive, (1, *by_distance.shape))
        found: Floats = method.forward.shell_sums(rows, progress)[0]
        return found

    return tie_figures(
        method.forward, value, within, parameters.weights, parameters.limits.max_seconds,
        progress, symmetric=method.symmetric,
    )  # fmt: skip


def ranked(customers: CustomerArrays, figures: Figures) -> dict[str, npt.NDArray[Any]]:
    """The figures of the profiled customers, ranked among themselves."""
    shown = customers.profiled
    tolerance = ROUNDING * float(np.abs(customers.value).sum())
    ranks = {"rank": "network_value", "clv_rank": "clv"}
    everyone = bool(shown.all())  # then the table shares the memory of the figures
    columns = {
        name: figure if everyone else figure[shown] for name, figure in figures.columns.items()
    }
    return columns | {name: rank(columns[by], tolerance) for name, by in ranks.items()}


def score_table(
    ids: pa.Array, shown: npt.NDArray[np.bool_], columns: Mapping[str, npt.NDArray[Any]], run: Run
) -> pa.Table:
    """Make a table of the figures of those who are shown."""
    return pa.table(
        {
            "customer": ids.filter(pa.array(shown)),
            **{
                column.name: pa.array(columns[column.name], column.type, from_pandas=True)
                for column in run_columns(run)
            },
            "run": pa.repeat(run.id, int(shown.sum())),
        }
    )


def unprofiled_totals(customers: CustomerArrays, figures: Figures) -> dict[str, float]:
    """Totals of the unprofiled customers; empty if they are too few to hide each other."""
    together = customers.hidden & customers.known
    if together.sum() < SMALLEST_GROUP:
        return {}
    return {"customers": int(together.sum())} | {
        name: math.fsum(figures.columns[name][together]) for name in SUMS
    }
