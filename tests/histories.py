"""Simulated companies with a history: ties, purchases and referrals, before and after a date."""

from datetime import date

import numpy as np
import pyarrow as pa

from influence import Parameters, Tables
from influence.engine.run_input import RunInput
from influence.pipeline import compute_run
from influence.tables import complete
from influence.tables.notes import ignore

FIRST, UNTIL = date(2023, 1, 1), date(2023, 12, 31)
YEAR = 365
"""Days from `FIRST` on are known; the year after is to be predicted."""


def before(seed, n, degree=4):
    """Frames of a company up to `UNTIL`: random ties, purchases and referrals."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"c{i:05}" for i in range(n)])
    pairs = np.sort(rng.integers(0, n, (n * degree // 2, 2)), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)
    referred = np.arange(n // 2, n // 2 + n // 5)  # by an earlier customer, so nothing closes
    return {
        "customers": {"id": ids, "joined": [FIRST] * n},
        "ties": {"source": ids[pairs[:, 0]], "target": ids[pairs[:, 1]]},
        "transactions": purchases(rng, ids, habits(seed, n), 0),
        "referrals": referrals(rng, ids, rng.integers(0, n // 2, len(referred)), ids[referred], 0),
    }


def habits(seed, n):
    """How often each customer buys in a year, of themselves."""
    return np.random.default_rng([seed, 3]).gamma(0.7, 3, n)


def purchases(rng, ids, rate, first):
    """Purchases of one year, so many a customer on average."""
    who = np.repeat(np.arange(len(ids)), rng.poisson(rate))
    return {
        "customer": ids[who],
        "date": days(rng, len(who), first),
        "amount": np.round(rng.lognormal(3, 0.8, len(who)), 2),
    }


def referrals(rng, ids, referrer, referred, first):
    """Referrals of one year."""
    when = days(rng, len(referred), first)
    return {"referrer": ids[referrer], "referred": referred, "date": when}


def days(rng, count, first):
    """Random days of one year."""
    return [*(np.datetime64(FIRST) + first + rng.integers(0, YEAR, count)).astype(object)]


def joined(*parts):
    """Frames of several times as tables."""
    names = {name for part in parts for name in part}
    frames = {
        name: pa.concat_tables(
            [pa.table(part[name]) for part in parts if name in part], promote_options="default"
        )
        for name in sorted(names)
    }
    return complete(Tables(**frames))


def planted(seed, n=1500):
    """A company in which only network value decides who refers and whose contacts buy more."""
    past = before(seed, n)
    rng = np.random.default_rng([seed, 1])
    then = RunInput.read(joined(past), None, Parameters(), ignore)
    scores = compute_run(then, Parameters(), tell=ignore).scores
    pull = 1 - scores.table["rank"].to_numpy() / n  # customers are sorted, all are profiled
    influencers = then.network.to_scipy()
    influencers.data = np.ones(then.network.arcs)
    around = (influencers.T @ pull**4) / np.maximum(np.bincount(then.network.indices), 1)
    return joined(past, after(rng, past, 3 * pull**4, 1 + 12 * around))


def null(seed, n=400):
    """A company in which people refer at random, and buy as they did before."""
    past = before(seed, n)
    rng = np.random.default_rng([seed, 2])
    return joined(past, after(rng, past, np.full(n, 0.3), habits(seed, n)))


def after(rng, past, referring, buying):
    """What happens in the year after `UNTIL`, so many referrals and purchases a customer."""
    ids = past["customers"]["id"]
    referrer = np.repeat(np.arange(len(ids)), rng.poisson(referring))
    new = np.array([f"n{i:05}" for i in range(len(referrer))], dtype=str)
    made = referrals(rng, ids, referrer, new, YEAR)
    return {
        "customers": {"id": new, "joined": made["date"]},
        "ties": {"source": made["referrer"], "target": new, "since": made["date"]},
        "transactions": purchases(rng, ids, buying, YEAR),
        "referrals": made,
    }
