"""Ctrl-C ends a command wherever it arrives."""

from __future__ import annotations

import signal
import sys
import threading

import pytest

from influence.cli.interrupts import reliable_interrupts


class RaisesOnDeletion:
    """An object whose destructor raises, as if Ctrl-C had arrived in it."""

    def __init__(self, error):
        self.error = error

    def __del__(self):
        raise self.error


@pytest.fixture
def reported(monkeypatch):
    """The types of the exceptions that Python could only report."""
    types = []
    monkeypatch.setattr(sys, "unraisablehook", lambda found: types.append(found.exc_type))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield types
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def timers(monkeypatch):
    """The timers that were started."""
    started = []

    class Timer(threading.Timer):
        def start(self):
            started.append(self)
            super().start()

    monkeypatch.setattr(threading, "Timer", Timer)
    return started


def test_an_interrupt_in_a_destructor_is_sent_again(reported, timers):
    def work():
        RaisesOnDeletion(KeyboardInterrupt())
        for timer in timers:
            timer.join()
        for _ in range(1000):  # Python raises the interrupt between two instructions
            pass

    with pytest.raises(KeyboardInterrupt), reliable_interrupts():
        work()
    assert reported == []


def test_an_interrupt_sent_again_too_early_is_sent_once_more(reported, monkeypatch):
    started = []

    class Timer(threading.Timer):
        def start(self):
            super().start()
            started.append(self)
            if len(started) == 1:  # a busy machine: the time is over before this returns
                self.join()
                for _ in range(1000):
                    pass

    monkeypatch.setattr(threading, "Timer", Timer)

    def work():
        RaisesOnDeletion(KeyboardInterrupt())
        started[1].join()
        for _ in range(1000):
            pass

    with pytest.raises(KeyboardInterrupt), reliable_interrupts():
        work()
    assert len(started) == 2
    assert reported == []


def test_other_errors_in_a_destructor_are_only_reported(reported, timers):
    with reliable_interrupts():
        RaisesOnDeletion(ValueError())
    RaisesOnDeletion(OSError())
    assert reported == [ValueError, OSError]
    assert timers == []


def test_an_interrupt_hidden_by_an_error_of_a_library_is_restored(reported):
    def fail():
        try:
            raise KeyboardInterrupt
        finally:
            raise BufferError

    with pytest.raises(KeyboardInterrupt), reliable_interrupts():
        fail()
    with pytest.raises(BufferError), reliable_interrupts():
        raise BufferError


def test_interrupts_after_the_command_are_ignored(reported, timers):
    with reliable_interrupts(ignore_afterwards=True):
        RaisesOnDeletion(KeyboardInterrupt())
    signal.raise_signal(signal.SIGINT)
    timers[0].join()
    assert reported == []
