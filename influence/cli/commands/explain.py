"""`explain`: one customer in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from influence.cli import options
from influence.cli.captions import in_currency, warn_unfinished
from influence.cli.output import cell, chosen, console, emit, emit_json, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from influence.customer.explain import Explanation
    from influence.runs import Run

TABLE_LIMIT = 10


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
    from influence.customer.explain import tell

    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores([customer])
        scores.row(customer)  # an unknown customer is known before her circles are searched
        story = tell(scores, customer, store.neighbourhood(customer, scores.run))
    if chosen(form) == "json":
        emit_json(story.to_dict(limit))
    elif chosen(form) == "csv":
        emit(story.contributors.slice(0, limit).to_pylist(), {}, form)
    else:
        _tell(story, scores.run, TABLE_LIMIT if limit is None else limit, quiet=quiet)


def _tell(story: Explanation, run: Run, limit: int, *, quiet: bool) -> None:
    from influence.scores import CONVENTION

    figures, out = story.figures, console()
    # Ids are printed as they are: markup in them is not ours.
    plain: dict[str, Any] = {"markup": False}
    amount = {name: cell(value) for name, value in figures.items()}
    out.print(f"\n{amount['customer']}{in_currency(run)}", style="bold", **plain)
    for line in _paragraph(story, amount):
        out.print(f"  {line}", **plain)
    steps = {"distance": "distance", "weight": "weight", "people": "people",
             "value": "their value", "influence": "influence"}  # fmt: skip
    show(story.by_distance, steps, title="Her circles")
    people = story.contributors.slice(0, limit).to_pylist()
    for person in people:
        person["customer"] = person["customer"] or f"({person['people']:,} not profiled, together)"
    columns = {"customer": "customer", "distance": "distance", "through": "through",
               "clv": "clv", "contribution": "contribution"}  # fmt: skip
    more = len(story.contributors) - len(people)
    caption = f"and {more:,} more · {CONVENTION}" if more > 0 else CONVENTION
    title = "Who carries her influence"
    show(people, columns, title=title, caption=None if quiet else caption)


def _paragraph(story: Explanation, amount: dict[str, str]) -> Iterator[str]:
    """Her figures in sentences; of what she has none, nothing is said."""
    figures = story.figures
    yield f"rank {amount['rank']} by network value, {amount['clv_rank']} by CLV"
    to_referrer = f", {amount['referral_taken']} to her referrer" * (figures["referral_taken"] > 0)
    yield (
        f"CLV {amount['clv']}: keeps {amount['own_kept']}, {amount['credit_given']} is credited to "
        f"those who influence her{to_referrer}"
    )
    yield f"credited with {amount['credit_received']} of others' value"
    yield (
        f"network value {amount['network_value']} (ledger), {amount['network_value_gross']} gross "
        "with all of her influence and referrals"
    )
    if story.caveat:
        yield f"these figures are {story.caveat}; her circles are exact"
    if story.referred_by is not None:
        yield f"came through {cell(story.referred_by)}"
    if figures["crv"] or figures["referral_value"] or story.referrals:
        brought = [cell(row["customer"]) for row in story.referrals]
        more = f" and {len(brought) - TABLE_LIMIT} more" * (len(brought) > TABLE_LIMIT)
        whom = ", ".join(brought[:TABLE_LIMIT]) or "customers"
        yield (
            f"brought {whom}{more}: CRV {amount['crv']} (her whole tree "
            f"{amount['referral_tree_value']}), {amount['referral_value']} in the ledger"
        )
    if figures["sentiment"] is not None:
        yield (
            f"{amount['stance']} (sentiment {figures['sentiment']:+g}): "
            f"her influence counts {figures['influence_signed']:+,.2f}"
        )
    if figures["pressure"] or figures["value_at_risk"]:
        yield (
            f"others press on her with {figures['pressure']:+.2f}; "
            f"{amount['value_at_risk']} of her own value is at risk"
        )
