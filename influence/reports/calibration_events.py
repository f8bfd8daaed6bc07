"""The days of the events that a calibration is about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.calibration import observed
from influence.calibration.options import CalibrationOptions
from influence.errors import InputRejected, NothingToShow, UsageError
from influence.loaders import observations
from influence.tables import Tables
from influence.tables.notes import Note
from influence.tables.reading.columns import true_where
from influence.tables.specs import Column

Days = npt.NDArray[np.datetime64]
COLUMNS = (
    Column("customer", "id", "who had the event", required=True),
    Column("date", "date", "when; blank: never", required=True),
)


def event_days(
    tables: Tables, options: CalibrationOptions, keys: pa.Array, tell: Callable[[Note], None]
) -> Days:
    """Return the day of each customer's first event; NaT where there is none.

    Raises
    ------
    InputRejected
        If the file of the events has problems; all of them are listed.
    NothingToShow
        If there is no event at all.
    UsageError
        If this is neither the name of events nor of a file.
    """
    name = options.events
    if name == observed.JOINS:
        days = observed.as_days(pa.chunked_array([observed.of_customers(tables, "joined", keys)]))
        if unknown := int(np.isnat(days).sum()):
            text = f"{unknown:,} customers without a date of joining count as not having joined"
            tell(Note(text, "never_joined", customers=unknown))
    elif name == observed.LEAVING:
        days = observed.leaving_days(tables, keys, options.inactive)
    elif name in observed.WHO:
        table = observed.purchases(tables) if name == "transactions" else tables[name]
        days = _first(name, table[observed.WHO[name]], table["date"], keys, tell)
    else:
        if not (Path(name).suffix or Path(name).exists()):
            known = ", ".join((observed.JOINS, observed.LEAVING, *observed.WHO))
            raise UsageError(f"no events {name!r}: there are {known}, or give a file")
        days = _of_file(Path(name), options, keys, tell)
    if np.isnat(days).all():
        raise NothingToShow(f"{name}: no customer has a date")
    return days


def _of_file(
    path: Path, options: CalibrationOptions, keys: pa.Array, tell: Callable[[Note], None]
) -> Days:
    table, source, problems = observations.read(
        path, "events", COLUMNS, tell, ("date",), options.dates
    )
    ids = table["customer"]
    unknown = true_where(pc.invert(pc.is_in(ids, keys)))
    unknown &= true_where(pc.not_equal(ids, ""))
    problems.add(source, "events", "customer", "unknown_customer", unknown, ids)
    if len(problems):
        raise InputRejected(problems)
    return _first(source.file, ids, table["date"], keys, tell)


def _first(
    name: str,
    customers: pa.ChunkedArray,
    days: pa.ChunkedArray,
    keys: pa.Array,
    tell: Callable[[Note], None],
) -> Days:
    """Return the first day of each customer, and say how many rows do not count."""
    if days.null_count:
        text = f"{name}: {days.null_count:,} rows without a date are not events"
        tell(Note(text, "events_without_date", rows=days.null_count))
    first = observed.first_days(customers, days, keys)
    later = len(days) - days.null_count - int((~np.isnat(first)).sum())
    if later:
        text = (
            f"{name}: {later:,} further events of the same customers are left out; only the first "
            "one of each counts"
        )
        tell(Note(text, "events_repeated", rows=later))
    return first
