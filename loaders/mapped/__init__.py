"""Load a company's own files by a mapping: which columns mean what, and which ties rows imply.

::

    schema → mapping (a file, or a vendor's) → frames → rows, groups → combine → Tables
"""

from influence.loaders.mapped.mapping import read_mapping, vendors
from influence.loaders.mapped.read import read

__all__ = ["read", "read_mapping", "vendors"]
