"""Generate the profiles of customers: their networks, and their contacts there."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from influence.demo.acts import COMMUNITY
from influence.demo.parameters import CompanyParameters
from influence.demo.people import COLLEAGUE, FOLLOWS, Pairs
from influence.demo.roster import Roster
from influence.demo.social import Social

PROFESSIONAL = "professional"
SEEN = {COMMUNITY: 0.8, PROFESSIONAL: 0.4}
"""Share of public profiles by network."""
FAMOUS = (3_000, 20_000)
"""Smallest and largest number of contacts of those who are known outside."""


def make_profiles(
    rng: np.random.Generator, parameters: CompanyParameters, roster: Roster, social: Social
) -> pa.Table:
    """Return the table `profiles`: for each network those of some people, by id.

    The contacts in the community include those by ties. Customers who are known outside have a
    public profile with thousands of contacts.
    """
    n, outside = roster.n, social.known_outside
    parts = []
    for place, (network, pairs, share) in enumerate(
        zip(SEEN, (roster.pairs[FOLLOWS], roster.pairs[COLLEAGUE]), parameters.profiles,
            strict=True)
    ):  # fmt: skip
        inside = _contacts(pairs, n)
        contacts = inside + np.exp(rng.normal(*parameters.outside, size=n)).astype(np.int64)
        public = rng.random(n) < SEEN[network]
        has = (inside > 0) & (rng.random(n) < share)
        if not place:
            contacts[outside] = rng.integers(*FAMOUS, size=len(outside))
            has[outside] = public[outside] = True
        parts.append(
            pa.table(
                {
                    "customer": pa.array(roster.ids[has], pa.string()),
                    "network": pa.array([network] * int(has.sum()), pa.string()),
                    "contacts": pa.array(contacts[has], pa.int64()),
                    "public": pa.array(public[has], pa.bool_()),
                }
            )
        )
    return pa.concat_tables(parts).combine_chunks()


def _contacts(pairs: Pairs, n: int) -> np.ndarray:
    left, right = pairs
    low, high = np.divmod(np.unique(np.minimum(left, right) * n + np.maximum(left, right)), n)
    return np.bincount(np.concatenate([low, high]), minlength=n)
