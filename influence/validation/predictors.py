"""Predictors of later behaviour: network value, and simpler figures beside it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from influence.engine.run_input import RunInput
from influence.network import Network
from influence.scores import Scores
from influence.value.rank import ROUNDING, rank

Floats = npt.NDArray[np.float64]

NETWORK_VALUE = "network_value"
DAMPING = 0.85
TOLERANCE = 1e-12
"""Change of all PageRanks together at which the iteration ends."""
DIGITS = 9
"""Digits of PageRank × n that count, so that equal positions are equal."""


def predictors(source: RunInput, scores: Scores) -> tuple[npt.NDArray[np.int64], dict[str, Floats]]:
    """Return the figures of the profiled customers, larger meaning more.

    Returns
    -------
    int64[m]
        Positions of the profiled customers in the network.
    dict of str to float64[m]
        Of network value, gross network value and CLV the negative ranks, in which values that
        differ by rounding are equal; degree (contacts they can influence), PageRank, and number of
        referrals made.
    """
    network, table = source.network, scores.table
    at = pc.index_in(table["customer"], network.keys).to_numpy().astype(np.int64)
    made = np.bincount(source.customers.referrals.referrer, minlength=network.n)
    tolerance = ROUNDING * float(np.abs(table["clv"]).sum())
    gross = rank(table["network_value_gross"].to_numpy().astype(np.float64), tolerance)
    return at, {
        NETWORK_VALUE: -table["rank"].to_numpy().astype(np.float64),
        "network_value_gross": -gross.astype(np.float64),
        "clv": -table["clv_rank"].to_numpy().astype(np.float64),
        "degree": np.diff(network.indptr)[at].astype(np.float64),
        "pagerank": np.round(pagerank(network)[at] * network.n, DIGITS),
        "referral_count": made[at].astype(np.float64),
    }


def pagerank(network: Network, damping: float = DAMPING) -> Floats:
    """PageRank along reversed arcs: rank flows from a customer to those who influence them.

    Strengths do not count. A customer whom nobody influences gives rank to all alike. (L. Page, S.
    Brin, R. Motwani, T. Winograd, The PageRank citation ranking, 1999.)

    Returns
    -------
    float64[n]
        They sum to 1.
    """
    n = network.n
    arcs = network.to_scipy()
    arcs.data = np.ones(network.arcs)
    influencers = np.bincount(network.indices, minlength=n)
    rank, change = np.full(n, 1 / n), 1.0
    while change > TOLERANCE:
        given = np.divide(rank, influencers, out=np.zeros(n), where=influencers > 0)
        spread = arcs @ given + rank[influencers == 0].sum() / n
        after = damping * spread + (1 - damping) / n
        change, rank = float(np.abs(after - rank).sum()), after
    return np.asarray(rank, dtype=np.float64)
