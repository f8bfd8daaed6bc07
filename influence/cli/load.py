"""`check` and `load`: input in, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli import options
from influence.cli.group import LazyGroup
from influence.cli.output import chosen, emit, progress, say, say_notes, write_csv
from influence.cli.reading import reading_options
from influence.cli.rules import edge_rules, table_rules

if TYPE_CHECKING:
    from influence.loaders.edges import Ends
    from influence.loaders.text import Reading
    from influence.tables import Problems, Rules, Tables

PATH = click.Path(exists=True, path_type=Path)
PROBLEM_COLUMNS = ("file", "table", "row", "column", "problem", "value")

replace = click.option(
    "--replace",
    is_flag=True,
    help="Remove whatever is not in this load: customers, ties, and rows of all other tables.",
)
dry_run = click.option(
    "--dry-run", is_flag=True, help="Validate and say what would change; write nothing."
)
rejects = click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write all problems of a rejected input to FILE, as CSV.",
)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PATH…")
@table_rules
@reading_options
@rejects
@options.output
@options.common
def check(
    paths: tuple[Path, ...],
    given: Rules,
    reading: Reading,
    rejects: Path | None,
    form: str | None,
    quiet: bool,
) -> None:
    """Validate tables without a store.

    \b
    Example:
      influence check company/
    """
    from influence.errors import InputRejected
    from influence.loaders import tables as loader
    from influence.tables import validate

    listed = chosen(form) != "table"
    try:
        with _rejected_to(rejects):
            checked = validate(loader.read(paths, reading), given)
    except InputRejected as error:
        if listed:
            emit(_rows(error.problems), dict.fromkeys(PROBLEM_COLUMNS, ""), form)
        raise
    if listed:
        emit([], dict.fromkeys(PROBLEM_COLUMNS, ""), form)
    say_notes(checked.notes, quiet=quiet)
    sizes = ", ".join(f"{len(checked.tables[name]):,} {name}" for name in checked.tables)
    say(f"no problems: {sizes}", quiet=quiet)


@contextmanager
def _rejected_to(file: Path | None) -> Iterator[None]:
    """Write the problems of an input that is rejected to a file."""
    from influence.errors import InputRejected

    try:
        yield
    except InputRejected as error:
        if file is not None:
            with file.open("w", encoding="utf-8", newline="") as sink:
                write_csv(_rows(error.problems), PROBLEM_COLUMNS, sink)
            say(f"all {len(error.problems):,} problems are in {file}")
        raise


def _rows(problems: Problems) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = problems.to_arrow().to_pylist()
    return rows


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
@table_rules
@reading_options
@dry_run
@rejects
@options.common
def load_tables(
    paths: tuple[Path, ...],
    given: Rules,
    store_url: str | None,
    replace: bool,
    reading: Reading,
    dry_run: bool,
    rejects: Path | None,
    quiet: bool,
) -> None:
    """Load a directory, or files named after the tables: customers.csv, ties.parquet …

    \b
    Example:
      influence load tables customers.csv ties.csv.gz
    """
    from influence.loaders import tables as loader

    with _rejected_to(rejects):
        tables = loader.read(paths, reading)
        _load(tables, given, store_url, replace=replace, dry_run=dry_run, quiet=quiet)


@click.command("edges")
@click.argument("path", type=PATH)
@options.store
@replace
@click.option("--undirected", "ends", flag_value="undirected",
              help="Ties run both ways (the default, unless the file says otherwise).")  # fmt: skip
@click.option("--directed", "ends", flag_value="directed",
              help="From the first column to the second.")  # fmt: skip
@click.option("--reversed", "ends", flag_value="reversed",
              help="From the second column to the first.")  # fmt: skip
@click.option("--kind", help="The kind of these ties. [default: what a column kind says, or tie]")
@click.option("--strength", metavar="COLUMN", help="The column of strengths, by name or number, "
              "or none. [default: strength or weight]")  # fmt: skip
@click.option("--clv", type=float, default=0.0, show_default=True,
              help="The value of customers who are added.")  # fmt: skip
@edge_rules
@reading_options
@dry_run
@rejects
@options.common
def load_edges(
    path: Path,
    given: Rules,
    store_url: str | None,
    replace: bool,
    reading: Reading,
    ends: Ends | None,
    kind: str | None,
    strength: str | None,
    dry_run: bool,
    rejects: Path | None,
    quiet: bool,
) -> None:
    """Load an edge list: two columns of ids, as SNAP and many others publish them.

    Unknown customers are added; ties with oneself are dropped and counted.

    \b
    Example:
      influence load edges trust.txt.gz --directed --kind trusts --clv 1
    """
    from influence.loaders import edges as loader

    with _rejected_to(rejects):
        tables = loader.read(path, ends, kind, reading=reading, strength=strength)
        _load(tables, given, store_url, replace=replace, dry_run=dry_run, quiet=quiet)


def _load(
    tables: Tables,
    given: Rules,
    store_url: str | None,
    *,
    replace: bool,
    dry_run: bool,
    quiet: bool,
) -> None:
    with options.opened(store_url) as store:
        with progress(quiet=quiet) as report:
            loaded = store.write_tables(
                tables, replace=replace, rules=given, dry_run=dry_run, progress=report
            )
        say_notes(loaded.notes, quiet=quiet)
        for line in str(loaded).split("; "):
            say(line, quiet=quiet)
        done = (
            f"would be loaded into {store.url}; nothing was written"
            if dry_run
            else (f"loaded into {store.url}")
        )
        say(done, quiet=quiet)
