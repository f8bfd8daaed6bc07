"""How much the contacts of each customer know each other: overlap of ties, Burt's measures.

With a_ij the number of arcs between i and j in both directions, p_ij = a_ij / Σ_k a_ik and
m_jq = a_jq / max_k a_jk::

    overlap_ij       = common / ((k_i − 1) + (k_j − 1) − common)    0 where the denominator is 0
    constraint_i     = Σ_j (p_ij + Σ_q p_iq p_qj)²                  j contacts of i, q ≠ i, j
    effective_size_i = Σ_j (1 − Σ_q p_iq m_jq)

R. Burt, Structural Holes, 1992, chapter 2; overlap: J.-P. Onnela et al., PNAS 104:7332, 2007.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from influence.models.threads import run_groups
from influence.network.contacts import Contacts
from influence.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

GROUPS = 4
STEPS = 25
FEW = 2**21
"""Up to this many paths of two steps NumPy follows: no compiler is loaded."""


@dataclass(frozen=True, eq=False)
class ContactMeasures:
    """What is known of the contacts of each customer among themselves.

    Attributes
    ----------
    common : int64[pairs]
        How many contacts the two ends of each pair of `Contacts` have in common.
    constraint, effective_size : float64[n]
        NaN for customers without contacts.
    """

    common: Counts
    constraint: Floats
    effective_size: Floats


def measure_contacts(contacts: Contacts, progress: Progress = silent) -> ContactMeasures:
    """Count common contacts, and compute constraint and effective size."""
    n, owner = contacts.n, contacts.owner
    total = np.bincount(owner, contacts.arcs, n)
    share = contacts.arcs / total[owner]
    # The strongest tie has two arcs wherever any has.
    strongest = np.ones(n)
    np.maximum.at(strongest, owner, contacts.arcs)
    relative = contacts.arcs / strongest[owner]
    paths = float((np.diff(contacts.indptr).astype(np.float64) ** 2).sum())
    if paths <= max(FEW, 0):
        return _by_numpy(contacts, share, relative)
    return measure_compiled(contacts, share, relative, progress)


def overlap(contacts: Contacts, common: Counts) -> Floats:
    """The overlap of each pair of contacts, from 0 to 1; float64[pairs]."""
    others = np.diff(contacts.indptr) - 1
    either = others[contacts.owner] + others[contacts.indices] - common
    found: Floats = np.divide(common, either, out=np.zeros(len(common)), where=either > 0)
    return found


def clustering(contacts: Contacts, common: Counts) -> Floats:
    """The share of pairs of contacts who are contacts of each other; NaN with fewer than two."""
    degree = np.diff(contacts.indptr)
    closed = np.bincount(contacts.owner, common, contacts.n)
    pairs = degree * (degree - 1.0)
    found: Floats = np.divide(closed, pairs, out=np.full(contacts.n, np.nan), where=pairs > 0)
    return found


def _by_numpy(contacts: Contacts, share: Floats, relative: Floats) -> ContactMeasures:
    """Follow all paths from a customer over a contact to another contact at once."""
    n, owner, degree = contacts.n, contacts.owner, np.diff(contacts.indptr)
    pairs = len(owner)
    steps = degree[contacts.indices]
    first = np.repeat(np.arange(pairs), steps)  # the pair u, q
    within = np.arange(len(first)) - np.repeat(np.cumsum(steps) - steps, steps)
    second = contacts.indptr[contacts.indices][first] + within  # the pair q, v
    codes = owner * n + contacts.indices
    wanted = owner[first] * n + contacts.indices[second]
    closing = np.minimum(np.searchsorted(codes, wanted), max(pairs - 1, 0))  # the pair u, v
    closes = codes[closing] == wanted if pairs else np.zeros(0, dtype=np.bool_)
    first, second, closing = first[closes], second[closes], closing[closes]
    indirect = np.bincount(closing, share[first] * share[second], pairs)
    redundant = np.bincount(owner[first], share[closing] * relative[second], n)
    constraint = np.bincount(owner, (share + indirect) ** 2, n)
    alone = degree == 0
    return ContactMeasures(
        common=np.bincount(first, minlength=pairs),
        constraint=np.where(alone, np.nan, constraint),
        effective_size=np.where(alone, np.nan, degree - redundant),
    )


def measure_compiled(
    contacts: Contacts, share: Floats, relative: Floats, progress: Progress
) -> ContactMeasures:
    """Measure with the kernel, whatever the size; see `measure_contacts`.

    Parameters
    ----------
    contacts : Contacts
    share, relative : float64[pairs]
        p and m above.
    progress : callable
    """
    from influence.kernels.contacts import measure_contacts as measure

    """Measure with the kernel, whatever the size; see `measure_contacts`.

    Parameters
    ----------
    contacts : Contacts
    share, relative : float64[pairs]
        p and m above.
    progress : callable
    """
    n, degree = contacts.n, np.diff(contacts.indptr)
    found = ContactMeasures(
        np.zeros(len(contacts.indices), dtype=np.int64), np.empty(n), np.empty(n)
    )
    # Equal work: the contacts of contacts.
    work = np.cumsum(np.bincount(contacts.owner, degree[contacts.indices], n))
    most = work[-1] if n else 0
    cuts = np.searchsorted(work, np.linspace(0, most, GROUPS * STEPS + 1)[1:-1])
    slices = list(pairwise([0, *cuts.tolist(), n]))

    def worker(_: int) -> Callable[[int, int], None]:
        position = np.zeros(n, dtype=np.int64)
        indirect = np.empty(degree.max(initial=0))

        def run(start: int, stop: int) -> None:
            measure(
                contacts.indptr, contacts.indices, share, relative, start, stop,
                found.common, found.constraint, found.effective_size, position, indirect,
            )  # fmt: skip

        return run

    groups = [slices[group::GROUPS] for group in range(GROUPS)]
    list(run_groups(groups, worker, lambda done: progress("measuring contacts", done, n)))
    return found
