"""`export`: write the scores to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli import options
from influence.cli.captions import warn_unfinished
from influence.cli.customer_options import customer_options, say_matched
from influence.cli.output import say, warn

if TYPE_CHECKING:
    from influence.reports.wanted import Wanted


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@customer_options
@options.store
@options.common
def export(file: Path, wanted: Wanted, store_url: str | None, quiet: bool) -> None:
    """Write the scores of the current run to FILE: .parquet, .csv or .xlsx.

    Rows are in the order of the ids; with --ascending the smallest network value comes first.

    \b
    Examples:
      influence export scores.parquet
      influence export retail.xlsx --where 'segment = retail' --columns customer,name,joined,gross
    """
    from influence.reports.export import export as exported

    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores()
        written = exported(scores, file, store, wanted)
    say_matched(wanted, written.customers, len(scores), quiet=quiet)
    if written.disarmed:
        warn(
            f"{written.disarmed:,} cells begin like a formula and got a leading apostrophe; "
            "export to .parquet to keep them unchanged",
            "formulas_disarmed",
            cells=written.disarmed,
        )
    say(
        f"{written.customers:,} customers of run {scores.run.id} written to {file}",
        "exported",
        quiet=quiet,
        customers=written.customers,
        run=scores.run.id,
        file=str(file),
    )
    if scores.run.caveat:
        say(scores.run.caveat, "estimated", quiet=quiet, run=scores.run.id)
