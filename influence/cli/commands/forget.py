"""`forget`: a person who wants to be gone."""

from __future__ import annotations

import sys

import click

from influence.cli import options
from influence.cli.output import emit_json, output_format, say, warn


@click.command()
@click.argument("customer")
@options.store
@options.wait
@click.option("--yes", is_flag=True, help="Do not ask, on a terminal, whether it is meant.")
@click.option("--format", "form", type=click.Choice(["table", "json"]),
              help="json: how many rows went. [default: table on a terminal]")  # fmt: skip
@options.common
def forget(
    customer: str, store_url: str | None, wait: float, yes: bool, form: str | None, quiet: bool
) -> None:
    """Remove a person from a store, its history and its results, and say what was removed.

    Later loads leave the customer out (load --readmit lets them in again).

    \b
    Example:
      influence forget C0001 --yes
    """
    with options.opened(store_url, wait) as store:
        if not yes and sys.stdin.isatty():
            _confirm(customer, store.url)
        removed = store.forget(customer)
    rows = ", ".join(f"{what} {count:,}" for what, count in removed.items() if count)
    say(f"removed: {rows}", "forgotten", quiet=quiet, **removed)
    say("later loads leave the customer out; files that were exported or loaded from elsewhere are "
        "not in the store", "files_elsewhere", quiet=quiet)  # fmt: skip
    if removed["runs"] or removed["ties"] or removed["referrals"]:
        warn("the figures of others still count the customer: repeat `influence run`",
             "figures_count_forgotten")  # fmt: skip
    if output_format(form) == "json":
        emit_json(removed)


def _confirm(customer: str, store: str) -> None:
    """Ask on the terminal; any answer but yes ends the command."""
    from influence.errors import InfluenceError
    from influence.tables.problems import printable

    question = f"Remove {printable(customer)} for good, with all that {store} knows of them?"
    if not click.confirm(question, err=True):
        raise InfluenceError("not confirmed; nothing was removed")
