"""Planner: how long a run would take, how much memory it needs, and whether to search or to sketch.

Measured rather than modelled where it matters: some slices of the work are done on the network
itself, so the plan knows this machine and these data. `run` and `estimate` plan alike.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from typing import Literal, get_args

import psutil

from influence.engine import cost as measure
from influence.engine.cost import Work
from influence.errors import UsageError
from influence.network import Network

Choice = Literal["auto", "exact", "sketch"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
BUDGET = 120.0
SURELY = 0.05
"""Of the budget: what a rough reckoning puts below that is not measured."""
UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12,
         "ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """What a run may take.

    Attributes
    ----------
    budget : float
        Seconds of computing; with method auto, a network that takes longer is sketched.
    memory : int or None
        Bytes of the whole process; None is what the machine has left.
    """

    budget: float = BUDGET
    memory: int | None = None

    def __post_init__(self) -> None:
        if not self.budget >= 0:  # also refuses NaN
            raise UsageError(f"budget {self.budget:g}: seconds, at least 0, are needed")


@dataclass(frozen=True)
class Plan:
    """What is to be done, and why.

    Attributes
    ----------
    method : {"exact", "sketch"}
    why : str
        One line for a person.
    customers, ties, arcs, depth, threads : int
    seconds, memory : float, int
        Of the method chosen: computing alone, and bytes of the whole process at the peak.
    exact_seconds, exact_memory : float, int
    sketch_seconds, sketch_memory : float or None, int
        The seconds are None where they were not needed.
    """

    method: Literal["exact", "sketch"]
    why: str
    customers: int
    ties: int
    arcs: int
    depth: int
    threads: int
    seconds: float
    memory: int
    exact_seconds: float
    exact_memory: int
    sketch_seconds: float | None
    sketch_memory: int


def plan(
    network: Network,
    work: Work,
    wanted: Choice = "auto",
    limits: Limits | None = None,
    *,
    thoroughly: bool = False,
) -> Plan:
    """Choose how to compute.

    Parameters
    ----------
    network : Network
    work : Work
    wanted : {"auto", "exact", "sketch"}
    limits : Limits, optional
    thoroughly : bool
        Measure also what is not needed to choose.

    Raises
    ------
    UsageError
        If what is wanted, or with auto anything, does not fit into memory.
    """
    limits = limits or Limits()
    exact = measure.roughly(network, work)
    if thoroughly or (wanted == "auto" and exact > SURELY * limits.budget):
        exact = measure.exact(network, work)
    late = exact > limits.budget
    asked_for = thoroughly or wanted == "sketch" or late
    sketch = measure.sketching(network, work) if asked_for else None
    room, held = _room(limits)
    needs = {"exact": held + measure.exact_memory(network, work),
             "sketch": held + measure.sketch_memory(network, work)}  # fmt: skip
    made = Plan(
        method="exact",
        why=f"exact search, about {duration(exact)}",
        customers=network.n,
        ties=network.ties,
        arcs=network.arcs,
        depth=work.depth,
        threads=measure.threads(network),
        seconds=exact,
        memory=needs["exact"],
        exact_seconds=exact,
        exact_memory=needs["exact"],
        sketch_seconds=sketch,
        sketch_memory=needs["sketch"],
    )
    cramped = needs["exact"] > room
    if wanted == "sketch" or (wanted == "auto" and (late or cramped)):
        reason = "as asked for"
        if wanted == "auto":
            reason = (
                f"an exact search would need {_bytes(needs['exact'])} of memory" if cramped
                else f"an exact search would take {duration(exact)}, more than the budget of "
                f"{duration(limits.budget)}; `--method exact` does it"
            )  # fmt: skip
        seconds = sketch if sketch is not None else measure.sketching(network, work)
        made = replace(
            made,
            method="sketch",
            why=f"sketches, about {duration(seconds)}: {reason}",
            seconds=seconds,
            memory=needs["sketch"],
            sketch_seconds=seconds,
        )
    if made.memory > room:
        allowed = "allowed" if limits.memory is not None else "free"
        other = needs["sketch"]
        instead = f"; `--method sketch` needs {_bytes(other)}" * (
            made.method == "exact" and other <= room
        )
        raise UsageError(
            f"the run needs about {_bytes(made.memory)} of memory and {_bytes(room)} are "
            f"{allowed}{instead}"
        )
    return made


def read_memory(text: str) -> int:
    """Bytes from a text such as 8GB, 512 MiB or 4g.

    Raises
    ------
    UsageError
        If it is none.

    Examples
    --------
    >>> read_memory("8GB"), read_memory("1.5 MiB")
    (8000000000, 1572864)
    """
    found = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*([kmgt]?i?)b?\s*", text.lower())
    if not found or found[2] not in UNITS:
        raise UsageError(f"memory {text!r}: a number of bytes is needed, such as 8GB or 512MiB")
    return int(float(found[1]) * UNITS[found[2]])


def duration(seconds: float) -> str:
    """A time for a person."""
    if seconds < 1:
        return "a second"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _bytes(size: int) -> str:
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{size / 2**20:.0f} MiB"


def peak_memory() -> int | None:
    """The most bytes that the process has held so far; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        peak = getattr(psutil.Process().memory_info(), "peak_wset", None)
        return None if peak is None else int(peak)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _room(limits: Limits) -> tuple[int, int]:
    """How much the process may hold, and how much it holds."""
    held = int(psutil.Process().memory_info().rss)
    free = int(psutil.virtual_memory().available)
    return limits.memory if limits.memory is not None else held + free, held
