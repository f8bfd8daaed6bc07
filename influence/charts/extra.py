"""The optional libraries that draw, and one sentence where they are not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from influence.errors import UsageError

LIBRARIES = {"altair", "jinja2", "vl_convert"}


@contextmanager
def needs_extra(what: str) -> Iterator[None]:
    """Turn a missing library of the extra `report` into a sentence; `what` is a plural.

    Raises
    ------
    UsageError
        If the extra is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in LIBRARIES:
            raise
        raise UsageError(f"{what} need an extra: pip install '.[report]'") from None
