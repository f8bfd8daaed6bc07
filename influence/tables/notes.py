"""Remarks for the person who loads or runs: a sentence, and the same as fields for a program."""

from __future__ import annotations

from typing import Any


def nobody(note: Note) -> None:
    """Tell nobody of a note."""


ASKED_FOR = {"planned", "window_end_asked"}
"""Events of a run that somebody waits for or asked for: told, and no warning."""


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
