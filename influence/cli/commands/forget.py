"""`forget`: remove a person and keep them out of later loads."""

from __future__ import annotations

import sys

import click

from influence.cli import options
from influence.cli.output import emit_json, output_format, say, warn


@click.command()
@click.argument("customer")
@options.store
@options.wait
@click.option("--yes", is_flag=True, help="Do not ask for confirmation on a terminal.")
@click.option("--format", "form", type=click.Choice(["table", "json"]),
              help="json: the numbers of removed rows. [default: table on a terminal]")  # fmt: skip
@options.common
def forget(
    customer: str, store_url: str | None, wait: float, yes: bool, form: str | None, quiet: bool
) -> None:
    """Remove a person from a store, its history and its results, and print what was removed.

    Later loads leave them out; load --readmit admits them again.

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
    say("later loads leave the customer out; exported files and source files are not changed",
        "files_elsewhere", quiet=quiet)  # fmt: skip
    if removed["runs"] or removed["ties"] or removed["referrals"]:
        warn("figures of other customers still include this customer; repeat `influence run`",
             "figures_count_forgotten")  # fmt: skip
    if output_format(form) == "json":
        emit_json(removed)


def _confirm(customer: str, store: str) -> None:
    """Ask for confirmation on the terminal; any answer but yes ends the command."""
    from influence.errors import InfluenceError
    from influence.tables.problems import printable

    question = f"Remove {printable(customer)} and all their data from {store} for good?"
    if not click.confirm(question, err=True):
        raise InfluenceError("not confirmed; nothing was removed")
