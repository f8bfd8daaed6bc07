"""The options of `check` and `load` that say how files are to be read."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def _names(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",")) if value else ()


OPTIONS = {
    "separator": click.option(
        "--separator",
        metavar="MARK",
        help="What separates cells: a character, or comma, semicolon, tab, pipe, blank. "
        "[default: what gives every row the same number of cells]",
    ),
    "encoding": click.option(
        "--encoding",
        metavar="NAME",
        help="Such as cp1252. [default: UTF-8, or UTF-16 where a mark says so]",
    ),
    "columns": click.option(
        "--columns",
        metavar="A,B,C",
        callback=_names,
        help="What the columns of the one file are called, in their order; - is not used.",
    ),
    "header": click.option(
        "--header/--no-header",
        default=None,
        help="Whether the first row holds names. [default: in tables; in edge lists what it "
        "looks like]",
    ),
    "comments": click.option(
        "--comments/--no-comments",
        default=None,
        help="Whether lines that begin with # or % are comments. [default: before the first row]",
    ),
    "quotes": click.option(
        "--no-quotes",
        "quotes",
        flag_value=False,
        default=True,
        type=bool,
        help="Quotation marks are characters like any other.",
    ),
    "sheet": click.option("--sheet", metavar="NAME", help="Which sheet of a workbook."),
}
"""By the field of `Reading` that each one fills."""


def reading_options(command: Command) -> Command:
    """Give a command these options, and hand it what they make as `reading`."""

    @functools.wraps(command)
    def with_reading(**values: Any) -> Any:
        from influence.loaders.text import Reading

        return command(reading=Reading(**{name: values.pop(name) for name in OPTIONS}), **values)

    for option in reversed(OPTIONS.values()):
        with_reading = option(with_reading)
    return with_reading  # type: ignore[return-value]  # as click's own decorators
