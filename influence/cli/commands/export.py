"""`export`: the scores as a file."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli import options
from influence.cli.captions import warn_unfinished
from influence.cli.output import say, warn


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@options.store
@options.common
def export(file: Path, store_url: str | None, quiet: bool) -> None:
    """Write the scores of the current run to FILE, .parquet or .csv.

    \b
    Example:
      influence export scores.parquet
    """
    from influence.reports.export import export as exported

    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores()
    live = exported(scores, file)
    if live:
        warn(
            f"{live:,} ids begin like a spreadsheet's formula and got an apostrophe "
            "in front; Parquet keeps them to the letter",
            "formulas_disarmed",
            ids=live,
        )
    say(
        f"{len(scores):,} customers of run {scores.run.id} written to {file}",
        "exported",
        quiet=quiet,
        customers=len(scores),
        run=scores.run.id,
        file=str(file),
    )
    if scores.run.caveat:
        say(scores.run.caveat, "estimated", quiet=quiet, run=scores.run.id)
