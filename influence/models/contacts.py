"""Ties among the contacts of each customer: overlap of ties, Burt's measures.

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
from typing import Any

import numpy as np
import numpy.typing as npt

from influence.models.jobs import JOBS, Arrays, Job, Runner, Threads, Tick
from influence.models.threads import slices_of_equal_work
from influence.network.blocks import row_blocks
from influence.network.contacts import Contacts
from influence.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int32]
Indices = npt.NDArray[np.int64]

FEW = 2**21
"""Up to this many paths of two steps NumPy follows: no compiler is loaded."""


@dataclass(frozen=True, eq=False)
class ContactMeasures:
    """Measures of the ties among the contacts of each customer.

    Attributes
    ----------
    common : int32[pairs]
        How many contacts the two ends of each pair of `Contacts` have in common.
    constraint, effective_size : float64[n]
        NaN for customers without contacts.
    """

    common: Counts
    constraint: Floats
    effective_size: Floats


def measure_contacts(
    contacts: Contacts, progress: Progress = silent, runner: Runner | None = None
) -> ContactMeasures:
    """Count common contacts, and compute constraint and effective size."""
    paths = float((contacts.degree.astype(np.float64) ** 2).sum())
    if paths <= max(FEW, 0):
        return _by_numpy(contacts)
    return measure_compiled(contacts, progress, runner or Threads())


def overlap(contacts: Contacts, common: Counts, at: Indices | None = None) -> Floats:
    """The overlap of pairs of contacts, from 0 to 1.

    Parameters
    ----------
    contacts : Contacts
    common : int32[pairs]
    at : int64[m], optional
        Positions of pairs; all of them by default.

    Returns
    -------
    float64[m]
    """
    at = np.arange(len(contacts.indices)) if at is None else at
    others, owner = contacts.degree - 1, np.searchsorted(contacts.indptr, at, "right") - 1
    either = others[owner] + others[contacts.indices[at]] - common[at]
    found: Floats = np.divide(common[at], either, out=np.zeros(len(at)), where=either > 0)
    return found


def clustering(contacts: Contacts, common: Counts) -> Floats:
    """The share of pairs of contacts who are contacts of each other; NaN with fewer than two."""
    degree = contacts.degree
    closed = _sum_of_each(contacts, lambda pairs: common[pairs])
    pairs = degree * (degree - 1.0)
    found: Floats = np.divide(closed, pairs, out=np.full(contacts.n, np.nan), where=pairs > 0)
    return found


def _by_numpy(contacts: Contacts) -> ContactMeasures:
    """Follow all paths from a customer over a contact to another contact at once."""
    n, owner, degree = contacts.n, contacts.owner, contacts.degree
    pairs, arcs = len(owner), contacts.arcs
    total, strongest = _arcs_of_each(contacts)
    share, relative = arcs / total[owner], arcs / strongest[owner]
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
        common=np.bincount(first, minlength=pairs).astype(np.int32),
        constraint=np.where(alone, np.nan, constraint),
        effective_size=np.where(alone, np.nan, degree - redundant),
    )


def measure_compiled(contacts: Contacts, progress: Progress, runner: Runner) -> ContactMeasures:
    """Measure with the kernel, whatever the size; see `measure_contacts`."""
    n, degree = contacts.n, contacts.degree
    total, strongest = _arcs_of_each(contacts)
    arrays: Arrays = {
        "indptr": contacts.indptr,
        "indices": contacts.indices,
        "arcs": contacts.arcs,
        "total": total,
        "strongest": strongest,
    }
    contacts_of_contacts = _sum_of_each(contacts, lambda pairs: degree[contacts.indices[pairs]])
    slices = slices_of_equal_work(contacts_of_contacts, JOBS)
    jobs = [Job(measure_some, arrays, {"start": a, "stop": b}, b - a) for a, b in slices]
    parts = runner.map(jobs, lambda done: progress("measuring contacts", done, n))
    common, constraint, effective_size = (np.concatenate(p) for p in zip(*parts, strict=True))
    return ContactMeasures(common, constraint, effective_size)


def measure_some(
    indptr: Indices,
    indices: npt.NDArray[np.uint32],
    arcs: npt.NDArray[np.uint8],
    total: Floats,
    strongest: Floats,
    start: int,
    stop: int,
    tick: Tick,
) -> list[npt.NDArray[Any]]:
    """Measure customers start … stop − 1; see the kernel for the arrays.

    Returns
    -------
    [int32[pairs of these], float64[stop − start], float64[stop − start]]
        Common contacts, constraint and effective size.
    """
    from influence.kernels.contacts import measure_contacts as measure

    n, pairs = len(indptr) - 1, slice(indptr[start], indptr[stop])
    # Memory is taken only where these customers are.
    common, constraint, size = np.zeros(len(indices), dtype=np.int32), np.empty(n), np.empty(n)
    position = np.zeros(n, dtype=np.int64)
    indirect = np.empty(np.diff(indptr).max(initial=0))
    measure(
        indptr, indices, arcs, total, strongest, start, stop, common, constraint, size, position,
        indirect,
    )  # fmt: skip
    tick(stop - start)
    # Copies, so that the arrays of all customers are freed.
    return [common[pairs].copy(), constraint[start:stop].copy(), size[start:stop].copy()]


def _arcs_of_each(contacts: Contacts) -> tuple[Floats, Floats]:
    """The sum and the largest of the arcs of each customer with contacts; 1 for others."""
    if not contacts.n:
        return np.empty(0), np.empty(0)
    arcs, rows = np.append(contacts.arcs, np.uint8(0)), contacts.indptr[:-1]
    # Where a customer has no contacts, the number is another's: it is not used.
    found = np.add.reduceat(arcs, rows, dtype=np.int64), np.maximum.reduceat(arcs, rows)
    total, strongest = (np.maximum(numbers, 1).astype(np.float64) for numbers in found)
    return total, strongest


def _sum_of_each(
    contacts: Contacts, numbers: Callable[[slice], Counts] | Callable[[slice], Indices]
) -> Floats:
    """Add up a number of each pair by customer; float64[n].

    Parameters
    ----------
    contacts : Contacts
    numbers : callable
        Returns the whole numbers of some pairs.
    """
    sums = np.zeros(contacts.n)
    for begin, end in row_blocks(contacts.degree):
        rows = contacts.indptr[begin : end + 1]
        some = np.append(numbers(slice(rows[0], rows[-1])), 0)
        found = np.add.reduceat(some, rows[:-1] - rows[0], dtype=np.int64)
        sums[begin:end] = np.where(contacts.degree[begin:end] > 0, found, 0)
    return sums
