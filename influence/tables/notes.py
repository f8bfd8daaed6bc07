"""Remarks for the person who loads or runs: a sentence, and the same as fields for a program."""

from __future__ import annotations

import warnings
from typing import Any

ASKED_FOR = {"planned", "window_end_asked"}
"""Events of a run that the caller asked for: they are no reason for a warning."""


class Note(str):
    """A sentence that knows which event it tells of, and the numbers and names in it.

    Attributes
    ----------
    event : str
        One word or two in snake_case, such as `rows_dropped`: what a monitor filters by.
    fields : dict
        The numbers and names that the sentence holds, such as `table`, `rows`, `column`.

    Examples
    --------
    >>> note = Note("ties.csv: dropped 2 ties with oneself", "rows_dropped", table="ties", rows=2)
    >>> print(note, note.event, note.fields)
    ties.csv: dropped 2 ties with oneself rows_dropped {'table': 'ties', 'rows': 2}
    """

    event: str
    fields: dict[str, Any]

    def __new__(cls, text: str, event: str, **fields: Any) -> Note:
        """Make a note of a sentence, an event and its fields."""
        note = super().__new__(cls, text)
        note.event, note.fields = event, fields
        return note


def warn(note: Note) -> None:
    """Show a note as a Python warning, unless the caller asked for what it says."""
    if note.event not in ASKED_FOR:
        warnings.warn(str(note), stacklevel=3)


def ignore(note: Note) -> None:
    """Do nothing with a note."""
