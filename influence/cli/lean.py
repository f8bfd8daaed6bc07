"""Commands start without pandas, which would take as long as everything else they import."""

from __future__ import annotations

import sys
from typing import Any


class _NotHere:
    """An importer that says that there is no pandas."""

    def find_spec(self, name: str, *_: Any) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


def without_pandas() -> None:
    """Let pyarrow, which looks for pandas once, at its first conversion, not find it.

    No command hands frames of pandas to pyarrow. Whoever else imports pandas gets it.
    """
    import pyarrow as pa

    sys.meta_path.insert(0, not_here := _NotHere())
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(not_here)
