"""`validate`: check all tables once, where they enter, and report all problems together."""

from __future__ import annotations

from dataclasses import dataclass, field

from influence.errors import InputRejected
from influence.tables.check import Check
from influence.tables.counts import RowCounts
from influence.tables.notes import Note
from influence.tables.reading.headers import recognised
from influence.tables.rules import (
    acts,
    alike,
    currency,
    customers,
    dates,
    questions,
    referrals,
    ties,
)
from influence.tables.rules.rules import Rules
from influence.tables.tables import Tables


@dataclass(frozen=True)
class Checked:
    """Tables that passed validation, with notes and row counts.

    Attributes
    ----------
    tables : Tables
        The columns that were given; absent columns are still absent.
    notes : tuple of Note
        Remarks for the person who loads the tables.
    rows : dict of str to RowCounts
        Row counts by table; `merge` may merge further rows.
    """

    tables: Tables
    notes: tuple[Note, ...] = ()
    rows: dict[str, RowCounts] = field(default_factory=dict)


def validate(tables: Tables, rules: Rules | None = None, known: Tables | None = None) -> Checked:
    """Read every column as its spec says and check the tables against each other.

    Parameters
    ----------
    tables : Tables
        As given.
    rules : Rules, optional
    known : Tables, optional
        The tables of the store: other tables may name those customers, and the currency must be
        theirs.

    Returns
    -------
    Checked
        Each table with the columns that were given, in their own types. Absent columns stay
        absent: `merge` fills them with the values of the store, or with their defaults.

    Raises
    ------
    InputRejected
        With every problem of every table.
    """
    tables, notes = recognised(tables)
    check = Check(tables, rules or Rules(), known, notes=notes)
    check.problems.extend(tables.problems)
    check.notes.extend(tables.notes)
    if "customers" not in tables and len(tables.problems):
        check.customers_are_known = False  # the file exists but could not be read
    check.read_columns()
    questions.mark_counted(check)
    currency.unify(check)
    alike.unify(check)
    customers.check_customers(check)
    customers.check_references(check)
    ties.drop_negative(check)
    ties.check_self_ties(check)
    ties.announce_kept_negative(check)
    referrals.check_referrals(check)
    acts.announce_acts(check)
    dates.announce_window_end(check)
    dates.announce_future_dates(check)
    if len(check.problems):
        # A rejected load adds no customers.
        notes = [note for note in check.notes if note.event != customers.ADDED]
        raise InputRejected(check.problems, check.counts(), notes)
    read = Tables(sources=tables.sources, **check.read)
    return Checked(read, tuple(check.notes), check.counts())
