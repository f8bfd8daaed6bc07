"""The options of `check` and `load` that say how files are to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import Command, bundled

if TYPE_CHECKING:
    from influence.loaders.text import Reading


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

    def make(own: dict[str, Any], _: dict[str, Any]) -> Reading:
        from influence.loaders.text import Reading

        return Reading(**own)

    return bundled(command, OPTIONS, "reading", make)
