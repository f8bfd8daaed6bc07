"""The options of `top`, `export` and `summary` that select customers and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import Command, bundled, comma_separated
from influence.cli.output import say

if TYPE_CHECKING:
    from influence.reports.wanted import Wanted

ids_only = click.option("--ids-only", is_flag=True, help="Leave out names.")


def _all_of(_: click.Context, __: click.Parameter, conditions: tuple[str, ...]) -> str | None:
    """Join several conditions to one that holds where all of them do."""
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return " and ".join(f"({condition})" for condition in conditions)


OPTIONS = {
    "where": click.option(
        "--where",
        metavar="CONDITION",
        multiple=True,
        callback=_all_of,
        help="Only customers who match, such as 'segment = retail and clv < 500': score columns "
        "and the customers' own; = != < <= > >= in (a, b), has a, is blank, and, or, not, "
        "brackets. Put text with blanks in quotes; write dates as YYYY-MM-DD. Of several all hold.",
    ),
    "columns": click.option(
        "--columns",
        multiple=True,
        callback=comma_separated,
        metavar="A,B,C",
        help="These columns in this order: score columns, and the customers' own.",
    ),
    "ascending": click.option("--ascending", is_flag=True, help="Put the smallest value first."),
    "ids_only": ids_only,
}
"""Field of `Wanted` → its option."""


def customer_options(command: Command) -> Command:
    """Add these options to a command, which receives them as `wanted`."""

    def make(own: dict[str, Any], _: dict[str, Any]) -> Wanted:
        from influence.reports.wanted import Wanted

        return Wanted(**own)

    return bundled(command, OPTIONS, "wanted", make)


def say_matched(wanted: Wanted, matched: int, total: int, *, quiet: bool) -> None:
    """Print how many customers match the condition, if there is one."""
    if wanted.where is not None:
        text = f"{matched:,} of {total:,} customers match"
        say(text, "customers_matched", quiet=quiet, matched=matched, customers=total)
