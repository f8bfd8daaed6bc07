"""Read text tables: decompress, decode, split into cells; every row is counted.

::

    unpack → encoding → layout (comments, separator) → quotes → records → Grid
"""

from influence.loaders.text.grid import Grid, Preamble, Reading, Unreadable
from influence.loaders.text.read import read_grid

__all__ = ["Grid", "Preamble", "Reading", "Unreadable", "read_grid"]
