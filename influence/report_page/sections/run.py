"""The assumptions, parameters and record of the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from influence.report_page.material import Material
from influence.report_page.parts import Figure, Section, Table, shown
from influence.runs import STABILITY, Run

STAMP = ("id", "started_at", "finished_at", "version", "fingerprint", "ties", "arcs", "currency",
         "as_of", "compared_with")  # fmt: skip
NOT_SETTINGS = {
    *STAMP, "status", "current", "input_changed", "as_of_asked", "unprofiled", "credited",
    "customers",  # of a run also those who are not profiled, who could be counted by subtraction
    "standard_error", "factor", "mean_error", "tie_bound", "acts_without_tie", "emails_not_sent",
    "uncertain", *STABILITY,
}  # fmt: skip
PUBLISHED = """\
The weights say which part of a value is brought about at each distance; they are published figures
of clustering, not measurements of these customers.

The split of network value is a convention until calibrated: use it to compare customers, not as a
forecast of what would be lost."""
CALIBRATED = """\
The weights say which part of a value is brought about at each distance; they were estimated from
the company's own data (calibration {}), by the dates of one event or an experiment.

Network value is not a forecast of what would be lost: the weights have intervals, which {}."""
SUMS = """\
Influence, CRV and gross network value count the same money for several customers and are never
added up; network value is."""


def section(material: Material) -> Section:
    """List the assumptions, the parameters and the stamp of the run."""
    run = material.run
    record = run.to_dict() | {"profiled_customers": len(material.scores)}
    stamp = [
        {"name": name.replace("_", " "), "value": _text(record[name])}
        for name in (*STAMP, "profiled_customers")
        if record[name] is not None
    ]
    rows = [{"name": name, "value": value} for name, value in settings(run).items()]
    headings = {"name": "", "value": "value"}
    figures = [
        Figure("parameters", "Parameters", "What the run was asked to compute.", "how-run",
               Table(rows, headings)),
        Figure("stamp", "Record of the run", "Where the figures on this page come from.",
               "how-run", Table(stamp, headings)),
    ]  # fmt: skip
    made = run.parameters.calibration
    included = "weights" in run.uncertain
    carried = "those of network value and rank include" if included else "the figures do not carry"
    assumed = PUBLISHED if made is None else CALIBRATED.format(made, carried)
    lead = [*assumed.split("\n\n"), SUMS]
    if run.input_changed:
        lead.insert(0, "The data changed since this run: repeat `influence run`.")
    return Section("run", "Assumptions, parameters and record of the run", lead, figures)


def settings(run: Run) -> dict[str, str]:
    """Return the parameters of a run as texts, by name; those of a group have it before theirs."""
    return dict(_flat({k: v for k, v in run.to_dict().items() if k not in NOT_SETTINGS}))


def _flat(record: Mapping[str, Any], group: str = "") -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        words = f"{group}{name}".replace("_", " ")
        if isinstance(value, Mapping):
            yield from _flat(value, f"{words}: ")
        elif value is not None and value not in ((), []):
            yield words, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    return shown(value)
