"""`scorecard`: what customers contribute socially, beside their financial standing."""

from __future__ import annotations

import click

from influence.cli import options
from influence.cli.captions import run_caption, warn_unfinished
from influence.cli.customer_options import ids_only
from influence.cli.output import emit, emit_json, output_format
from influence.cli.side_by_side import show_side_by_side
from influence.cli.tables import print_lines, show
from influence.headings import headings

TITLE = "Score cards: percentiles among all active customers"
INACTIVE = "no figures: a customer with no act, purchase or survey in the window has no score card"
NETWORKS_CAPTION = "inside: customers with a tie; outside: others whom the profile counts"


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
    from influence.customer.score_card import NETWORKS, score_cards

    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores, rows = score_cards(store, customers)
        names = {} if ids_only else names_of(store, [row["customer"] for row in rows])
    wanted = output_format(form)
    if wanted == "json":
        emit_json(with_names(rows, names))
        return
    cards = [{name: row[name] for name in row if name != NETWORKS} for row in rows]
    if wanted == "csv":
        emit(with_names(cards, names), {}, form)
        return
    show_side_by_side(cards, list(cards[0])[1:], names, title=TITLE)
    if any(card["coverage"] is None for card in cards):
        print_lines(INACTIVE, style="dim")
    contacts = [
        {"customer": row["customer"], **network} for row in rows for network in row[NETWORKS]
    ]
    contacts = with_names(contacts, names)
    if contacts:
        show(contacts, headings(contacts[0]), title="Contacts by network", caption=NETWORKS_CAPTION)
    if not quiet:
        print_lines(run_caption(scores.run), style="dim")
