"""`query`: run a query of the analysts' library, or list them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from influence.cli import options
from influence.cli.captions import in_currency, run_caption, warn_unfinished
from influence.cli.output import emit, output_format, say
from influence.headings import headings

if TYPE_CHECKING:
    from influence.queries import Query
    from influence.store import Store

KEPT = {
    "advocates-and-detractors": {"influence_signed"},
    "ambassadors": {"social_percentile"},
    "at-risk": {"value_at_risk"},
    "bridges": {"other", "value"},
    "carriers": {"contribution"},
    "free-customers": {"network_value"},
    "if-customer-left": {"value"},
    "intervals": {"customer", "network_value_low", "network_value_high"},
    "movers": {"change"},
    "not-customers": {"network_value"},
    "top": {"customer", "network_value"},
    "underrated": {"network_value", "places"},
    "value-by": {"network_value"},
    "weakest-valuable-ties": {"other", "overlap", "value"},
}
"""By query, the figures that it is asked for; a narrow terminal shows them before others."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", required=False)
@click.argument("flags", nargs=-1, type=click.UNPROCESSED, metavar="[--KEY VALUE]…")
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE",
              help="A parameter of the query, also as --KEY VALUE; may be repeated.")  # fmt: skip
@options.store
@options.output
@options.common
def query(
    name: str | None,
    flags: tuple[str, ...],
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
      influence query underrated --segment retail
    """
    from influence import queries

    if name is None:
        _list(form)
        return
    found = queries.explore(name)
    if name in queries.RENAMED:
        now = queries.RENAMED[name]
        say(f"query {name} is now called {now}", "query_renamed", quiet=quiet, name=name, now=now)
    given = _parsed([*_pairs(params), *_pairs_of_flags(flags)], found)
    found.bind(given)  # reports invalid parameters before the store is opened
    with options.opened(store_url) as store:
        if found.needs_run:
            warn_unfinished(store)
        columns, rows = store.query(found, **given)
        caption = None if quiet else _caption(found, store, form)
    short = found.name.removeprefix(queries.EXPLORE)
    emit(rows, headings(columns), form, caption=caption, keep=KEPT.get(short, ()))
    if not rows:
        say(f"query {short} returned no rows", "no_rows", quiet=quiet, name=short)


def _pairs(params: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Split each KEY=VALUE."""
    for text in params:
        key, separator, value = text.partition("=")
        if not separator:
            raise click.BadParameter(f"{text!r} is not KEY=VALUE", param_hint="--param")
        yield key, value


def _pairs_of_flags(flags: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Read options that the command does not know, `--key value` or `--key=value`."""
    left = iter(flags)
    for flag in left:
        key, separator, value = flag.partition("=")
        if not key.startswith("-"):
            raise click.UsageError(f"{flag!r} is not expected; write parameters as --KEY VALUE")
        given = value if separator else next(left, None)
        if given is None:
            raise click.UsageError(f"{key} needs a value")
        yield key.lstrip("-").replace("-", "_"), given


def _parsed(pairs: Iterable[tuple[str, str]], found: Query) -> dict[str, Any]:
    """Convert the values of known parameters to their types."""
    parameters = {parameter.name: parameter for parameter in found.parameters}
    return {
        key: parameters[key].parse(value) if key in parameters else value for key, value in pairs
    }


def _caption(found: Query, store: Store, form: str | None) -> str | None:
    """Return the caption of a table with money: the run and its currency."""
    if output_format(form) != "table" or all(column.type != "money" for column in found.columns):
        return None
    run = next((run for run in store.runs() if run.current), None)
    if run is None:
        return None
    return run_caption(run) if found.needs_run else in_currency(run).removeprefix(" · ") or None


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
