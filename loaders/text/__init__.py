"""Reading text tables: unpacked, decoded, separated, to the letter, every row counted.

::

    unpack → encoding → layout (comments, separator) → quotes → records → Grid
"""

from influence.loaders.text.grid import Grid, Preamble, Reading, Unreadable
from influence.loaders.text.read import read_grid

__all__ = ["Grid", "Preamble", "Reading", "Unreadable", "read_grid"]
