"""`summary`: the totals of the current run."""

from __future__ import annotations

import click

from influence.cli import options
from influence.cli.captions import stamp, warn_unfinished
from influence.cli.output import emit


@click.command()
@click.option("--by", metavar="COLUMN", help="segment, relation, or any column of the customers.")
@options.store
@options.output
@options.common
def summary(by: str | None, store_url: str | None, form: str | None, quiet: bool) -> None:
    """Show the totals of the current run.

    \b
    Example:
      influence summary --by segment
    """
    from influence.reports.summary import summarise

    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores()
        totals = summarise(scores, store.customers() if by else None, by)
    shown = [name for name in totals.column_names if name not in {"credit_given", "referral_taken"}]
    headings = {name: name.replace("_", " ") for name in shown}
    emit(totals.to_pylist(), headings, form, caption=None if quiet else stamp(scores.run))
