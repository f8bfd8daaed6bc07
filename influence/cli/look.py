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
@click.option("--depth", type=click.IntRange(min=1), help="How many steps the run would follow. "
              "[default: as many as influence.toml has weights, or 3]")  # fmt: skip
@options.selection
@options.output
@options.common
def estimate(
    store_url: str | None,
    depth: int | None,
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
    from influence.models.weights import DEFAULT
    from influence.network import Network

    settings = options.settled(store_url)
    with options.opened(store_url) as store:
        tables = store.tables()
    ways = {**settings.directions, **direction}
    network = Network.from_tables(tables, options.selected(kinds, networks, ways))
    found = asdict(estimated(network, depth or len(settings.weights or DEFAULT)))
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
