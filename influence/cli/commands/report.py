"""`report`: write the current run as one HTML file."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli import options
from influence.cli.captions import warn_unfinished
from influence.cli.customer_options import ids_only
from influence.cli.output import say

FILE = "influence-report.html"


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default=FILE, metavar="[FILE.html]")
@ids_only
@options.store
@options.common
def report(file: Path, ids_only: bool, store_url: str | None, quiet: bool) -> None:
    """Write the current run as one page with charts, influence-report.html by default.

    The page needs no network: send it, open it, print it. It contains ids, names and figures of
    customers, so treat it like other customer data. It needs the extra `report`.

    \b
    Examples:
      influence report
      influence report board.html --ids-only
    """
    from influence.report_page.report import report as write

    with options.opened(store_url) as store:
        warn_unfinished(store)
        path = write(store, file, ids_only=ids_only)
    size = path.stat().st_size
    text = f"{path}: {size / 1e6:,.2f} MB, opens in any browser without a network"
    say(text, "file_written", quiet=quiet, file=str(path), bytes=size)
