"""`top`: the ranking of the current run."""

from __future__ import annotations

import click

from influence.cli import options
from influence.cli.captions import stamp, warn_unfinished
from influence.cli.output import emit

RANKING = {
    "rank": "rank",
    "customer": "customer",
    "network_value": "network value",
    "clv": "clv",
    "clv_rank": "rank by clv",
    "crv": "crv",
    "influence": "influence",
    "network_value_gross": "gross",
}


@click.command()
@click.option("-n", "count", type=click.IntRange(min=0), default=10, show_default=True,
              help="How many customers.")  # fmt: skip
@click.option("--by", default="network_value", show_default=True, help="A score column.")
@options.store
@options.output
@options.common
def top(count: int, by: str, store_url: str | None, form: str | None, quiet: bool) -> None:
    """Show the ranking of the current run.

    \b
    Examples:
      influence top
      influence top -n 25 --by network_value_gross --format csv
    """
    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores()
    columns = {**RANKING, **({} if by in RANKING else {by: by.replace("_", " ")})}
    if f"{by}_se" in scores.table.column_names:
        columns[f"{by}_se"] = "standard error"
    emit(scores.top(count, by).to_pylist(), columns, form, title=f"Top {count} by {by}",
         caption=None if quiet else stamp(scores.run))  # fmt: skip
