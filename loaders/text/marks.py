"""Separators of cells and their names."""

BLANKS = " "
"""Separator that stands for a run of blanks and tabs."""
MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes", BLANKS: "blanks"}


def named(mark: str) -> str:
    """Return the name of a separator for messages."""
    return MARKS.get(mark, repr(mark))
