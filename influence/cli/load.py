"""`check` and `load`: input in, or all that is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli import options
from influence.cli.group import LazyGroup
from influence.cli.output import chosen, emit, progress, say

if TYPE_CHECKING:
    from influence.tables import Problems, Rules, Tables

PATH = click.Path(exists=True, path_type=Path)
PROBLEM_COLUMNS = ("file", "table", "row", "column", "problem", "value")

replace = click.option(
    "--replace", is_flag=True, help="Remove customers and ties that are not in this load."
)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PATH…")
@options.missing_clv
@options.output
@options.common
def check(paths: tuple[Path, ...], missing_clv: str, form: str | None, quiet: bool) -> None:
    """Validate tables without a store.

    \b
    Example:
      influence check company/
    """
    from influence.errors import InputRejected
    from influence.loaders import tables as loader
    from influence.tables import validate

    try:
        checked = validate(loader.read(paths), _rules(missing_clv))
    except InputRejected as error:
        if chosen(form) != "table":
            _emit_problems(error.problems, form)
        raise
    if chosen(form) != "table":
        emit([], dict.fromkeys(PROBLEM_COLUMNS, ""), form)
    for note in checked.notes:
        say(note, quiet=quiet)
    sizes = ", ".join(f"{len(checked.tables[name]):,} {name}" for name in checked.tables)
    say(f"no problems: {sizes}", quiet=quiet)


def _emit_problems(problems: Problems, form: str | None) -> None:
    emit(problems.to_arrow().to_pylist(), dict.fromkeys(PROBLEM_COLUMNS, ""), form)


def _rules(missing_clv: str) -> Rules:
    from influence.tables import Rules

    return Rules(missing_clv=missing_clv)  # type: ignore[arg-type]  # click.Choice checked it


@click.group(
    cls=LazyGroup,
    commands_at={
        "tables": "influence.cli.load:load_tables",
        "edges": "influence.cli.load:load_edges",
    },
)
def load() -> None:
    """Load customers and ties into a store.

    Without --replace a load adds and updates. Loading the same input twice changes nothing.

    \b
    Example:
      influence load tables company/ --store bolt://localhost:7687
    """


@click.command("tables")
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PATH…")
@options.store
@replace
@options.missing_clv
@options.common
def load_tables(
    paths: tuple[Path, ...], store_url: str | None, replace: bool, missing_clv: str, quiet: bool
) -> None:
    """Load a directory, or files named after the tables: customers.csv, ties.parquet …

    \b
    Example:
      influence load tables customers.csv ties.csv.gz
    """
    from influence.loaders import tables as loader

    _load(loader.read(paths), _rules(missing_clv), store_url, replace=replace, quiet=quiet)


@click.command("edges")
@click.argument("path", type=PATH)
@options.store
@replace
@click.option("--undirected", "ends", flag_value="undirected", default="undirected",
              help="Ties run both ways (the default).")  # fmt: skip
@click.option("--directed", "ends", flag_value="directed",
              help="From the first column to the second.")  # fmt: skip
@click.option("--reversed", "ends", flag_value="reversed",
              help="From the second column to the first.")  # fmt: skip
@click.option("--kind", default="tie", show_default=True, help="The kind of these ties.")
@click.option("--clv", type=float, default=0.0, show_default=True,
              help="The value of customers who are added.")  # fmt: skip
@options.common
def load_edges(
    path: Path,
    store_url: str | None,
    replace: bool,
    ends: str,
    kind: str,
    clv: float,
    quiet: bool,
) -> None:
    """Load an edge list: two columns of ids, as SNAP and many others publish them.

    Unknown customers are added; ties with oneself are dropped and counted.

    \b
    Example:
      influence load edges trust.txt.gz --directed --kind trusts --clv 1
    """
    import math

    from influence.errors import UsageError
    from influence.loaders import edges as loader
    from influence.tables import Rules

    if not math.isfinite(clv):
        raise UsageError(f"--clv {clv}: a finite number is needed")
    given = loader.read(path, ends, kind)  # type: ignore[arg-type]  # one of three flags
    rules = Rules(add_missing=clv, drop_self=True)
    _load(given, rules, store_url, replace=replace, quiet=quiet)


def _load(
    tables: Tables, rules: Rules, store_url: str | None, *, replace: bool, quiet: bool
) -> None:
    with options.opened(store_url) as store:
        with progress(quiet=quiet) as report:
            loaded = store.write_tables(tables, replace=replace, rules=rules, progress=report)
        for note in loaded.notes:
            say(note, quiet=quiet)
        for name, change in loaded.changes.items():
            say(f"{name}: {change}", quiet=quiet)
        say(f"loaded into {store.url}", quiet=quiet)
