"""Commands start without pandas, which would take as long as all else that they import.

pyarrow and the Neo4j driver look for it and take its frames where it is there; no command has any.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from typing import Any

NEED_IT = {"lifetimes"}


class _WithoutPandas(MetaPathFinder):
    """An importer that says that there is no pandas, until something is imported that needs it."""

    def find_spec(self, name: str, *_: Any) -> None:
        if name in NEED_IT:
            sys.meta_path.remove(self)
        elif name == "pandas":
            raise ModuleNotFoundError(name)


def without_pandas() -> None:
    """Hide pandas from this process."""
    sys.meta_path.insert(0, _WithoutPandas())
