"""The option --metrics: a file for a monitor, written whether or not the command succeeds."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.errors import InfluenceError, UsageError, interrupted

if TYPE_CHECKING:
    from datetime import datetime

    from influence.batch import Outcome


def metrics(command: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """Add --metrics to a command that returns the outcome of a run."""

    @functools.wraps(command)
    def recorded(metrics: Path | None, **values: Any) -> Outcome:
        from influence.runs import now

        if metrics is None:
            return command(**values)
        if not metrics.absolute().parent.is_dir():
            raise UsageError(f"--metrics {metrics}: there is no directory {metrics.parent}")
        started, store_url = now(), values["store_url"]
        try:
            outcome = command(**values)
        except BaseException as error:
            _write_failed(metrics, store_url, started, error)
            raise
        _write(metrics, store_url, started, 0, outcome)
        return outcome

    return click.option(
        "--metrics",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Write times, counts and the exit code to this file in the text format of "
        "Prometheus, also if the run fails.",
    )(recorded)


def _write_failed(
    path: Path, store_url: str | None, started: datetime, error: BaseException
) -> None:
    """Write the metrics of a failed run; the user sees why it failed, even if this fails too."""
    from influence.cli.output import warn

    try:
        _write(path, store_url, started, exit_code(error), None)
    except InfluenceError as other:
        warn(f"--metrics was not written: {other}", "metrics_not_written")


def _write(
    path: Path, store_url: str | None, started: datetime, code: int, outcome: Outcome | None
) -> None:
    from influence.reports.metrics import Attempt, metrics
    from influence.reports.replacing import replacing
    from influence.runs import now

    attempt = Attempt(_store(store_url), started, now(), code, outcome)
    with replacing(path) as fresh:
        fresh.write_text(metrics(attempt), encoding="utf-8", newline="\n")


def _store(store_url: str | None) -> str:
    """Return the store that the settings name; blank if they have a mistake."""
    from influence.scale.files import without_password
    from influence.settings import resolve

    try:
        return without_password(resolve(store_url).store)
    except UsageError:
        return ""


def exit_code(error: BaseException) -> int:
    """Return the exit code of a command that ends with this error, as `influence.cli.main` does."""
    if isinstance(error, click.Abort) or interrupted(error):
        return 130
    return int(getattr(error, "exit_code", 1))
