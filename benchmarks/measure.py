"""Seconds, memory and the table they are shown in."""

from __future__ import annotations

import ctypes
import gc
import re
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

from rich.console import Console
from rich.table import Table

WIDTH = 100
T = TypeVar("T")
P = ParamSpec("P")


@dataclass
class Row:
    """One way to an answer, measured some times.

    Attributes
    ----------
    what : str
        Indented under the one that it is compared with.
    note : str
        What is not the same as in that row, such as how many customers were a sample.
    seconds, of : lists of float
        By repeat: its own, and those of the row that it is compared with.
    memory : int
        Bytes at the peak on top of what was held before; 0 where that is not known.
    """

    what: str
    note: str = ""
    seconds: list[float] = field(default_factory=list)
    of: list[float] = field(default_factory=list)
    memory: int = 0

    def add(self, seconds: float, memory: int = 0, of: float | None = None) -> None:
        self.seconds.append(seconds)
        self.memory = max(self.memory, memory)
        if of is not None:
            self.of.append(of)

    @property
    def ratio(self) -> float | None:
        """How often the other's time, the median over repeats: both meet a busy minute."""
        pairs = zip(self.seconds, self.of, strict=False)
        return statistics.median(own / other for own, other in pairs) if self.of else None


def timed(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> tuple[T, float]:
    started = time.perf_counter()
    return work(*given, **named), time.perf_counter() - started


def peak(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> tuple[T, int]:
    """What the process needed at most during some work, beyond what it held before, in bytes.

    Linux counts; elsewhere it is 0.
    """
    gc.collect()
    with suppress(OSError, AttributeError):  # other libraries of C keep what they freed
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    before = resident("VmRSS")
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    result = work(*given, **named)
    return result, max(resident("VmHWM") - before, 0)


def resident(what: str) -> int:
    try:
        status = Path("/proc/self/status").read_text("utf-8")
    except OSError:
        return 0
    found = re.search(rf"^{what}:\s+(\d+) kB", status, re.MULTILINE)
    return 1024 * int(found[1]) if found else 0


def show(title: str, rows: Sequence[Row]) -> None:
    """Print the medians, to be read in 80 columns too."""
    table = Table()
    table.add_column("what", no_wrap=True)
    for heading in ("seconds", "×", "MB"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("note")
    for row in rows:
        seconds = f"{statistics.median(row.seconds):,.3g}" if row.seconds else ""
        if row.seconds and statistics.median(row.seconds) >= 1000:
            seconds = f"{statistics.median(row.seconds):,.0f}"
        ratio = "" if row.ratio is None else short(row.ratio)
        memory = f"{row.memory / 1e6:,.0f}" if row.memory else ""
        table.add_row(row.what, seconds, ratio, memory, row.note)
    console = Console()
    console.width = min(max(console.width, 80), WIDTH)
    print(title)
    console.print(table)
    if any("extrapolated" in row.note for row in rows):
        print("extrapolated (N): timed for N customers drawn at random, multiplied up to all")
    print()


def short(number: float) -> str:
    """Two digits that count, or all before the point."""
    return f"{number:.2g}" if number < 10 else f"{number:,.0f}"
