"""The options of `check` and `load` that say what to do with input that is no outright fault."""

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
    """Words between commas; None where the option was not given."""
    if given is None:
        return None
    return tuple(word.strip() for word in given.split(",") if word.strip())


FOR_TABLES = {
    "missing_clv": click.option(
        "--missing-clv",
        type=click.Choice(["error", "zero", "drop"]),
        default="error",
        show_default=True,
        help="A blank in the clv column: refuse it, take it as 0, or give the customer no row.",
    ),
    "add_missing": click.option(
        "--add-missing", is_flag=True, help="Add customers that only other tables name, with clv 0."
    ),
    "drop_self": click.option(
        "--drop-self",
        is_flag=True,
        help="Drop and count ties with oneself instead of refusing them.",
    ),
    "question": click.option(
        "--question",
        metavar="TEXT",
        help="The survey question that tells advocates from detractors, besides 'recommend'.",
    ),
    "currency": click.option(
        "--currency",
        metavar="CODE",
        help="The currency of all money: drop and count purchases and referrals in others, and "
        "leave out own values in others, or convert them with --rates.",
    ),
    "rates": click.option(
        "--rates",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        callback=rates.read,
        metavar="FILE",
        help="CSV with columns currency and rate: what one unit of each is in --currency.",
    ),
}
"""By the field of `Rules` that each one fills. What edge lists settle in their own way."""

FOR_ALL: dict[str, Callable[[Any], Any]] = {
    "null_words": click.option(
        "--null-words",
        metavar="A,B",
        callback=_words,
        help="Take exactly these words as blanks, in every column, and no others as a missing id. "
        "[default: NULL, NA, nan … are refused as ids; '' allows them]",
    ),
    "decimal": click.option(
        "--decimal",
        metavar="CHAR",
        default=".",
        show_default=True,
        help="The decimal mark of numbers in text.",
    ),
    "thousands": click.option(
        "--thousands",
        metavar="CHAR",
        default="",
        help="The mark between their groups of three digits.  [default: none]",
    ),
    "currency_sign": click.option(
        "--currency-sign",
        metavar="TEXT",
        multiple=True,
        help="A currency sign before or after them; may be repeated.  [default: none]",
    ),
    "negative": click.option(
        "--negative",
        type=click.Choice(["error", "drop", "sentiment"]),
        default="error",
        show_default=True,
        help="A tie with a strength below 0: refuse it, drop and count it, or keep it without the "
        "sign and with sentiment -1.",
    ),
}
"""Likewise, what tables and edge lists share."""


def table_rules(command: Command) -> Command:
    """Give a command the options for tables, and hand it the rules that they make as `given`."""
    return _rules(command, {**FOR_TABLES, **FOR_ALL})


def edge_rules(command: Command) -> Command:
    """Likewise, with the options for edge lists and --clv, what customers who are added get."""
    return _rules(command, FOR_ALL)


def _rules(command: Command, options: dict[str, Callable[[Any], Any]]) -> Command:
    def make(fields: dict[str, Any], others: dict[str, Any]) -> Rules:
        from influence.tables import Rules

        if "clv" in others:
            fields |= {"add_missing": others.pop("clv"), "drop_self": True}
        else:
            fields["add_missing"] = 0.0 if fields["add_missing"] else None
        return Rules(**fields)

    return bundled(command, options, "given", make)
