"""Ctrl-C arrives, wherever it strikes."""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

AGAIN_SECONDS = 0.01


@contextmanager
def ctrl_c_is_never_lost() -> Iterator[None]:
    """Strike once more where a Ctrl-C fell into a destructor, which Python tells and forgets."""
    report = sys.unraisablehook

    def again(lost: Any) -> None:
        if issubclass(lost.exc_type, KeyboardInterrupt):
            threading.Timer(AGAIN_SECONDS, _thread.interrupt_main).start()
        else:
            report(lost)

    sys.unraisablehook = again
    try:
        yield
    finally:
        sys.unraisablehook = report
