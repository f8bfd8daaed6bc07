"""Load a company's own files by a mapping: which columns mean what, and which ties rows imply.

::

    schema → mapping (a file, or a vendor's) → frames → rows, groups → combine → Tables
    profile → findings → propose → proposal_text: a mapping to be corrected
"""

from influence.loaders.mapped.map import propose_mapping
from influence.loaders.mapped.mapping import read_mapping, vendors
from influence.loaders.mapped.proposal_text import to_toml
from influence.loaders.mapped.read import read

__all__ = ["propose_mapping", "read", "read_mapping", "to_toml", "vendors"]
