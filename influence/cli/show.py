"""`top` and `runs`: what a run found, for a person or a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from influence.cli import options
from influence.cli.output import chosen, emit, warn

if TYPE_CHECKING:
    from influence.runs import Run
    from influence.store import Store

RANKING = {
    "rank": "rank",
    "customer": "customer",
    "network_value": "network value",
    "clv": "clv",
    "clv_rank": "rank by clv",
    "crv": "crv",
    "influence": "influence",
    "network_value_gross": "gross",
}


def warn_unfinished(store: Store) -> None:
    """Say so where a write-back began and did not end, or the data changed since."""
    from influence.store.protocol import unfinished

    runs = store.runs()
    run = unfinished(runs)
    if run is not None:
        warn(
            f"the write-back of run {run.id} is unfinished: some customers may show its "
            "figures already; repeating `influence run` completes it",
            "write_back_unfinished",
            run=run.id,
        )
    elif any(run.current and run.input_changed for run in runs):
        warn("the data changed since this run; repeat `influence run`", "input_changed")


def stamp(run: Run) -> str:
    """What stands below figures: where they are from, and what to think of them."""
    from influence.scores import CONVENTION

    caveat = f"\n{run.caveat}" if run.caveat else ""
    return f"run {run.id}{in_currency(run)} · {CONVENTION}{caveat}"


def in_currency(run: Run) -> str:
    """What the money of a run is counted in, where that is known, as part of a caption."""
    return f" · amounts in {run.currency}" if run.currency else ""


@click.command()
@click.option("-n", "count", type=click.IntRange(min=0), default=10, show_default=True,
              help="How many customers.")  # fmt: skip
@click.option("--by", default="network_value", show_default=True, help="A score column.")
@options.store
@options.output
@options.common
def top(count: int, by: str, store_url: str | None, form: str | None, quiet: bool) -> None:
    """Show the ranking of the current run.

    \b
    Examples:
      influence top
      influence top -n 25 --by network_value_gross --format csv
    """
    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores()
    columns = {**RANKING, **({} if by in RANKING else {by: by.replace("_", " ")})}
    if f"{by}_se" in scores.table.column_names:
        columns[f"{by}_se"] = "standard error"
    emit(scores.top(count, by).to_pylist(), columns, form, title=f"Top {count} by {by}",
         caption=None if quiet else stamp(scores.run))  # fmt: skip


@click.command()
@options.store
@options.output
@options.common
def runs(store_url: str | None, form: str | None, quiet: bool) -> None:  # noqa: ARG001
    """List the runs with their parameters, status and age.

    \b
    Example:
      influence runs
    """
    from influence.errors import NothingToShow
    from influence.runs import ago

    with options.opened(store_url) as store:
        found = store.runs()
        if not found:
            raise NothingToShow(f"no run in {store.url} yet: `influence run` makes one")
        warn_unfinished(store)
    rows = [{**run.to_dict(), "age": ago(run.started_at)} for run in found]
    columns = {"id": "run", "status": "status", "current": "current", "age": "age",
               "model": "model", "method": "method", "weights": "weights", "kinds": "kinds",
               "networks": "networks", "directions": "directions", "customers": "customers",
               "ties": "ties", "as_of": "as of", "currency": "currency"}  # fmt: skip
    if chosen(form) == "table":
        for row in rows:
            row["directions"] = [f"{kind}={way}" for kind, way in row["directions"].items()]
    emit(rows, columns, form)
