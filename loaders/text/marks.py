"""The marks that separate cells."""

BLANKS = " "
"""Stands for a run of blanks and tabs."""
MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes", BLANKS: "blanks"}


def named(mark: str) -> str:
    """What a person calls a separator."""
    return MARKS.get(mark, repr(mark))
