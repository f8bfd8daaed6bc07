"""The days of the events that a calibration is about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.calibration import observed
from influence.calibration.asked import Asked
from influence.errors import InputRejected, NothingToShow
from influence.loaders import observations
from influence.tables import Tables
from influence.tables.keys import repeated, row_ids
from influence.tables.notes import Note
from influence.tables.reading.columns import true_where
from influence.tables.specs import Column

Days = npt.NDArray[np.datetime64]
COLUMNS = (
    Column("customer", "id", "who had the event", required=True),
    Column("date", "date", "when; blank: never", required=True),
)


def event_days(tables: Tables, asked: Asked, keys: pa.Array, tell: Callable[[Note], None]) -> Days:
    """Return the day of each customer's first event; NaT where there is none.

    Raises
    ------
    InputRejected
        If the file of the events has problems; all of them are listed.
    NothingToShow
        If there is no event at all.
    """
    name = asked.events
    if name == observed.JOINS:
        days = observed.as_days(pa.chunked_array([observed.of_customers(tables, "joined", keys)]))
    elif name == observed.LEAVING:
        days = observed.leaving_days(tables, keys, asked.inactive)
    elif name in observed.WHO:
        table = tables[name]
        _note_blank(table["date"], name, tell)
        days = observed.first_days(table[observed.WHO[name]], table["date"], keys)
    else:
        days = _of_file(Path(name), keys, tell)
    if np.isnat(days).all():
        raise NothingToShow(f"{name}: no customer has a date")
    return days


def _of_file(path: Path, keys: pa.Array, tell: Callable[[Note], None]) -> Days:
    table, source, problems = observations.read(path, "events", COLUMNS, tell, ("date",))
    ids = table["customer"]
    unknown = true_where(pc.invert(pc.is_in(ids, keys)))
    unknown &= true_where(pc.not_equal(ids, ""))
    problems.add(source, "events", "customer", "unknown_customer", unknown, ids)
    if len(problems):
        raise InputRejected(problems)
    _note_blank(table["date"], source.file, tell)
    (codes,) = row_ids([table.select(["customer"])])
    twice = int(repeated(codes).sum())
    if twice:
        text = f"{source.file}: {twice:,} later events of the same customers; the first one counts"
        tell(Note(text, "events_repeated", rows=twice))
    return observed.first_days(ids, table["date"], keys)


def _note_blank(days: pa.ChunkedArray, name: str, tell: Callable[[Note], None]) -> None:
    if days.null_count:
        text = f"{name}: {days.null_count:,} rows without a date are no events"
        tell(Note(text, "events_without_date", rows=days.null_count))
