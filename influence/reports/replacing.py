"""Writing a file beside its place first, so that readers see the old one or the new one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from influence.errors import InfluenceError


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path to write to; after the block it replaces the file, unless the block failed.

    Raises
    ------
    InfluenceError
        If the file cannot be written.
    """
    if not path.parent.is_dir():
        raise InfluenceError(f"{path}: there is no directory {path.parent}")
    fresh = path.with_name(f"{path.name}-{os.getpid()}")
    try:
        yield fresh
        fresh.replace(path)
    except OSError as error:
        raise InfluenceError(f"{path}: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
