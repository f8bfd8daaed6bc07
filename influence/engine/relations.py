"""Value by relation: how much of the value of each is credited to each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.engine.customers import CustomerArrays
from influence.models import Shells
from influence.models.backends import Backend
from influence.parameters import Parameters
from influence.scores import NOT_PROFILED, SMALLEST_GROUP
from influence.value import ledger

Floats = npt.NDArray[np.float64]
Figures = Mapping[str, npt.NDArray[np.float64]]

MOST = 12
"""The most relations; with more there is no matrix."""


def credited(
    backward: Backend,
    parameters: Parameters,
    customers: CustomerArrays,
    relations: pa.Array,
    figures: Figures,
) -> dict[str, dict[str, float]]:
    """Add up the ledger by the relation that is credited and the relation whose value it is.

    Parameters
    ----------
    backward : Backend
        Of the reversed network.
    parameters : Parameters
    customers : CustomerArrays
    relations : pa.Array, n
        Text.
    figures : mapping
        The score columns of all customers.

    Returns
    -------
    dict of dict of float
        By the relation that is credited, then by the relation whose value it is, in money; value
        of customers who are not profiled is that of `NOT_PROFILED`. All together are the sum of
        the network values of profiled customers. Empty where all have one relation, there are more
        than `MOST`, or one is credited with values of fewer than `SMALLEST_GROUP` customers who
        asked not to be profiled: a cell could tell what a value is.
    """
    shown, referrals = customers.profiled, customers.referrals
    names = sorted(relations.filter(pa.array(shown)).unique().to_pylist())
    if not 1 < len(names) <= MOST:
        return {}
    rest = len(names)  # who is not profiled, or whose value is not known
    code = np.array(
        [names.index(name) if name in names else rest for name in relations.to_pylist()]
    )
    code[~shown] = rest
    taken, kept = figures["referral_taken"], figures["own_kept"] + figures["service_value"]
    paid = _influence(backward, parameters, code, rest + 1, customers.value - taken)
    ends = code[referrals.referrer], code[referrals.referred]
    gives = paid[:rest] != 0
    to_profiled = ends[0] < rest
    gives[ends[0][to_profiled], referrals.referred[to_profiled]] = True
    hidden = gives[:, customers.hidden].sum(axis=1)
    if ((hidden > 0) & (hidden < SMALLEST_GROUP)).any():
        return {}
    matrix = np.array([np.bincount(code, row, rest + 1) for row in paid])
    received = np.bincount(code, figures["credit_received"], rest + 1).astype(np.float64)
    if parameters.method == "sketch":
        _bring_to(matrix, received)
    matrix[range(rest + 1), range(rest + 1)] += np.bincount(code, kept, rest + 1)
    np.add.at(matrix, ends, taken[referrals.referred] + referrals.from_outside)
    sources = [*names, NOT_PROFILED] if matrix[:rest, rest].any() else names
    return {
        name: dict(zip(sources, row.tolist(), strict=False))
        for name, row in zip(names, matrix[:rest], strict=True)
    }


def _bring_to(matrix: Floats, received: Floats) -> None:
    """Spread what estimates miss of the sums of the ledger over each row, by the size of cells."""
    sizes = np.abs(matrix)
    total = sizes.sum(axis=1, keepdims=True)
    missing = (received - matrix.sum(axis=1))[:, np.newaxis]
    matrix += np.divide(sizes, total, out=np.zeros_like(matrix), where=total > 0) * missing


def _influence(
    backward: Backend,
    parameters: Parameters,
    code: npt.NDArray[np.intp],
    groups: int,
    remainder: Floats,
) -> Floats:
    """Sum what each group is credited with for influence on each customer; float64[groups, n]."""
    members = [(code == group).astype(np.float64) for group in range(groups)]
    weights, shells = parameters.weights, Shells(parameters.weights)
    if parameters.method == "sketch":
        counts = parameters.sketch().estimate(backward, *members).sums
    else:
        counts = shells.by_class(backward, *members)
        weights = tuple(shells.classes(backward.network).weights.tolist())
    shares = ledger.shares(remainder, weights, counts.sum(axis=0))
    paid: Floats = (counts * shares).sum(axis=1)
    return paid
