"""`estimate`: time and memory of a run before it starts."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from influence.cli import options
from influence.cli.output import emit, emit_json, output_format, pass_on
from influence.cli.tables import show

if TYPE_CHECKING:
    from influence.network import Direction
    from influence.parameters import Choice


@click.command()
@options.store
@click.option("--depth", type=click.IntRange(min=1), help="Number of steps of the run. "
              "[default: the number of weights in influence.toml, or 3]")  # fmt: skip
@options.selection
@options.kind_weight
@options.method
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True,
              help="spark: also what its workers need.")  # fmt: skip
@options.output
@options.common
def estimate(
    store_url: str | None,
    depth: int | None,
    kinds: tuple[str, ...],
    networks: tuple[str, ...],
    direction: dict[str, Direction],
    kind_weight: dict[str, float],
    method: Choice,
    registers: int,
    seed: int,  # noqa: ARG001 - does not change the cost
    max_seconds: float | None,
    memory: str | None,
    engine: str,
    form: str | None,
    quiet: bool,
) -> None:
    """Estimate the time and memory of a run, exact and with sketches, from a sample, and show which
    method `run` would choose.

    \b
    Examples:
      influence estimate --depth 3
      influence estimate --memory 4GB
    """
    from influence.engine.cost import Work, worker_bytes
    from influence.models.weights import DEFAULT
    from influence.network import Network
    from influence.parameters import Parameters
    from influence.reports.estimate import estimate as plan_of

    settings = options.settings_for(store_url)
    with options.opened(store_url) as store:
        tables = store.tables()
    chosen_ties = options.selected(
        kinds,
        networks,
        {**settings.directions, **direction},
        {**settings.kind_weight, **kind_weight},
    )
    network = Network.from_tables(tables, chosen_ties, partial(pass_on, quiet=quiet))
    weights = (1.0,) * depth if depth else settings.checked_weights() or DEFAULT
    parameters = Parameters(
        weights, method=method, registers=registers, limits=settings.limits(memory, max_seconds)
    )
    found = asdict(plan_of(network, parameters))
    if engine == "spark":
        work = Work(parameters.depth, registers=registers)
        found |= {f"worker_{name}": size for name, size in worker_bytes(network, work).items()}
    if output_format(form) == "json":
        emit_json(found)
        return
    if output_format(form) == "csv":
        emit([found], {}, form)
        return
    rows = [
        {
            "method": name,
            "seconds": found[f"{name}_seconds"],
            "memory": f"{found[f'{name}_memory'] / 2**20:,.0f} MiB",
            "chosen": name == found["method"],
        }
        for name in ("exact", "sketch")
        if found[f"{name}_seconds"] is not None
    ]
    sizes = ", ".join(f"{found[name]:,} {name}" for name in ("customers", "ties", "arcs"))
    lines = [found["why"], f"{sizes}, depth {found['depth']}, threads {found['threads']}"]
    if engine == "spark":
        lines += _of_workers(found)
    show(rows, {name: name for name in rows[0]}, caption="\n".join(lines))


def _of_workers(found: dict[str, Any]) -> list[str]:
    """Yield the needs of Spark's workers, in sentences."""
    need = {
        name.removeprefix("worker_"): f"{size / 2**20:,.0f} MiB"
        for name, size in found.items()
        if name.startswith("worker_")
    }
    an_arc = found["worker_network"] / max(found["arcs"], 1)
    task, files = f"{need['exact_task']} to search exactly", need["exact_files"]
    if "sketch_task" in need:
        task, files = (
            f"{task}, {need['sketch_task']} to sketch",
            f"{files} or {need['sketch_files']}",
        )
    return [
        f"Spark: each machine maps {need['network']} of network, {an_arc:.1f} bytes for each arc",
        f"each task takes {task}",
        f"results take {files} in the work folder",
    ]
