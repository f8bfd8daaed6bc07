"""Notes for the user: a sentence, with the same content as fields."""

from __future__ import annotations

import warnings
from typing import Any

ASKED_FOR = {"planned", "window_end_asked"}
"""Events that the caller requested and that are therefore not shown as warnings."""


class Note(str):
    """A sentence with the name of its event, and the numbers and names in it.

    Attributes
    ----------
    event : str
        Name in snake_case, such as `rows_dropped`, for filters in logs.
    fields : dict
        The numbers and names in the sentence, such as `table`, `rows`, `column`.

    Examples
    --------
    >>> note = Note("ties.csv: dropped 2 self ties", "rows_dropped", table="ties", rows=2)
    >>> print(note, note.event, note.fields)
    ties.csv: dropped 2 self ties rows_dropped {'table': 'ties', 'rows': 2}
    """

    event: str
    fields: dict[str, Any]

    def __new__(cls, text: str, event: str, **fields: Any) -> Note:
        """Make a note from a sentence, an event and its fields."""
        note = super().__new__(cls, text)
        note.event, note.fields = event, fields
        return note


def warn(note: Note) -> None:
    """Issue a note as a Python warning, unless the caller requested its event."""
    if note.event not in ASKED_FOR:
        warnings.warn(str(note), stacklevel=3)


def ignore(note: Note) -> None:
    """Ignore a note."""
