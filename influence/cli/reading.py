"""The options of `check` and `load` that set the file format."""

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
        help="Separator of cells: a character, or comma, semicolon, tab, pipe, blank. "
        "[default: the one that gives every row the same number of cells]",
    ),
    "encoding": click.option(
        "--encoding",
        metavar="NAME",
        help="Encoding, such as cp1252. [default: UTF-8, or UTF-16 with a byte order mark]",
    ),
    "columns": click.option(
        "--columns",
        metavar="A,B,C",
        callback=_names,
        help="Names of the columns of a single file, in order; - for a column that is not used.",
    ),
    "header": click.option(
        "--header/--no-header",
        default=None,
        help="Whether the first row is a header. [default: yes in tables; detected in edge lists]",
    ),
    "comments": click.option(
        "--comments/--no-comments",
        default=None,
        help="Whether lines that begin with # or % are comments. [default: only before the first "
        "row]",
    ),
    "quotes": click.option(
        "--no-quotes",
        "quotes",
        flag_value=False,
        default=True,
        type=bool,
        help="Treat quotation marks as ordinary characters.",
    ),
    "sheet": click.option("--sheet", metavar="NAME", help="Sheet of a workbook."),
}
"""Field of `Reading` → its option."""


def reading_options(command: Command) -> Command:
    """Add these options to a command, which receives them as `reading`."""

    def make(own: dict[str, Any], _: dict[str, Any]) -> Reading:
        from influence.loaders.text import Reading

        return Reading(**own)

    return bundled(command, OPTIONS, "reading", make)
