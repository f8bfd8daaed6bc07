"""`compare`: changes between two runs."""

from __future__ import annotations

import click

from influence.cli import options
from influence.cli.customer_options import ids_only
from influence.cli.output import emit, output_format, say, warn

COLUMNS = {
    "customer": "customer",
    "name": "name",
    "change": "change",
    "network_value_before": "before",
    "network_value_after": "after",
    "rank_before": "rank before",
    "rank_after": "rank after",
}


@click.command()
@click.argument("before")
@click.argument("after")
@click.option("-n", "count", type=click.IntRange(min=0), default=10, show_default=True,
              help="How many customers a table shows; JSON and CSV have all.")  # fmt: skip
@ids_only
@options.store
@options.output
@options.common
def compare(
    before: str,
    after: str,
    count: int,
    ids_only: bool,
    store_url: str | None,
    form: str | None,
    quiet: bool,
) -> None:
    """Show what changed between two runs, the largest change of network value first.

    A run is named by its id, or as latest (or current) and previous.

    \b
    Examples:
      influence compare previous latest
      influence compare 20241230-020000-1a2b3c 20241231-020000-4d5e6f
    """
    from influence.customer.names import names_of, with_names
    from influence.reports.compare import (
        compare_figures,
        currencies,
        currencies_differ,
        differing,
    )
    from influence.runs import named

    with options.opened(store_url) as store:
        known = store.runs()
        before, after = named(known, before), named(known, after)
        changes = compare_figures(store.figures(before), store.figures(after))
        moved = changes.filter(differing(changes))
        shown = moved.slice(0, count) if output_format(form) == "table" else moved
        names = {} if ids_only else names_of(store, shown["customer"].to_pylist())
        paid_in = currencies(known, {before, after})
    differ = currencies_differ(paid_in)
    if differ:
        warn(differ, "currencies_differ")
    money = f" in {paid_in[0]}" if len(paid_in) == 1 else ""
    columns = {name: words for name, words in COLUMNS.items() if names or name != "name"}
    title = f"Network value{money}, {before} → {after}"
    emit(with_names(shown.to_pylist(), names), columns, form, title=title)
    text = f"{len(moved):,} of {len(changes):,} customers changed"
    say(text, "compared", quiet=quiet, changed=len(moved), customers=len(changes))
