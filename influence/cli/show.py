"""`top`, `explain`, `triage`, `runs`: what a run found, for a person or a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from influence.cli import options
from influence.cli.output import cell, chosen, console, emit, emit_json, table, warn

if TYPE_CHECKING:
    from influence.explain import Explanation
    from influence.store import Store

RANKING = {
    "rank": "rank",
    "customer": "customer",
    "network_value": "network value",
    "clv": "clv",
    "clv_rank": "rank by clv",
    "influence": "influence",
    "network_value_gross": "gross",
}
TABLE_LIMIT = 10


def warn_unfinished(store: Store) -> None:
    """Say so where a write-back began and did not end."""
    from influence.store.protocol import unfinished

    run = unfinished(store.runs())
    if run is not None:
        warn(
            f"the write-back of run {run.id} is unfinished: some customers may show its "
            "figures already; repeating `influence run` completes it"
        )


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
    from influence.scores import CONVENTION

    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores()
    columns = {**RANKING, **({} if by in RANKING else {by: by})}
    emit(scores.top(count, by).to_pylist(), columns, form, title=f"Top {count} by {by}",
         caption=None if quiet else f"run {scores.run.id} · {CONVENTION}")  # fmt: skip


@click.command()
@click.argument("customers", nargs=-1, required=True, metavar="CUSTOMER CUSTOMER…")
@options.store
@options.output
@options.common
def triage(
    customers: tuple[str, ...], store_url: str | None, form: str | None, quiet: bool
) -> None:
    """Put customers side by side, the most valuable first.

    \b
    Example:
      influence triage C0001 C0002
    """
    from influence.scores import CONVENTION

    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores()
    rows = sorted((scores.row(customer) for customer in customers), key=lambda row: row["rank"])
    if chosen(form) != "table":
        emit(rows, {}, form)
        return
    names = [name for name in scores.table.column_names if name not in {"customer", "run"}]
    sides = [{"figure": name, **{row["customer"]: row[name] for row in rows}} for name in names]
    headings = {"figure": "", **{row["customer"]: row["customer"] for row in rows}}
    console().print(table(sides, headings, caption=None if quiet else CONVENTION))


@click.command()
@click.argument("customer")
@click.option("--limit", type=click.IntRange(min=0), help="At most so many contributors.")
@options.store
@options.output
@options.common
def explain(
    customer: str, limit: int | None, store_url: str | None, form: str | None, quiet: bool
) -> None:
    """Tell one customer's story: value by distance, who carries it, what is kept and given.

    \b
    Example:
      influence explain C0001
    """
    from influence.explain import explain as explained

    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores()
        scores.row(customer)  # an unknown customer is known before the network is built
        story = explained(store.tables(), scores, customer)
    if story.stale:
        warn("the data changed since this run; repeat `influence run`")
    if chosen(form) == "json":
        emit_json(story.to_dict(limit))
    elif chosen(form) == "csv":
        emit(story.contributors.slice(0, limit).to_pylist(), {}, form)
    else:
        _tell(story, TABLE_LIMIT if limit is None else limit, quiet=quiet)


def _tell(story: Explanation, limit: int, *, quiet: bool) -> None:
    from influence.scores import CONVENTION

    figures, out = story.figures, console()
    # Ids are printed as they are: markup in them is not ours.
    show: dict[str, Any] = {"markup": False}
    amount = {name: cell(value) for name, value in figures.items()}
    out.print(f"\n{amount['customer']}", style="bold", **show)
    out.print(
        f"  rank {amount['rank']} by network value, {amount['clv_rank']} by CLV\n"
        f"  CLV {amount['clv']}: keeps {amount['own_kept']}, "
        f"{amount['credit_given']} is credited to those who influence her\n"
        f"  credited with {amount['credit_received']} of others' value\n"
        f"  network value {amount['network_value']} (ledger), "
        f"{amount['network_value_gross']} gross with all of her influence",
        **show,
    )
    steps = {"distance": "distance", "weight": "weight", "people": "people",
             "value": "their value", "influence": "influence"}  # fmt: skip
    out.print(table(story.by_distance, steps, title="Her circles"))
    people = story.contributors.slice(0, limit).to_pylist()
    columns = {"customer": "customer", "distance": "distance", "through": "through",
               "clv": "clv", "contribution": "contribution"}  # fmt: skip
    more = len(story.contributors) - len(people)
    caption = f"and {more:,} more · {CONVENTION}" if more > 0 else CONVENTION
    title = "Who carries her influence"
    out.print(table(people, columns, title=title, caption=None if quiet else caption))


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
               "model": "model", "weights": "weights", "kinds": "kinds", "networks": "networks",
               "directions": "directions", "customers": "customers", "ties": "ties"}  # fmt: skip
    if chosen(form) == "table":
        for row in rows:
            row["directions"] = [f"{kind}={way}" for kind, way in row["directions"].items()]
    emit(rows, columns, form)
