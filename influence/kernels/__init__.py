"""Compiled inner loops: arrays and scalars in, arrays out.

Sizes that other rooms need are defined here, since importing this loads no compiler.
"""

MASK_BITS = 512
"""Searches of a multi-source BFS that run together: the bits of a mask."""
CACHE_LINE = 64
"""Bytes of a cache line: registers of a sketch that are propagated together."""
