"""Compiled inner loops, and what they are fed: arrays and scalars in, arrays out.

The sizes that others need to know stand here, where no compiler is loaded.
"""

MASK_BITS = 512
"""Searches side by side: the bits of a mask."""
CACHE_LINE = 64
"""Registers of a sketch side by side, a byte each: a line of the cache."""
