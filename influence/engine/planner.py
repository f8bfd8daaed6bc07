"""Planner: how long a run takes, how much memory it needs, and whether to search or to sketch.

Measured rather than modelled where it matters: slices of the work are done on the network itself,
so the plan fits this machine and these data. `run` and `estimate` plan in the same way.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from typing import Literal

import psutil

from influence.engine import cost
from influence.engine.cost import Work
from influence.engine.ties import tie_cost
from influence.errors import UsageError
from influence.models.backends import Backend, backend_of
from influence.models.sketch import check_kinds
from influence.network import Network
from influence.parameters import Choice, Limits

MEASURED_FROM = 0.05
"""Share of the time limit: a run whose rough estimate is below it is not measured."""
UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12,
         "ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}  # fmt: skip


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
        Computing alone, by the method chosen and with the values of ties; bytes of the whole
        process at the peak.
    exact_seconds, exact_memory : float, int
    sketch_seconds, sketch_memory : float or None, int
        The seconds are None where they were not needed.
    tie_seconds : float
        For the values of ties, after either method.
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
    tie_seconds: float


def plan(
    network: Network | Backend,
    work: Work,
    method: Choice = "auto",
    limits: Limits | None = None,
    *,
    measure_all: bool = False,
) -> Plan:
    """Choose how to compute a run.

    Parameters
    ----------
    network : Network or Backend
    work : Work
    method : {"auto", "exact", "sketch"}
    limits : Limits, optional
    measure_all : bool
        Measure also what is not needed to choose.

    Raises
    ------
    UsageError
        If the run does not fit into memory by the method asked for, or with auto by any; if
        sketches are asked for where kinds of ties weigh differently.
    """
    backend, limits = backend_of(network), limits or Limits()
    if method == "sketch":
        check_kinds(backend.network)
    exact = cost.rough_seconds(backend, work)
    if measure_all or (method == "auto" and exact > MEASURED_FROM * limits.max_seconds):
        exact = cost.exact_seconds(backend, work)
    can_sketch = backend.network.kind_weight is None
    too_slow = can_sketch and exact > limits.max_seconds
    needs_sketch = (measure_all and can_sketch) or method == "sketch" or too_slow
    sketch = cost.sketch_seconds(backend, work) if needs_sketch else None
    ties = tie_cost(backend.network, work.depth, limits.max_seconds, backend.threads)
    available, held = _memory(limits)
    needs = {
        "exact": held + cost.exact_memory(backend, work, ties.memory),
        "sketch": held + cost.sketch_memory(backend, work, ties.memory),
    }
    made = Plan(
        method="exact",
        why=_why_exact(exact, limits, can_sketch),
        customers=backend.network.n,
        ties=backend.network.ties,
        arcs=backend.network.arcs,
        depth=work.depth,
        threads=backend.threads,
        seconds=exact + ties.seconds,
        memory=needs["exact"],
        exact_seconds=exact,
        exact_memory=needs["exact"],
        sketch_seconds=sketch,
        sketch_memory=needs["sketch"],
        tie_seconds=ties.seconds,
    )
    too_large = can_sketch and needs["exact"] > available
    if method == "sketch" or (method == "auto" and (too_slow or too_large)):
        seconds = sketch if sketch is not None else cost.sketch_seconds(backend, work)
        reason = "as requested"
        if method == "auto" and too_large:
            reason = f"an exact search would need {_bytes(needs['exact'])} of memory"
        elif method == "auto":
            reason = (
                f"an exact search would take {duration(exact)}, more than the limit of "
                f"{duration(limits.max_seconds)}; `--method exact` runs it anyway"
            )
        made = replace(
            made,
            method="sketch",
            why=f"sketches, about {duration(seconds)}: {reason}",
            seconds=seconds + ties.seconds,
            memory=needs["sketch"],
            sketch_seconds=seconds,
        )
    if made.memory > available:
        raise UsageError(_too_large(made, available, limits, can_sketch))
    if ties.seconds >= 1:
        more = f"; values of ties, about {duration(ties.seconds)} more"
        made = replace(made, why=made.why + more)
    return made


def _why_exact(seconds: float, limits: Limits, can_sketch: bool) -> str:
    found = f"exact search, about {duration(seconds)}"
    if not can_sketch and seconds > limits.max_seconds:
        found += (
            f", more than the limit of {duration(limits.max_seconds)}: sketches do not support "
            "weights of kinds"
        )
    return found


def _too_large(made: Plan, available: int, limits: Limits, can_sketch: bool) -> str:
    allowed = "allowed" if limits.memory is not None else "free"
    fits = can_sketch and made.method == "exact" and made.sketch_memory <= available
    instead = f"; `--method sketch` needs {_bytes(made.sketch_memory)}" if fits else ""
    return (
        f"the run needs about {_bytes(made.memory)} of memory and {_bytes(available)} are "
        f"{allowed}{instead}"
    )


def read_memory(text: str) -> int:
    """Read bytes from a text such as 8GB, 512 MiB or 4g.

    Raises
    ------
    UsageError
        If it is not a size.

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
    """Format seconds for a person."""
    if seconds < 1:
        return "a second"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _bytes(size: int) -> str:
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{size / 2**20:.0f} MiB"


def peak_memory() -> int | None:
    """The peak memory of the process in bytes; None where the system does not report it."""
    try:
        import resource
    except ImportError:  # Windows
        peak = getattr(psutil.Process().memory_info(), "peak_wset", None)
        return None if peak is None else int(peak)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _memory(limits: Limits) -> tuple[int, int]:
    """Bytes that the process may hold, and that it holds now."""
    held = int(psutil.Process().memory_info().rss)
    free = int(psutil.virtual_memory().available)
    return limits.memory if limits.memory is not None else held + free, held
