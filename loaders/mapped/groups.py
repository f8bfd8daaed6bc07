"""Ties that a shared value implies: the same account, household, domain, or products in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp

from influence.errors import UsageError
from influence.loaders.mapped.frames import Frame
from influence.loaders.mapped.matching import resolved
from influence.loaders.mapped.public_domains import PUBLIC_DOMAINS
from influence.loaders.mapped.rows import Piece, chosen
from influence.loaders.mapped.schema import Group
from influence.loaders.mapped.values import cells, text
from influence.tables.notes import Note
from influence.tables.problems import printable
from influence.tables.reading import ids
from influence.tables.reading.columns import blank_is_null, repeat, true_where

MOST_TIES = 20_000_000
"""Ties that groups of one kind may imply."""
MOST_PAIRS = 5_000_000_000
"""Pairs that are compared at most, which takes about two minutes."""
AT_ONCE = 20_000_000
"""Pairs that are compared together: they take about 300 MB."""
SHOWN = 3

Ints = npt.NDArray[np.int64]


def ties_of(
    group: Group, frame: Frame, frames: Sequence[Frame], largest: int | None, notes: list[Note]
) -> Piece:
    """Return a tie for each pair of customers who share enough groups.

    Parameters
    ----------
    largest : int, optional
        Overrides the largest group of the mapping; 0 for no limit.
    notes : list of Note
        Receives which groups are left out, and how many ties are implied.

    Raises
    ------
    UsageError
        If the groups imply more pairs than can be compared.
    """
    found = _members(group, frame, frames, notes)
    members, names = found.groups, found.names
    limit = group.largest if largest is None else largest
    sizes = np.bincount(members, minlength=len(names))
    too_large = np.flatnonzero(sizes > limit) if limit else np.zeros(0, dtype=np.int64)
    large = f"of more than {limit:,} customers (`largest`, --largest-group)"
    _announce(group, frame, large, sizes, too_large, names, notes)
    public = _public(group, names, sizes, too_large)
    provider = "a domain of mail providers (`public_domains = true` includes it)"
    _announce(group, frame, provider, sizes, public, names, notes)
    used = ~np.isin(members, np.concatenate([too_large, public]))
    sizes[np.concatenate([too_large, public])] = 0
    pairs = int((sizes * (sizes - 1) // 2).sum())
    most = MOST_TIES if group.shared == 1 else MOST_PAIRS
    if pairs > most:
        raise UsageError(
            f"{frame.source.file}: {group.kind}: {pairs:,} pairs of customers share a group, more "
            f"than {most:,}: choose a smaller `largest` or --largest-group"
        )
    one, other, shared, at = _pairs(
        found.customers[used], members[used], group.shared, len(found.ids)
    )
    strength = shared if group.strength == "shared" else np.full(len(one), float(group.strength))
    ties = {
        "source": found.ids.take(pa.array(one)),
        "target": found.ids.take(pa.array(other)),
        "kind": repeat(pa.scalar(group.kind), len(one)),
        "network": repeat(pa.scalar(group.network), len(one)),
        "strength": pa.array(strength, pa.float64()),
    }
    file = frame.source.file
    said = f"{file}: {group.kind}: {len(one):,} tie{'s' * (len(one) != 1)} implied"
    notes.append(Note(said, "ties_implied", file=file, kind=group.kind, ties=len(one)))
    source = replace(frame.source, dropped=0, refused=0, length=len(frame.cells))
    return Piece("ties", pa.table(ties), source.taking(found.rows[used][at], 0))


class Members(NamedTuple):
    """Each customer of each group once.

    Attributes
    ----------
    customers, groups : int64[m]
        Codes, in the order of the file.
    rows : int64[m]
        Position in the file.
    ids : pa.Array
        Ids of the customers, by code.
    names : pa.Array
        Names of the groups by code, without case and repeated blanks.
    """

    customers: Ints
    groups: Ints
    rows: Ints
    ids: pa.Array
    names: pa.Array


def _members(group: Group, frame: Frame, frames: Sequence[Frame], notes: list[Note]) -> Members:
    customer = resolved(group.customer, frame.spelt) or group.customer
    people = ids.stripped(text(cells(customer, frame, frames).values))
    by = _shared_values(group, frame, frames, notes)
    both = pc.and_(pc.is_valid(blank_is_null(people)), pc.is_valid(blank_is_null(by)))
    kept = chosen(group, frame) & true_where(both)
    person = people.filter(pa.array(kept)).combine_chunks().dictionary_encode()
    named = by.filter(pa.array(kept)).combine_chunks().dictionary_encode()
    width = max(len(person.dictionary), 1)
    codes = named.indices.to_numpy().astype(np.int64) * width + person.indices.to_numpy()
    keys, first = np.unique(codes, return_index=True)
    rows = np.flatnonzero(kept)[first]
    return Members(keys % width, keys // width, rows, person.dictionary, named.dictionary)


def _shared_values(
    group: Group, frame: Frame, frames: Sequence[Frame], notes: list[Note]
) -> pa.ChunkedArray:
    """Return the values to compare; of joined columns all must be given."""
    value = resolved(group.by, frame.spelt) or group.by
    given = cells(value, frame, frames)
    if given.unknown is not None and given.unknown.any():
        file, rows = frame.source.file, int(given.unknown.sum())
        example = text(frame[value.names[0]])[int(np.flatnonzero(given.unknown)[0])].as_py()
        said = f"{rows:,} rows belong" if rows > 1 else "1 row belongs"
        said = f"{file}: {group.kind}: {said} to no group, such as '{printable(example)}'"
        notes.append(Note(said, "rows_without_group", file=file, kind=group.kind, rows=rows))
    by = pc.utf8_lower(pc.utf8_trim_whitespace(text(given.values)))
    by = pc.replace_substring_regex(by, r"\s+", " ")
    for name in value.join or ():
        present = pc.is_valid(blank_is_null(text(frame[name])))
        by = pc.if_else(present, by, pa.scalar(None, pa.string()))
    return by


def _public(group: Group, names: pa.Array, sizes: Ints, done: Ints) -> Ints:
    """Return the groups that are domains of mail providers."""
    if group.by.part != "domain" or group.public_domains:
        return np.zeros(0, dtype=np.int64)
    known = pc.is_in(names, pa.array(PUBLIC_DOMAINS)).to_numpy(zero_copy_only=False)
    return np.setdiff1d(np.flatnonzero(known & (sizes > 1)), done)


def _pairs(customer: Ints, members: Ints, least: int, width: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the pairs that share enough groups.

    The number of groups that two customers share is an element of M Mᵀ, where M tells who is in
    which group; it is computed for some customers at a time.

    Parameters
    ----------
    customer, members : int64[m]
        Codes of customers and groups, each pair once.
    least : int
        Number of groups that a pair must share.
    width : int
        Number of customers.

    Returns
    -------
    one, other : int64[t]
        Codes of the customers, the smaller first.
    shared : int64[t]
        Number of groups that they share.
    at : int64[t]
        Index of a membership of `other`.
    """
    groups = int(members.max(initial=-1)) + 1
    ones = np.ones(len(customer), dtype=np.int32)
    belongs = sp.csr_array((ones, (customer, members)), shape=(width, groups))
    others = belongs.T.tocsr()
    work = np.bincount(customer, np.bincount(members)[members], minlength=width)
    block = (np.cumsum(work) // AT_ONCE).astype(np.int64)
    cuts = [0, *(np.flatnonzero(np.diff(block)) + 1).tolist(), width]
    found = [np.zeros((3, 0), dtype=np.int64)]
    for begin, end in pairwise(cuts):
        shared = (belongs[begin:end] @ others).tocoo()
        row, column = shared.row.astype(np.int64) + begin, shared.col.astype(np.int64)
        kept = (column > row) & (shared.data >= least)
        found.append(np.stack([row[kept], column[kept], shared.data[kept].astype(np.int64)]))
    one, other, number = np.concatenate(found, axis=1)
    order = np.lexsort((other, one))
    membership = np.zeros(width, dtype=np.int64)
    membership[customer[::-1]] = np.arange(len(customer))[::-1]
    return one[order], other[order], number[order], membership[other[order]]


def _announce(
    group: Group, frame: Frame, why: str, sizes: Ints, out: Ints, names: pa.Array,
    notes: list[Note],
) -> None:  # fmt: skip
    """Note which groups are left out; the largest are named."""
    if not len(out):
        return
    order = out[np.argsort(-sizes[out], kind="stable")]
    shown = ", ".join(
        f"'{printable(names[int(at)].as_py(), 40)}' ({sizes[at]:,})" for at in order[:SHOWN]
    )
    more = ", …" if len(out) > SHOWN else ""
    number = "1 group is" if len(out) == 1 else f"{len(out):,} groups are"
    notes.append(
        Note(
            f"{frame.source.file}: {group.kind}: {number} left out, {why}: {shown}{more}",
            "groups_left_out",
            file=frame.source.file,
            kind=group.kind,
            groups=len(out),
            why=why,
            customers=int(sizes[out].sum()),
        )
    )
