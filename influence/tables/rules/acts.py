"""Number the acts of customers, merge those of several loads, and announce unusual ones.

Equal rows of one file are separate acts, such as two e-mails opened on one day. Rows of two files
are the same act where all columns, the time of day, and the ordinal among such rows of their file
are equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.keys import occurrences, repeated, row_ids
from influence.tables.notes import Note
from influence.tables.reading.columns import true_where
from influence.tables.rules.questions import counted, listed
from influence.tables.specs import ENGAGEMENTS, KNOWN_KINDS

if TYPE_CHECKING:
    from influence.tables.check import Check

ORDINAL = "occurrence"


def merge_acts(old: pa.Table, new: pa.Table) -> pa.Table:
    """Add acts to those of a store; the result does not depend on the order of the loads.

    Parameters
    ----------
    old, new : pa.Table
        With the columns that a store keeps; `occurrence` of the new rows is set here.
    """
    rows = pa.concat_tables([old, _numbered(new)])
    (ids,) = row_ids([rows])
    return rows.filter(pa.array(~repeated(ids)))


def _numbered(new: pa.Table) -> pa.Table:
    """Set the occurrence of the rows of one load."""
    (ids,) = row_ids([new.drop_columns([ORDINAL])])
    at = new.column_names.index(ORDINAL)
    return new.set_column(at, ORDINAL, pa.array(occurrences(ids)))


def equal_acts(old: pa.Table, new: pa.Table) -> Iterator[Note]:
    """Note acts that equal another row: matched with stored ones, or counted separately."""
    new = _numbered(new).select(old.column_names)
    stored, given = row_ids([old, new])
    undated = true_where(pc.is_null(new["time"]))
    same = int((np.isin(given, stored) & undated).sum())
    separate = int((new[ORDINAL].to_numpy() > 0).sum())
    parts = []
    if same:
        parts.append(
            f"acts without a time that equal one of an earlier load and count as the same: {same:,}"
        )
    if separate:
        parts.append(
            f"acts that equal an earlier row of this load and count separately: {separate:,}"
        )
    if parts:
        numbers = {"same": same, "separate": separate}
        yield Note("; ".join(parts), "acts_equal", table=ENGAGEMENTS.name, **numbers)


def announce_acts(check: Check) -> None:
    """Announce acts of kinds without a known meaning, and acts towards oneself."""
    if ENGAGEMENTS.name not in check.read:
        return
    table = check.read[ENGAGEMENTS.name]
    known = pc.is_in(table["kind"], pa.array(KNOWN_KINDS))
    found = counted(pc.drop_null(table["kind"].filter(pc.invert(known))))
    if found:
        rows = sum(found.values())
        acts = "1 act is of a kind" if rows == 1 else f"{rows:,} acts are of kinds"
        text = (
            f"{acts} without a known meaning: {listed(found)}; known are {', '.join(KNOWN_KINDS)}"
        )
        _note(check, text, "kinds_not_known", rows=rows, kinds=found)
    if "other" in table.column_names:
        rows = int(true_where(pc.equal(table["customer"], table["other"])).sum())
        acts = "1 act is" if rows == 1 else f"{rows:,} acts are"
        if rows:
            text = f"{acts} towards the customer who acted; kept as given"
            _note(check, text, "acts_towards_self", rows=rows)


def _note(check: Check, text: str, event: str, **fields: object) -> None:
    name = ENGAGEMENTS.name
    check.note(f"{check.file(name)}: {text}", event, table=name, **fields)
