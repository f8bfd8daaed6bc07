"""`export`: write the scores to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli import options
from influence.cli.captions import warn_unfinished
from influence.cli.customer_options import customer_options, say_matched
from influence.cli.options import Command
from influence.cli.output import say, warn

if TYPE_CHECKING:
    from influence.reports.export_for import ExportedFor
    from influence.reports.wanted import Wanted
    from influence.store import Store

DISARMED = "cells that begin like a formula and got a leading apostrophe: {:,}"


def target_options(command: Command) -> Command:
    """Add the options that shape an export for a program."""
    for option in (
        click.option("--left", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
                     help="With --changed: write customers who left the scores to FILE as CSV."),
        click.option("--changed", is_flag=True,
                     help="With --for: only rows that changed since the last export for this "
                     "program."),
        click.option("--id-field", metavar="NAME",
                     help="The field of the program that holds these values. [default: salesforce "
                     "Id, hubspot Record ID, mailchimp Email Address]"),
        click.option("--key", metavar="COLUMN",
                     help="The column by whose values the program recognises a customer, such as "
                     "an e-mail address. [default: the customer id]"),
        click.option("--for", "target",
                     type=click.Choice(["salesforce", "hubspot", "mailchimp", "csv"]),
                     help="A CSV file with the field names and formats of this program."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@target_options
@customer_options
@options.store
@options.wait
@options.common
def export(
    file: Path,
    target: str | None,
    left: Path | None,
    wanted: Wanted,
    store_url: str | None,
    wait: float,
    quiet: bool,
    **shape: Any,
) -> None:
    """Write the scores of the current run to FILE: .parquet, .csv or .xlsx.

    Rows are in the order of the ids; with --ascending the smallest network value comes first. With
    --for the store records the rows, with which --changed compares.

    \b
    Examples:
      influence export scores.parquet
      influence export retail.xlsx --where 'segment = retail' --columns name,gross
      influence export today.csv --for hubspot --changed
    """
    from influence.errors import UsageError

    if target is None and (any(shape.values()) or left):
        raise UsageError("--key, --id-field, --changed and --left go with --for")
    if left and not shape["changed"]:
        raise UsageError("--left goes with --changed")
    with options.opened(store_url, wait) as store:
        warn_unfinished(store)
        if target is None:
            _export(store, file, wanted, quiet=quiet)
        else:
            _export_for(store, target, file, wanted, left, quiet=quiet, **shape)


def _export(store: Store, file: Path, wanted: Wanted, *, quiet: bool) -> None:
    from influence.reports.export import export as exported

    scores = store.scores()
    written = exported(scores, file, store, wanted)
    say_matched(wanted, written.customers, len(scores), quiet=quiet)
    if written.disarmed:
        text = f"{DISARMED.format(written.disarmed)}; export to .parquet to keep them unchanged"
        warn(text, "formulas_disarmed", cells=written.disarmed)
    say(
        f"{written.customers:,} customers of run {scores.run.id} written to {file}",
        "exported",
        quiet=quiet,
        customers=written.customers,
        run=scores.run.id,
        file=str(file),
    )
    if scores.run.caveat:
        say(scores.run.caveat, "estimated", quiet=quiet, run=scores.run.id)


def _export_for(
    store: Store,
    target: Any,
    file: Path,
    wanted: Wanted,
    left: Path | None,
    *,
    changed: bool,
    quiet: bool,
    **names: str | None,
) -> None:
    from influence.reports.export_for import export_for

    done = export_for(store, target, file, wanted, changed=changed, left=left, **names)
    _say_left_out(done, target, left, quiet=quiet)
    since = _since(done, target, quiet=quiet) if changed else ""
    say(
        f"{done.customers:,} of {done.matched:,} customers of run {done.run} written to {file}"
        f"{since}",
        "exported",
        quiet=quiet,
        customers=done.customers,
        run=done.run,
        file=str(file),
        target=target,
        left=len(done.left),
    )


def _since(done: ExportedFor, target: str, *, quiet: bool) -> str:
    """Return since when rows are compared; print why all rows are written, if they are."""
    if done.before is not None:
        return f": those that changed since {done.before.exported_at:%Y-%m-%d %H:%M} (UTC)"
    why = f"no export for {target} is recorded yet"
    if done.other_fields:
        why = f"the last export for {target} had other fields"
    say(f"{why}, so all rows are written", "all_rows", quiet=quiet, target=target)
    return ""


def _say_left_out(done: ExportedFor, target: str, left: Path | None, *, quiet: bool) -> None:
    if target != "csv":
        say("money is rounded to 2 decimals, other figures to 3; --for csv keeps all digits",
            "rounded", quiet=quiet)  # fmt: skip
    for why, count in done.left_out.items():
        warn(f"customers left out because {why}: {count:,}", "left_out", why=why, customers=count)
    if done.disarmed:
        warn(DISARMED.format(done.disarmed), "formulas_disarmed", cells=done.disarmed)
    if done.left:
        listed = f"{left} lists them" if left else "--left FILE lists them"
        text = f"customers of the last export who have no scores any more: {len(done.left):,}"
        warn(f"{text}; the program keeps their old figures ({listed})", "left",
             customers=len(done.left))  # fmt: skip
