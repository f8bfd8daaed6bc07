"""`triage`: show several customers side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from influence.cli import options
from influence.cli.captions import run_caption, warn_unfinished
from influence.cli.customer_options import ids_only
from influence.cli.output import emit, output_format
from influence.cli.side_by_side import called, show_side_by_side
from influence.cli.tables import cell, print_lines

if TYPE_CHECKING:
    from influence.customer.triage import Reversal, Triage

VIEWS = {
    "clv": "what they spend (CLV)",
    "network_value_gross": "whom to call first (gross network value)",
    "network_value": "their value in the ledger (network value)",
}
LEFT_OUT = {"customer", "run"}
IN_VIEW = {"network_value_gross": "by gross network value", "network_value": "by network value"}


@click.command()
@click.argument("customers", nargs=-1, required=True, metavar="CUSTOMER CUSTOMER…")
@ids_only
@options.store
@options.output
@options.common
def triage(
    customers: tuple[str, ...],
    ids_only: bool,
    store_url: str | None,
    form: str | None,
    quiet: bool,
) -> None:
    """Show customers side by side, the most valuable first, and where the views differ.

    A customer is an id, or a name that only one customer has.

    \b
    Examples:
      influence triage C0001 C0002
      influence triage "Selin Kim" C0002
    """
    from influence.customer.names import names_of, with_names
    from influence.customer.triage import triage as compared

    with options.opened(store_url) as store:
        warn_unfinished(store)
        found = compared(store, customers)
        names = {} if ids_only else names_of(store, [row["customer"] for row in found.rows])
    if output_format(form) != "table":
        emit(with_names(found.rows, names), {}, form)
        return
    figures = [name for name in found.scores.table.column_names if name not in LEFT_OUT]
    show_side_by_side(found.rows, figures, names)
    for line in _lines(found, names):
        print_lines(line, indent=2)
    if not quiet:
        print_lines(run_caption(found.scores.run), style="dim")


def _lines(found: Triage, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the order of the customers in each view, and where a view reverses that by CLV."""
    for view, what in VIEWS.items():
        order = (
            f"{cell(called(row['customer'], names))} {cell(row[view])}" for row in found.order(view)
        )
        yield f"{what}: {', '.join(order)}"
    for reversal in found.reversals():
        yield _reversed(reversal, names)


def _reversed(reversal: Reversal, names: Mapping[str, str]) -> str:
    one, other = (cell(called(key, names)) for key in (reversal.by_clv, reversal.by_view))
    return (
        f"by CLV {_compared(one, other, reversal.clv)}; {IN_VIEW[reversal.view]} "
        f"{_compared(one, other, reversal.value)}"
    )


def _compared(one: str, other: str, values: tuple[float, float]) -> str:
    """Return the ratio of two values, or both values if the ratio has no meaning."""
    first, second = values
    if second > 0 and first >= 0:
        return f"{one} has {first / second:.2g} times the value of {other}"
    return f"{one} has {cell(first)} and {other} {cell(second)}"
