"""`estimate`, `doctor`: before a run, and when something seems wrong."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from influence.cli import options
from influence.cli.output import chosen, emit, emit_json

if TYPE_CHECKING:
    from influence.network import Direction


@click.command()
@options.store
@click.option("--depth", type=click.IntRange(min=1), default=3, show_default=True,
              help="How many steps the run would follow.")  # fmt: skip
@options.selection
@options.output
@options.common
def estimate(
    store_url: str | None,
    depth: int,
    kinds: tuple[str, ...],
    networks: tuple[str, ...],
    direction: dict[str, Direction],
    form: str | None,
    quiet: bool,  # noqa: ARG001 - there is nothing but the result
) -> None:
    """Say how long a run would take and how much memory, measured on a sample of it.

    \b
    Example:
      influence estimate --depth 3
    """
    from influence.estimate import estimate as estimated
    from influence.network import Network

    with options.opened(store_url) as store:
        tables = store.tables()
    network = Network.from_tables(tables, options.selected(kinds, networks, direction))
    found = asdict(estimated(network, depth))
    if chosen(form) == "json":
        emit_json(found)
        return
    shown = {**found, "memory": f"{found['memory'] / 2**20:,.0f} MiB", "seconds": found["seconds"]}
    emit([shown], {name: name for name in shown}, form)


@click.command()
@options.store
@options.output
@options.common
def doctor(store_url: str | None, form: str | None, quiet: bool) -> None:  # noqa: ARG001
    """Look at a store: what is reachable, which version, what it holds, what is stale or missing.

    \b
    Example:
      influence doctor --store bolt://localhost:7687
    """
    from influence.doctor import examine

    with options.opened(store_url) as store:
        findings = [asdict(finding) for finding in examine(store)]
    emit(findings, {"what": "looked at", "state": "state", "detail": "found"}, form)
