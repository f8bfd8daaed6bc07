"""Ctrl-C arrives, wherever it strikes."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from influence.errors import interrupted

AGAIN_SECONDS = 0.01


@contextmanager
def interrupts_kept(*, then_python_ends: bool = False) -> Iterator[None]:
    """A command that Ctrl-C strikes raises KeyboardInterrupt, whatever it struck.

    A destructor tells of it and forgets it: then it strikes once more. A library may fail over it
    in a way of its own. After the command, while Python tidies up, nothing is left to interrupt.
    """
    report = sys.unraisablehook
    strikes: list[threading.Timer] = []

    def again(lost: Any) -> None:
        if issubclass(lost.exc_type, KeyboardInterrupt):
            strikes.append(threading.Timer(AGAIN_SECONDS, _thread.interrupt_main))
            strikes[-1].start()
        else:
            report(lost)

    sys.unraisablehook = again
    try:
        yield
    except Exception as error:
        if interrupted(error):
            raise KeyboardInterrupt from error
        raise
    finally:
        if then_python_ends:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        for strike in strikes:
            strike.cancel()
        sys.unraisablehook = report
