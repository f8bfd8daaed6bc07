"""`query`: run a query of the analysts' library, or list them."""

from __future__ import annotations

import click

from influence.cli import options
from influence.cli.captions import warn_unfinished
from influence.cli.output import emit, say
from influence.headings import headings


@click.command()
@click.argument("name", required=False)
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE", help="May be repeated.")
@options.store
@options.output
@options.common
def query(
    name: str | None,
    params: tuple[str, ...],
    store_url: str | None,
    form: str | None,
    quiet: bool,
) -> None:
    """Run a query of the analysts' library; without a name, list the queries.

    Both stores return the same rows. Only `picture`, which draws a graph, needs Neo4j.

    \b
    Examples:
      influence query
      influence query three-degrees --param customer=C0001
    """
    from influence import queries

    if name is None:
        _list(form)
        return
    found = queries.explore(name)
    if name in queries.RENAMED:
        now = queries.RENAMED[name]
        say(f"query {name} is now called {now}", "query_renamed", quiet=quiet, name=name, now=now)
    parameters = {parameter.name: parameter for parameter in found.parameters}
    given = {}
    for text in params:
        key, separator, value = text.partition("=")
        if not separator:
            raise click.BadParameter(f"{text!r} is not KEY=VALUE", param_hint="--param")
        given[key] = parameters[key].parse(value) if key in parameters else value
    found.bind(given)  # reports invalid parameters before the store is opened
    with options.opened(store_url) as store:
        if found.needs_run:
            warn_unfinished(store)
        columns, rows = store.query(found, **given)
    emit(rows, headings(columns), form)


def _list(form: str | None) -> None:
    from influence import queries

    rows = [
        {
            "name": query.name.removeprefix(queries.EXPLORE),
            "title": query.title,
            "parameters": [
                p.name if p.default is None else f"{p.name}={p.default}" for p in query.parameters
            ],
            "doc": query.doc,
        }
        for query in queries.library().values()
        if query.name.startswith(queries.EXPLORE)
    ]
    emit(rows, {"name": "name", "parameters": "parameters", "title": "title"}, form)
