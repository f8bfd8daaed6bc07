"""`triage`: several customers side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from influence.cli import options
from influence.cli.captions import stamp, warn_unfinished
from influence.cli.output import cell, chosen, console, emit, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

WAYS = {
    "clv": "what they spend (CLV)",
    "network_value_gross": "whom to call first (gross)",
    "network_value": "what they are worth (ledger)",
}


@click.command()
@click.argument("customers", nargs=-1, required=True, metavar="CUSTOMER CUSTOMER…")
@options.store
@options.output
@options.common
def triage(
    customers: tuple[str, ...], store_url: str | None, form: str | None, quiet: bool
) -> None:
    """Put customers side by side, the most valuable first, and say where the views differ.

    \b
    Example:
      influence triage C0001 C0002
    """
    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores(customers)
    rows = sorted((scores.row(customer) for customer in customers), key=lambda row: row["rank"])
    if chosen(form) != "table":
        emit(rows, {}, form)
        return
    names = [name for name in scores.table.column_names if name not in {"customer", "run"}]
    sides = [{"figure": name, **{row["customer"]: row[name] for row in rows}} for name in names]
    headings = {"figure": "", **{row["customer"]: row["customer"] for row in rows}}
    out = console()
    show(sides, headings, caption=None if quiet else stamp(scores.run))
    for line in _views(rows):
        out.print(f"  {line}", markup=False)


def _views(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The order of the customers in each view, and where gross or ledger turn CLV round."""
    first = {}
    for name, what in WAYS.items():
        order = sorted(rows, key=lambda row: -row[name])
        first[name] = order[0]
        yield f"{what}: " + ", ".join(f"{cell(row['customer'])} {cell(row[name])}" for row in order)
    spender = first["clv"]
    for name, what in (("network_value_gross", "gross"), ("network_value", "in the ledger")):
        other = first[name]
        if other["clv"] < spender["clv"] and other[name] > spender[name]:
            names = cell(spender["customer"]), cell(other["customer"])
            yield (
                f"by CLV {_compared(*names, spender['clv'], other['clv'])}; {what} "
                f"{_compared(*names, spender[name], other[name])}"
            )


def _compared(one: str, other: str, hers: float, others: float) -> str:
    """How many times as much one is worth as the other; where that says nothing, both figures."""
    if others > 0 and hers >= 0:
        return f"{one} is worth {hers / others:.2g} times what {other} is"
    return f"{one} is worth {cell(hers)} and {other} {cell(others)}"
