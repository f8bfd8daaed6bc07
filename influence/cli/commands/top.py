"""`top`: show the ranking of the current run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from influence.cli import options
from influence.cli.bars import with_bars_if_wide
from influence.cli.captions import run_caption, warn_unfinished
from influence.cli.customer_options import customer_options, say_matched
from influence.cli.output import emit, output_format
from influence.headings import heading, headings

if TYPE_CHECKING:
    from influence.reports.wanted import Wanted

FIRST = ("rank", "customer", "name")
THEN = ("network_value", "rank_low", "rank_high", "network_value_gross", "clv",
        "clv_rank", "influence", "crv", "quadrant", "tier")  # fmt: skip
"""Columns of a table, as far as they fit."""


@click.command()
@click.option("-n", "count", type=click.IntRange(min=0), default=10, show_default=True,
              help="Number of customers.")  # fmt: skip
@click.option("--by", default="network_value", show_default=True,
              help="A score column, or gross, network-value, influence, referrals (CRV), "
              "clv.")  # fmt: skip
@customer_options
@options.store
@options.output
@options.common
def top(
    count: int, by: str, wanted: Wanted, store_url: str | None, form: str | None, quiet: bool
) -> None:
    """Show the ranking of the current run. Ranks are among all customers, also in a selection.

    \b
    Examples:
      influence top
      influence top -n 25 --by gross --format csv
      influence top --where 'segment = retail and clv < 500' --columns name,gross
    """
    from influence.reports.wanted import ranking_column, select

    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores()
        by = ranking_column(scores, by)
        rows, matched = select(scores, store, wanted, by=by, count=count)
    say_matched(wanted, matched, len(scores), quiet=quiet)
    shown = rows.column_names
    if not wanted.columns:
        preferred = dict.fromkeys((*FIRST, by, f"{by}_se", *THEN))
        shown = [name for name in preferred if name in rows.column_names]
    end = "Bottom" if wanted.ascending else "Top"
    title = f"{end} {count:,} by {heading(by)}"
    caption = None if quiet else run_caption(scores.run)
    found, columns = rows.to_pylist(), headings(shown)
    if output_format(form) == "table":
        found, columns = with_bars_if_wide(found, columns, by)
    emit(found, columns, form, title=title, caption=caption)
