"""Figures of a run for a monitor, in the text format of Prometheus.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from influence.batch import Outcome

METRICS = {
    "influence_run_success": "Whether the last start of influence run succeeded (1) or failed (0).",
    "influence_run_exit_code": "Exit code of influence run.",
    "influence_run_start_timestamp_seconds": "When influence run started, in Unix time.",
    "influence_run_end_timestamp_seconds": "When influence run ended, in Unix time.",
    "influence_run_computed": "Whether figures were computed (1), or the input was unchanged (0).",
    "influence_run_stage_duration_seconds": "Time spent in each stage, label stage.",
    "influence_run_customers": "Customers of the current run.",
    "influence_run_ties": "Ties of the current run.",
    "influence_run_changed_customers": "Customers whose figures in the store changed.",
    "influence_run_cleared_customers": "Customers whose figures were removed from the store.",
}
"""Name of a gauge → its meaning."""


@dataclass(frozen=True)
class Attempt:
    """One start of `influence run`, successful or not.

    Attributes
    ----------
    store : str
        The directory or address of the store; blank if the settings could not be read.
    started, ended : datetime
    exit_code : int
    outcome : Outcome or None
        None if it failed.
    """

    store: str
    started: datetime
    ended: datetime
    exit_code: int
    outcome: Outcome | None


def metrics(attempt: Attempt) -> str:
    """Return the gauges of an attempt as text; those of a failed one say nothing of the store."""
    lines = []
    before = None
    for name, labels, value in _gauges(attempt):
        if name != before:
            lines += [f"# HELP {name} {METRICS[name]}", f"# TYPE {name} gauge"]
            before = name
        pairs = ",".join(f'{label}="{escaped(text)}"' for label, text in labels.items())
        lines.append(f"{name}{{{pairs}}} {value!r}")
    return "\n".join(lines) + "\n"


def _gauges(attempt: Attempt) -> Iterator[tuple[str, dict[str, str], float]]:
    """Yield name, labels and value; gauges of one name follow each other."""
    labels, outcome = {"store": attempt.store}, attempt.outcome
    yield "influence_run_success", labels, int(attempt.exit_code == 0)
    yield "influence_run_exit_code", labels, attempt.exit_code
    yield "influence_run_start_timestamp_seconds", labels, attempt.started.timestamp()
    yield "influence_run_end_timestamp_seconds", labels, attempt.ended.timestamp()
    if outcome is None:
        return
    written, run = outcome.written, outcome.written.run
    yield "influence_run_computed", labels, int(outcome.computed)
    for stage, seconds in outcome.seconds.items():
        yield "influence_run_stage_duration_seconds", {**labels, "stage": stage}, seconds
    yield "influence_run_customers", labels, run.customers
    yield "influence_run_ties", labels, run.ties
    yield "influence_run_changed_customers", labels, written.changed
    yield "influence_run_cleared_customers", labels, written.cleared


def escaped(text: str) -> str:
    r"""Escape the value of a label.

    Examples
    --------
    >>> print(escaped('C:\\data "of today"'))
    C:\\data \"of today\"
    """
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
