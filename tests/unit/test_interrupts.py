"""Ctrl-C ends a command, wherever it strikes."""

from __future__ import annotations

import signal
import sys
import time

import pytest

from influence.cli.interrupts import interrupts_kept


class Falling:
    """What raises when it goes, as any destructor does in which Ctrl-C strikes."""

    def __init__(self, error):
        self.error = error

    def __del__(self):
        raise self.error


@pytest.fixture
def hook(monkeypatch):
    """What Python was told that could not be raised."""
    told = []
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: told.append(lost.exc_type))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield told
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_in_a_destructor_strikes_once_more(hook):
    def work():
        Falling(KeyboardInterrupt())
        for _ in range(1000):
            time.sleep(0.01)

    with pytest.raises(KeyboardInterrupt), interrupts_kept():
        work()
    assert hook == []


def test_other_errors_in_a_destructor_are_told_as_before(hook):
    with interrupts_kept():
        Falling(ValueError())
        time.sleep(0.05)
    Falling(OSError())
    assert hook == [ValueError, OSError]


def test_ctrl_c_behind_an_error_of_a_library_is_ctrl_c(hook):
    def stumble():
        try:
            raise KeyboardInterrupt
        finally:
            raise BufferError

    with pytest.raises(KeyboardInterrupt), interrupts_kept():
        stumble()
    with pytest.raises(BufferError), interrupts_kept():
        raise BufferError


def test_ctrl_c_after_the_command_changes_nothing(hook):
    with interrupts_kept(then_python_ends=True):
        Falling(KeyboardInterrupt())
    signal.raise_signal(signal.SIGINT)
    time.sleep(0.05)
    assert hook == []
