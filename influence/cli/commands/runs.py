"""`runs`: list the runs of a store."""

from __future__ import annotations

import click

from influence.cli import options
from influence.cli.captions import warn_unfinished
from influence.cli.output import emit, output_format

COLUMNS = {
    "id": "run",
    "status": "status",
    "current": "current",
    "age": "age",
    "customers": "customers",
    "ties": "ties",
    "model": "model",
    "weights": "weights",
    "method": "method",
    "directions": "directions",
    "kinds": "kinds",
    "networks": "networks",
    "as_of": "as of",
    "currency": "currency",
}


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
    if output_format(form) == "table":
        for row in rows:
            row["directions"] = [f"{kind}={way}" for kind, way in row["directions"].items()]
    used = {name: words for name, words in COLUMNS.items() if any(row[name] for row in rows)}
    emit(rows, used, form)
