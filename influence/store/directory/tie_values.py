"""The file of the most valuable ties, and which stay when a load removes customers or ties."""

from __future__ import annotations

import secrets

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import StoreRefused
from influence.store.directory.manifest import Directory
from influence.tables.keys import found_at, row_ids
from influence.tables.specs import TIES

ENDS = ["source", "target"]


def without_ties(
    valued: pa.Table, gone: pa.StringArray, ties: pa.Table | None, added: pa.Table | None
) -> pa.Table:
    """Return valued ties without those that may not be shown any more.

    Parameters
    ----------
    valued : pa.Table
        See `influence.scores.TIE_SCHEMA`.
    gone : pa.StringArray
        Customers who are removed or not to be profiled.
    ties, added : pa.Table or None
        All ties, and those of them that are new; None if none was removed.
    """
    ends = (pc.is_in(valued[end], gone) for end in ENDS)
    kept = valued.filter(pc.invert(pc.or_(*ends)))
    if ties is None or added is None:
        return kept
    # Only a few of all ties lead between customers whose ties are valued.
    people = pc.unique(pa.chunked_array([c for end in ENDS for c in kept[end].chunks], pa.string()))
    ties = ties.select([*TIES.key]).filter(pc.and_(*(pc.is_in(ties[e], people) for e in ENDS)))
    earlier = ties.filter(pa.array(found_at(ties, added.select([*TIES.key])) < 0))
    forth = earlier.select(ENDS)
    back = earlier.select(ENDS[::-1]).rename_columns(ENDS)
    wanted, *there = row_ids([kept.select(ENDS), forth, back])
    return kept.filter(pa.array(np.isin(wanted, np.concatenate(there))))


def file_without(
    directory: Directory,
    file: str | None,
    gone: pa.StringArray,
    ties: pa.Table | None = None,
    added: pa.Table | None = None,
) -> str | None:
    """Return the file of the most valuable ties, without those that may not be shown any more.

    See `without_ties`; `ties` and `added` are given only if some were removed.
    """
    if file is None or (len(gone) == 0 and ties is None):
        return file
    try:
        valued = directory.read(file)
    except (FileNotFoundError, StoreRefused):
        return None
    kept = without_ties(valued, gone, ties, added)
    return file if len(kept) == len(valued) else write_ties(directory, kept)


def write_ties(directory: Directory, ties: pa.Table) -> str:
    """Write the most valuable ties to a new file, and return its name."""
    return directory.write(ties, f"tie_values-{secrets.token_hex(8)}")
