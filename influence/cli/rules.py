"""The options of `check` and `load` that decide about missing, negative and foreign values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli import rates
from influence.cli.options import Command, bundled

if TYPE_CHECKING:
    from influence.tables import Rules


def _words(_: click.Context, __: click.Parameter, given: str | None) -> tuple[str, ...] | None:
    """Return the words between commas; None if the option is not given."""
    if given is None:
        return None
    return tuple(word.strip() for word in given.split(",") if word.strip())


FOR_TABLES = {
    "missing_clv": click.option(
        "--missing-clv",
        type=click.Choice(["error", "zero", "drop"]),
        default="error",
        show_default=True,
        help="A blank in the clv column: refuse it, read it as 0, or give the customer no row.",
    ),
    "add_missing": click.option(
        "--add-missing",
        is_flag=True,
        help="Add customers that occur in other tables only, with clv 0.",
    ),
    "drop_self": click.option(
        "--drop-self",
        is_flag=True,
        help="Drop and count self ties instead of refusing them.",
    ),
    "question": click.option(
        "--question",
        metavar="TEXT",
        help="A survey question whose answers determine the stance, like those to 'recommend'.",
    ),
    "currency": click.option(
        "--currency",
        metavar="CODE",
        help="The currency of all money. Purchases and referrals in other currencies are dropped "
        "and counted, own values in them are not used; --rates converts them instead.",
    ),
    "rates": click.option(
        "--rates",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        callback=rates.read,
        metavar="FILE",
        help="CSV with the columns currency and rate: the value of one unit in --currency.",
    ),
}
"""Field of `Rules` → its option; for tables only."""

FOR_ALL: dict[str, Callable[[Any], Any]] = {
    "null_words": click.option(
        "--null-words",
        metavar="A,B",
        callback=_words,
        help="Read exactly these words as blanks, in every column, and allow all others as ids. "
        "[default: NULL, NA, nan … are refused as ids; '' allows them]",
    ),
    "decimal": click.option(
        "--decimal",
        metavar="CHAR",
        default=".",
        show_default=True,
        help="Decimal mark of numbers in text.",
    ),
    "thousands": click.option(
        "--thousands",
        metavar="CHAR",
        default="",
        help="Mark between groups of three digits.  [default: none]",
    ),
    "currency_sign": click.option(
        "--currency-sign",
        metavar="TEXT",
        multiple=True,
        help="Currency sign before or after numbers; may be repeated.  [default: none]",
    ),
    "merge_ids": click.option(
        "--merge-ids",
        is_flag=True,
        help="Read ids that differ only by case or by the form of Unicode as one customer.  "
        "[default: a note counts them]",
    ),
    "dates": click.option(
        "--dates",
        type=click.Choice(
            ["day-first", "month-first", "year-first", "excel", "seconds", "milliseconds"]
        ),
        help="How dates are written that are not in ISO 8601 (2024-12-31); numbers are days of a "
        "spreadsheet, or seconds or milliseconds since 1970. [default: as each column shows, else "
        "refused]",
    ),
    "negative": click.option(
        "--negative",
        type=click.Choice(["error", "drop", "sentiment"]),
        default="error",
        show_default=True,
        help="A tie with a strength below 0: refuse it, drop and count it, or keep it with the "
        "absolute strength and the sentiment -1.",
    ),
}
"""Field of `Rules` → its option; for tables and edge lists."""


def table_rules(command: Command) -> Command:
    """Add the options for tables to a command, which receives the rules as `given`."""
    return _rules(command, {**FOR_TABLES, **FOR_ALL})


def edge_rules(command: Command) -> Command:
    """Add the options for edge lists; the command's --clv is the value of added customers."""
    return _rules(command, FOR_ALL)


def graph_rules(command: Command) -> Command:
    """Add the options for graphs, whose nodes may have a clv, to a command."""
    return _rules(command, {"missing_clv": FOR_TABLES["missing_clv"], **FOR_ALL})


def _rules(command: Command, options: dict[str, Callable[[Any], Any]]) -> Command:
    def make(fields: dict[str, Any], others: dict[str, Any]) -> Rules:
        from influence.tables import Rules

        if "clv" in others:
            fields |= {"add_missing": others.pop("clv"), "drop_self": True}
        else:
            fields["add_missing"] = 0.0 if fields["add_missing"] else None
        return Rules(**fields)

    return bundled(command, options, "given", make)
