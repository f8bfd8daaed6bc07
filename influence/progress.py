"""The signature with which long-running work reports progress."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called as `progress(stage, done, total)`, from any thread."""


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""
