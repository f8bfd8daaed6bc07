"""Compiled inner loops, and what they are fed: arrays and scalars in, arrays out.

The sizes that others need to know stand here, where no compiler is loaded.
"""

LANES = 512
"""Searches side by side: the bits of a mask."""
LINE = 64
"""Registers of a sketch side by side, a byte each: a line of the cache."""
