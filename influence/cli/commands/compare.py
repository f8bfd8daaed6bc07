"""`compare`: changes between two runs."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from influence.cli import options
from influence.cli.customer_options import ids_only
from influence.cli.output import emit, output_format, say, warn
from influence.headings import headings

if TYPE_CHECKING:
    import pyarrow as pa

    from influence.store import Store

COLUMNS = {
    "customer": "customer",
    "name": "name",
    "change": "change",
    "network_value_before": "before",
    "network_value_after": "after",
    "rank_before": "rank before",
    "rank_after": "rank after",
}


@click.command()
@click.argument("before")
@click.argument("after")
@click.option("-n", "count", type=click.IntRange(min=0), default=10, show_default=True,
              help="How many customers a table shows; JSON and CSV have all.")  # fmt: skip
@click.option("--why", "split", is_flag=True,
              help="Split the change of the totals by what changed.")  # fmt: skip
@click.option("--customer", metavar="CUSTOMER", help="Split the change of one customer, by id.")
@click.option("--before-store", "earlier_url", metavar="URL",
              help="Another store with the run BEFORE and its input, such as a copy of the "
              "directory, for --why and --customer where this store does not keep it.")  # fmt: skip
@ids_only
@options.store
@options.output
@options.common
def compare(
    before: str,
    after: str,
    count: int,
    split: bool,
    customer: str | None,
    earlier_url: str | None,
    ids_only: bool,
    store_url: str | None,
    form: str | None,
    quiet: bool,
) -> None:
    """Show what changed between two runs, the largest change of network value first.

    A run is named by its id, or as latest (or current) and previous.

    \b
    Examples:
      influence compare previous latest
      influence compare previous latest --why
      influence compare previous latest --customer C0042
      influence compare 20241230-020000-1a2b3c 20241231-020000-4d5e6f
    """
    from influence.reports.compare import currencies, currencies_differ
    from influence.runs import named

    with options.opened(store_url) as store:
        known = store.runs()
        before, after = named(known, before), named(known, after)
        paid_in = currencies(known, {before, after})
        differ = currencies_differ(paid_in)
        if differ:
            warn(differ, "currencies_differ")
        money = f" in {paid_in[0]}" if len(paid_in) == 1 else ""
        title = f"{{}}{money}, {before} → {after}"
        if split or customer:
            parts = _parts(store, before, after, earlier_url, customer)
            if parts is not None:
                _show_parts(parts, customer, form, title, quiet=quiet)
                return
        _show_changes(store, before, after, count, customer, form, title,
                      ids_only=ids_only, quiet=quiet)  # fmt: skip


def _parts(
    store: Store, before: str, after: str, earlier_url: str | None, customer: str | None
) -> pa.Table | None:
    """Return the parts of the change; None, with a warning, if an input is not there any more."""
    from influence.customer.names import require_visible
    from influence.errors import NothingToShow
    from influence.reports.why_runs import not_in_parts, why_runs

    if customer is not None:
        require_visible(store, customer)
    with ExitStack() as opened:
        earlier = opened.enter_context(options.opened(earlier_url)) if earlier_url else None
        try:
            parts = why_runs(store, before, after, earlier)
        except NothingToShow as error:
            text = f"{error}; the change is not split (--before-store names a store that has it)"
            warn(text, "input_not_there")
            return None
        rest = not_in_parts(parts, (earlier or store).figures(before), store.figures(after))
    if rest:
        text = (
            f"the parts describe figures that were computed again; they leave out changes of "
            f"{rest:,.2f} in the recorded figures, since a customer was forgotten or another "
            "version of this software computed them"
        )
        warn(text, "figures_differ", amount=rest)
    return parts


def _show_parts(
    parts: pa.Table, customer: str | None, form: str | None, title: str, *, quiet: bool
) -> None:
    from influence.reports.why import of_customer, totals

    shown = totals(parts) if customer is None else of_customer(parts, customer)
    what = "Change of the totals" if customer is None else f"Change of customer {customer}"
    columns = headings(name for name in shown.column_names if name != "influence_active")
    if customer is not None:
        columns["network_value_gross"] = "gross"  # fits 80 columns
    rows = shown.to_pylist()
    if output_format(form) == "table":  # rounding errors would show as -0.00
        rows = [{k: round(v, 2) + 0.0 if isinstance(v, float) else v for k, v in row.items()}
                for row in rows]  # fmt: skip
    emit(rows, columns, form, title=title.format(what))
    change = round(sum(shown["network_value"].to_pylist()), 2) + 0.0
    text = f"the parts add up to a change of {change:+,.2f} in network value"
    say(text, "compared", quiet=quiet, change=change)


def _show_changes(
    store: Store,
    before: str,
    after: str,
    count: int,
    customer: str | None,
    form: str | None,
    title: str,
    *,
    ids_only: bool,
    quiet: bool,
) -> None:
    import pyarrow.compute as pc

    from influence.customer.names import names_of, with_names
    from influence.reports.compare import compare_figures, differing

    changes = compare_figures(store.figures(before), store.figures(after))
    if customer:
        changes = changes.filter(pc.equal(changes["customer"], customer))
    moved = changes.filter(differing(changes))
    shown = moved.slice(0, count) if output_format(form) == "table" else moved
    names = {} if ids_only else names_of(store, shown["customer"].to_pylist())
    columns = {name: words for name, words in COLUMNS.items() if names or name != "name"}
    rows = with_names(shown.to_pylist(), names)
    emit(rows, columns, form, title=title.format("Network value"))
    text = f"{len(moved):,} of {len(changes):,} customers changed"
    say(text, "compared", quiet=quiet, changed=len(moved), customers=len(changes))
