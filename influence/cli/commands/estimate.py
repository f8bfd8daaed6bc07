"""`estimate`: time and memory of a run, before it."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

import click

from influence.cli import options
from influence.cli.output import chosen, emit, emit_json, pass_on

if TYPE_CHECKING:
    from influence.network import Direction
    from influence.parameters import Choice


@click.command()
@options.store
@click.option("--depth", type=click.IntRange(min=1), help="How many steps the run would follow. "
              "[default: as many as influence.toml has weights, or 3]")  # fmt: skip
@options.selection
@options.method
@options.output
@options.common
def estimate(
    store_url: str | None,
    depth: int | None,
    kinds: tuple[str, ...],
    networks: tuple[str, ...],
    direction: dict[str, Direction],
    method: Choice,
    registers: int,
    seed: int,  # noqa: ARG001 - costs nothing
    budget: float | None,
    memory: str | None,
    form: str | None,
    quiet: bool,
) -> None:
    """Say how long a run would take and how much memory, measured on a sample of it, and whether
    it would search or sketch.

    \b
    Examples:
      influence estimate --depth 3
      influence estimate --memory 4GB
    """
    from influence.engine.cost import Work
    from influence.engine.planner import plan
    from influence.models.sketch import check_registers
    from influence.models.weights import DEFAULT
    from influence.network import Network

    settings = options.settled(store_url)
    with options.opened(store_url) as store:
        tables = store.tables()
    ways = {**settings.directions, **direction}
    chosen_ties = options.selected(kinds, networks, ways)
    network = Network.from_tables(tables, chosen_ties, partial(pass_on, quiet=quiet))
    check_registers(registers)
    work = Work(depth or len(settings.checked_weights() or DEFAULT), registers=registers)
    limits = settings.limits(memory, budget)
    found = asdict(plan(network, work, method, limits, measure_all=True))
    if chosen(form) == "json":
        emit_json(found)
        return
    if chosen(form) == "table":
        for name in ("memory", "exact_memory", "sketch_memory"):
            found[name] = f"{found[name] / 2**20:,.0f} MiB"
    names = ("method", "seconds", "memory", "exact_seconds", "exact_memory", "sketch_seconds",
             "sketch_memory", "customers", "ties", "arcs", "depth", "threads")  # fmt: skip
    emit([found], {name: name.replace("_", " ") for name in names}, form, caption=found["why"])
