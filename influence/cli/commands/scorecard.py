"""`scorecard`: what customers contribute socially, beside their financial standing."""

from __future__ import annotations

import click

from influence.cli import options
from influence.cli.captions import run_caption, warn_unfinished
from influence.cli.customer_options import ids_only
from influence.cli.headings import headings
from influence.cli.output import emit


@click.command()
@click.argument("customers", nargs=-1, required=True, metavar="CUSTOMER…")
@ids_only
@options.store
@options.output
@options.common
def scorecard(
    customers: tuple[str, ...],
    ids_only: bool,
    store_url: str | None,
    form: str | None,
    quiet: bool,
) -> None:
    """Show the score cards of customers: percentiles among all active customers.

    A customer is active with any act, purchase or survey in the last year of the data; others have
    no score card. A customer is an id, or a name that only one customer has.

    \b
    Examples:
      influence scorecard C0001 C0002
      influence scorecard "Selin Kim" --format json
    """
    from influence.customer.names import names_of, with_names
    from influence.customer.score_card import score_cards

    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores, rows = score_cards(store, customers)
        names = {} if ids_only else names_of(store, [row["customer"] for row in rows])
    rows = with_names(rows, names)
    caption = None if quiet else run_caption(scores.run)
    emit(rows, headings(rows[0]), form, title="Score cards", caption=caption)
