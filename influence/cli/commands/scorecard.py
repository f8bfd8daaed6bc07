"""`scorecard`: what customers contribute socially, beside their financial standing."""

from __future__ import annotations

from typing import Any

import click

from influence.cli import options
from influence.cli.captions import run_caption, warn_unfinished
from influence.cli.customer_options import ids_only
from influence.cli.headings import headings
from influence.cli.output import emit, output_format
from influence.cli.tables import show


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
    rows = with_names(rows, names)
    shown = headings(name for name in rows[0] if name != NETWORKS)
    caption = None if quiet else run_caption(scores.run)
    if output_format(form) == "csv":
        rows = [{name: row[name] for name in shown} for row in rows]
    emit(rows, shown, form, title="Score cards", caption=caption)
    if output_format(form) == "table":
        _show_contacts(rows)


def _show_contacts(rows: list[dict[str, Any]]) -> None:
    """Draw a line for each network of each customer."""
    contacts = [
        {"customer": row["customer"], "name": row.get("name"), **network}
        for row in rows
        for network in row["networks"]
    ]
    if contacts:
        named = [name for name in contacts[0] if name != "name" or "name" in rows[0]]
        show(contacts, headings(named), title="Contacts by network",
             caption="inside: customers with a tie; outside: more by the profile")  # fmt: skip
