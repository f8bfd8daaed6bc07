"""`forget`: a person who wants to be gone."""

from __future__ import annotations

import click

from influence.cli import options
from influence.cli.output import chosen, emit_json, say, warn


@click.command()
@click.argument("customer")
@options.store
@click.option("--format", "form", type=click.Choice(["table", "json"]),
              help="json: how many rows went. [default: table on a terminal]")  # fmt: skip
@options.common
def forget(customer: str, store_url: str | None, form: str | None, quiet: bool) -> None:
    """Remove a person from a store, its history and its results, and say what was removed.

    \b
    Example:
      influence forget C0001
    """
    with options.opened(store_url) as store:
        removed = store.forget(customer)
    rows = ", ".join(f"{what} {count:,}" for what, count in removed.items() if count)
    say(f"removed: {rows}", quiet=quiet)
    say("files that were exported or loaded from elsewhere are not in the store", quiet=quiet)
    if removed["runs"] or removed["ties"] or removed["referrals"]:
        warn("the figures of others still count her: repeat `influence run`")
    if chosen(form) == "json":
        emit_json(removed)
