"""`sources`: list what was loaded from where, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from influence.cli import options
from influence.cli.output import emit_json, output_format, write_csv

COUNTS = ("read", "merged", "dropped", "new", "changed", "removed")
FLAT = ("load", "loaded_at", "loader", "replaced", "table", "file", *COUNTS)
HASH_SHOWN = 8
"""Characters of a hash in the table; JSON has all 64."""


@click.command()
@click.option("-n", "count", type=click.IntRange(min=1), help="The newest loads. [default: all]")
@options.store
@options.output
@options.common
def sources(count: int | None, store_url: str | None, form: str | None, quiet: bool) -> None:  # noqa: ARG001
    """List the loads of a store: when, from which files, and how many rows changed.

    The newest comes first. Times are in UTC. Beside each file: its size, the first characters of
    its SHA-256, and when the same content was loaded before. CSV has a row for each table.

    \b
    Examples:
      influence sources -n 5
      influence sources --format json
    """
    import sys

    from influence.cli.tables import print_lines
    from influence.errors import NothingToShow
    from influence.reports.sources import sources as listed

    with options.opened(store_url) as store:
        found = listed(store)
        if not found:
            raise NothingToShow(f"no load into {store.url} is recorded: `influence load` makes one")
    shown = found[:count]
    form = output_format(form)
    if form == "json":
        emit_json(shown)
    elif form == "csv":
        write_csv([{**load, **row} for load in shown for row in load["tables"]], FLAT, sys.stdout)
    else:
        for line, indent in (line for load in shown for line in _lines(load)):
            print_lines(line, indent=indent)
        if len(shown) < len(found):
            print_lines(f"{len(shown):,} of {len(found):,} loads", style="dim")


def _lines(load: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the lines about a load, and their indentation."""
    how = "  --replace" if load["replaced"] else ""
    nothing = "" if load["changed"] else "  (nothing changed)"
    yield (
        f"{_minute(load['loaded_at'])}  {load['loader'] or 'loader not recorded'}{how}{nothing}",
        0,
    )
    for file in load["files"]:
        before = file["loaded_before"]
        same = f"  same on {_minute(before)}" if before else ""
        yield f"{file['name']}  {file['size']:,} bytes  {file['sha256'][:HASH_SHOWN]}{same}", 2
    for table in load["tables"]:
        told = [f"{name} {table[name]:,}" for name in COUNTS if table[name]]
        yield f"{table['table']}: {', '.join(told) or 'no rows'}", 4


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")
