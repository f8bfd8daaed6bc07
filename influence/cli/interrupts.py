"""Make Ctrl-C end a command even where Python or a library discards the KeyboardInterrupt."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from influence.errors import interrupted

RETRY_SECONDS = 0.01


@contextmanager
def reliable_interrupts(*, ignore_afterwards: bool = False) -> Iterator[None]:
    """Raise KeyboardInterrupt wherever Ctrl-C arrives during a command.

    Python reports an exception in a destructor and continues, so the interrupt is sent again. A
    library may raise an error of its own in place of the interrupt; it is converted back.

    Parameters
    ----------
    ignore_afterwards : bool
        Ignore Ctrl-C after the command, while the interpreter shuts down.
    """
    previous_hook = sys.unraisablehook
    retries: list[threading.Timer] = []

    def resend(unraisable: Any) -> None:
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            previous_hook(unraisable)
            return
        try:
            retries.append(threading.Timer(RETRY_SECONDS, _thread.interrupt_main))
            retries[-1].start()
        except KeyboardInterrupt:  # sent before this returned, which Python would only report
            resend(unraisable)

    sys.unraisablehook = resend
    try:
        yield
    except Exception as error:
        if interrupted(error):
            raise KeyboardInterrupt from error
        raise
    finally:
        if ignore_afterwards:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        for retry in retries:
            retry.cancel()
        sys.unraisablehook = previous_hook
