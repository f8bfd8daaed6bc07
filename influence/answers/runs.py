"""The runs that the store keeps."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from influence.answers.company import Company
from influence.runs import Run, now


def runs(company: Company, limit: int) -> pa.Table:
    """List the runs, newest first. None is unfinished: a directory keeps finished runs only."""
    kept = sorted(company.source.runs(), key=lambda run: (run.started_at, run.id), reverse=True)
    return pa.Table.from_pylist([_row(run) for run in kept[: int(limit)]])


def _row(run: Run) -> dict[str, object]:
    return {
        "run": run.id,
        "status": run.status,
        "current": run.current,
        "unfinished": False,
        "started": _iso(run.started_at),
        "age": _age(run.started_at),
        "model": run.parameters.model,
        "weights": list(run.weights),
        "kinds": list(run.parameters.selection.kinds),
        "networks": list(run.parameters.selection.networks),
        "directions": [
            f"{kind}={way}" for kind, way in sorted(run.parameters.selection.directions.items())
        ],
        "customers": run.customers,
        "ties": run.ties,
    }


def _iso(moment: datetime) -> str:
    """ISO 8601 in UTC as a database writes it: no zeros at the end of a fraction."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if moment.microsecond else text) + "Z"


def _age(moment: datetime) -> str:
    """Format the time since a moment: `1 d 6 h 0 min`."""
    minutes = int((now() - moment).total_seconds()) // 60
    return f"{minutes // 1440} d {minutes // 60 % 24} h {minutes % 60} min"
