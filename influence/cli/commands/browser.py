"""`browser`: write a style, saved queries and a guide for the Neo4j Browser."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli import options
from influence.cli.output import say

if TYPE_CHECKING:
    from influence.browser import Examples


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--serve", "served", is_flag=True,
              help="Serve the files to the Browser from this machine until Ctrl-C.")  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65535), default=0,
              help="Port of --serve. [default: a free one]")  # fmt: skip
@options.store
@options.common
def browser(directory: Path, served: bool, port: int, store_url: str | None, quiet: bool) -> None:
    """Write a style, saved queries and a guide for the Neo4j Browser into DIRECTORY.

    The queries contain ids of customers of the store's current run; without a store or a run they
    contain a placeholder. Drag the style and the queries onto the Browser. It loads guides from an
    address only, which --serve provides.

    \b
    Examples:
      influence browser my-browser --store bolt://localhost:7687
      influence browser my-browser --store bolt://localhost:7687 --serve
    """
    from influence.browser import write
    from influence.browser.bundle import FAVORITES, STYLE

    examples = _examples(store_url)
    for path in write(directory, examples):
        say(str(path), "file_written", quiet=quiet, file=str(path))
    if examples.figures is None:
        text = "the store has no scores, so the queries contain a placeholder for an id"
        say(text, "no_customer_known", quiet=quiet)
    drag = " and ".join((FAVORITES,) if served else (STYLE, FAVORITES))
    say(f"drag {drag} onto the window of the Neo4j Browser", "what_next", quiet=quiet)
    if served:
        _serve(directory, port, quiet=quiet)


def _serve(directory: Path, port: int, *, quiet: bool) -> None:
    from influence.browser import serve as file_server
    from influence.errors import UsageError

    try:
        listening = file_server.listen(port)
    except OSError as error:
        raise UsageError(f"--port {port}: {error.strerror}") from error
    port = listening.getsockname()[1]
    text = "then run these lines in it while this command runs (Ctrl-C ends it):"
    say(text, "serving", quiet=quiet, port=port)
    for command in file_server.commands(port):
        click.echo(f":{command}")
    with file_server.server(directory, listening) as server, suppress(KeyboardInterrupt):
        server.serve_forever()


def _examples(store_url: str | None) -> Examples:
    from influence.browser import Examples
    from influence.errors import NothingToShow

    try:
        with options.opened(store_url) as store:
            return Examples.of(store.scores(), store.customers())
    except NothingToShow:
        return Examples()
