"""`explain`: one customer in detail."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli import options
from influence.cli.bars import COLUMN, with_bars
from influence.cli.captions import in_currency, warn_unfinished
from influence.cli.customer_options import ids_only
from influence.cli.output import emit, emit_json, output_format, say
from influence.cli.tables import cell, print_lines, show

if TYPE_CHECKING:
    from influence.customer.explain import Explanation
    from influence.runs import Run

BARS = "-"
"""The value of --picture without a file."""
WIDEST_BAR = 30
"""In characters; fits 80 columns beside the parts and amounts."""
TABLE_LIMIT = 10
"""Contributors and referrals that a table shows."""

TIERS = {"ambassador": "Ambassador", "critical_detractor": "critical detractor"}
Names = Mapping[str, str]


def _picture(_: click.Context, __: click.Parameter, value: str | None) -> Path | str | None:
    """Refuse a file that is no picture, before anything is computed."""
    from influence.errors import UsageError
    from influence.report_page.picture import checked_suffix

    if value is None or value == BARS:
        return value
    try:
        checked_suffix(Path(value))
    except UsageError:
        raise click.BadParameter(
            f"{value!r} was read as the file of the picture, which ends in .svg, .png or .html; "
            f"for a customer of this id, write `explain {shlex.quote(value)} --picture`"
        ) from None
    return Path(value)


@click.command()
@click.argument("customer")
@click.option("--limit", type=click.IntRange(min=0), help="Largest number of contributors.")
@click.option(
    "--picture",
    is_flag=False,
    flag_value=BARS,
    callback=_picture,
    metavar="[FILE]",
    help="Draw the customer as well: into a file that ends in .svg, .png or .html (needs the extra "
    "`report`), or without FILE as bars in the table.",
)
@ids_only
@options.store
@options.output
@options.common
def explain(
    customer: str,
    limit: int | None,
    picture: Path | str | None,
    ids_only: bool,
    store_url: str | None,
    form: str | None,
    quiet: bool,
) -> None:
    """Explain the figures of one customer: value by distance, the largest contributions to
    influence, and the split in the ledger.

    CUSTOMER is an id, or a name that only one customer has.

    \b
    Examples:
      influence explain C0001
      influence explain "Selin Kim" --limit 5
      influence explain C0001 --picture C0001.svg
      influence explain C0001 --picture
    """
    from influence.customer.explain import SHOWN, explanation, scores_of
    from influence.customer.names import names_of, with_names

    bars = picture == BARS
    if bars and form in {"json", "csv"}:
        raise click.UsageError(f"--picture without a file and --format {form} exclude each other")
    wanted = "table" if bars else output_format(form)
    if wanted == "table" and limit is None:
        limit = TABLE_LIMIT
    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores, (found,) = scores_of(store, [customer])
        explained = explanation(scores, found, store.neighbourhood(found, scores.run))
        drawn = limit is not None and isinstance(picture, Path)
        looked_up = max(limit or 0, SHOWN) if drawn else limit
        names = {} if ids_only else names_of(store, explained.mentioned(looked_up))
    if isinstance(picture, Path):
        _write(replace(explained, names=names), picture, quiet=quiet)
    contributors = with_names(explained.contributors.slice(0, limit).to_pylist(), names)
    if wanted == "json":
        (figures,) = with_names([explained.to_dict(0)], names)
        referrals = with_names(explained.referrals, names)
        emit_json({**figures, "contributors": contributors, "referrals": referrals})
    elif wanted == "csv":
        emit(contributors, {}, form)
    else:
        _show(explained, contributors, names, scores.run, bars=bars, quiet=quiet)


def _show(
    explained: Explanation,
    contributors: list[dict[str, Any]],
    names: Names,
    run: Run,
    *,
    bars: bool,
    quiet: bool,
) -> None:
    from influence.customer.explain import labelled

    customer = _called(explained.figures["customer"], names)
    print_lines(f"\n{customer}{in_currency(run)}", style="bold")
    for line in _sentences(explained, names):
        print_lines(line, indent=2)
    if bars:
        _show_parts(explained)
    steps = {"distance": "distance", "weight": "weight", "people": "people",
             "value": "their value", "influence": "influence"}  # fmt: skip
    show(explained.by_distance, steps, title="Distance shells")
    columns = {"customer": "customer", **({"name": "name"} if names else {}),
               "contribution": "contribution", "clv": "CLV", "distance": "distance",
               "through": "through"}  # fmt: skip
    more = len(explained.contributors) - len(contributors)
    caption = f"and {more:,} more · {run.convention}" if more > 0 else run.convention
    title = "Largest contributions to influence"
    rows = labelled(contributors)
    if bars:
        rows = with_bars(rows, "contribution")
        columns = {**columns, COLUMN: ""}
    show(rows, columns, title=title, caption=None if quiet else caption)


def _show_parts(explained: Explanation) -> None:
    """Show what the gross network value consists of, each part where the one before ends."""
    from influence.customer.parts import gross_parts, value_sums

    rows, end = [], 0.0
    for part, amount in gross_parts(explained.figures).items():
        rows.append({"part": part, "amount": amount, "begin": end, "end": end + amount})
        end += amount
    for part, amount in value_sums(explained.figures).items():
        rows.append({"part": part, "amount": amount, "begin": 0.0, "end": amount})
    drawn = with_bars(rows, "end", "begin", WIDEST_BAR)
    show(drawn, {"part": "", "amount": "amount", COLUMN: ""}, title="What the value consists of")


def _write(explained: Explanation, path: Path, *, quiet: bool) -> None:
    from influence.report_page.picture import write_picture

    size = write_picture(explained, path).stat().st_size
    text = f"{path}: a picture of {explained.figures['customer']}, {size / 1e3:,.0f} kB"
    say(text, "file_written", quiet=quiet, file=str(path), bytes=size)


def _called(customer: str, names: Names) -> str:
    return cell(f"{customer} {names[customer]}" if customer in names else customer)


def _sentences(explained: Explanation, names: Names) -> Iterator[str]:
    """Yield the figures in sentences, without those that are absent."""
    figures = explained.figures
    amount = {name: cell(value) for name, value in figures.items()}
    yield f"rank {amount['rank']} by network value, {amount['clv_rank']} by CLV"
    to_referrer = f", {amount['referral_taken']} to the referrer" * (figures["referral_taken"] > 0)
    yield (
        f"CLV {amount['clv']}: {amount['own_kept']} is kept, {amount['credit_given']} is credited "
        f"to those who influence this customer{to_referrer}"
    )
    yield f"credited with {amount['credit_received']} of others' value"
    yield (
        f"network value {amount['network_value']} (ledger), gross network value "
        f"{amount['network_value_gross']} (with all influence and referrals)"
    )
    if "rank_low" in figures:
        yield (
            f"network value between {amount['network_value_low']} and "
            f"{amount['network_value_high']}, rank between {amount['rank_low']} and "
            f"{amount['rank_high']} (95 %)"
        )
    yield from _social(figures, amount)
    if explained.caveat:
        yield f"these figures are {explained.caveat}; the distance shells are exact"
    yield from _referrals(explained, names, amount)
    if figures["sentiment"] is not None:
        yield (
            f"{amount['stance']} (sentiment {figures['sentiment']:+g}): "
            f"signed influence {figures['influence_signed']:+,.2f}"
        )
    if figures["pressure"] or figures["value_at_risk"]:
        yield (
            f"pressure from others {figures['pressure']:+.2f}; "
            f"{amount['value_at_risk']} of the CLV is at risk"
        )


def _social(figures: Mapping[str, Any], amount: Mapping[str, str]) -> Iterator[str]:
    """Yield sentences about the customer's acts and ties; nothing where nothing is known."""
    if figures.get("influence_active"):
        yield (
            f"active influence {amount['influence_active']} (along ties on which they acted), "
            f"passive {amount['influence_passive']}"
        )
    if figures.get("service_value"):
        yield f"answers to other customers saved {amount['service_value']} of service costs"
    if figures.get("weak_tie_value"):
        yield (
            f"weak ties carry {amount['weak_tie_value']}; constraint {figures['constraint']:.2f}, "
            f"effective size {figures['effective_size']:.1f}"
        )
    if figures.get("roles"):
        yield f"roles: {cell(figures['roles'].replace('_', ' '))}"
    if figures.get("social_percentile") is not None:
        tier = f", {TIERS[figures['tier']]}" if figures["tier"] else ""
        yield (
            f"score card: {figures['quadrant']}{tier}; social percentile "
            f"{figures['social_percentile']:.0f}, financial {figures['financial_percentile']:.0f} "
            f"({figures['coverage']:.0%} of the card is known)"
        )


def _referrals(explained: Explanation, names: Names, amount: Mapping[str, str]) -> Iterator[str]:
    """Yield sentences about the referrer and the referred customers."""
    if explained.referred_by is not None:
        yield f"referred by {_called(explained.referred_by, names)}"
    if explained.figures["crv"] or explained.figures["referral_value"] or explained.referrals:
        referred = [_called(row["customer"], names) for row in explained.referrals]
        more = f" and {len(referred) - TABLE_LIMIT:,} more" * (len(referred) > TABLE_LIMIT)
        customers = ", ".join(referred[:TABLE_LIMIT]) or "customers"
        yield (
            f"referred {customers}{more}: CRV {amount['crv']} (whole tree of referrals "
            f"{amount['referral_tree_value']}), {amount['referral_value']} in the ledger"
        )
