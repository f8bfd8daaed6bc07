"""`check` and `load`: validate input, and write it to a store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli import load_report, options
from influence.cli.group import LazyGroup
from influence.cli.load_report import problem_rows
from influence.cli.options import Command
from influence.cli.output import emit, emit_json, output_format, progress, say, say_notes, write_csv
from influence.cli.reading import reading_options
from influence.cli.rules import edge_rules, table_rules

if TYPE_CHECKING:
    from influence.loaders.edges import Ends
    from influence.loaders.text import Reading
    from influence.store import Loaded
    from influence.tables import Rules, Tables

PATH = click.Path(exists=True, path_type=Path)
PROBLEM_COLUMNS = ("file", "table", "row", "column", "problem", "value")


def writing(command: Command) -> Command:
    """Add the options that concern the rows of the store, and --wait, to a command."""
    for option in (
        options.wait,
        click.option(
            "--readmit",
            is_flag=True,
            help="Admit forgotten customers again; otherwise rows that name them are left out.",
        ),
        click.option(
            "--allow-removal",
            is_flag=True,
            help="Remove more than removal_limit (20 %) of the customers or of the ties.",
        ),
        click.option(
            "--empty",
            multiple=True,
            metavar="TABLE",
            callback=options.comma_separated,
            help="With --replace, remove all rows of a table that is not given. May be repeated.",
        ),
        click.option(
            "--replace",
            is_flag=True,
            help="In the tables of this load, remove rows that it does not contain; also remove "
            "all rows that name a removed customer.",
        ),
    ):
        command = option(command)
    return command


rejects = click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write all problems of a rejected input to FILE as CSV.",
)


def reporting(command: Command) -> Command:
    """Add --dry-run, --format, --rejects and the options of all commands to a load."""
    for option in (
        options.common,
        rejects,
        click.option(
            "--format",
            "form",
            type=click.Choice(["table", "json"]),
            default="table",
            help="json: changes, row counts, notes and removed rows on stdout. "
            "[default: nothing on stdout]",
        ),
        click.option(
            "--dry-run",
            is_flag=True,
            help="Validate and print what would change; write nothing.",
        ),
    ):
        command = option(command)
    return command


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

    lists_problems = output_format(form) != "table"
    try:
        with rejected_to(rejects, quiet=quiet):
            checked = validate(loader.read(paths, reading), given)
    except InputRejected as error:
        if lists_problems:
            emit(problem_rows(error.problems), dict.fromkeys(PROBLEM_COLUMNS, ""), form)
        raise
    if lists_problems:
        emit([], dict.fromkeys(PROBLEM_COLUMNS, ""), form)
    say_notes(checked.notes, quiet=quiet)
    sizes = ", ".join(f"{len(checked.tables[name]):,} {name}" for name in checked.tables)
    counts = {name: len(checked.tables[name]) for name in checked.tables}
    say(f"no problems: {sizes}", "checked", quiet=quiet, **counts)


@contextmanager
def rejected_to(file: Path | None, *, quiet: bool) -> Iterator[None]:
    """Print the notes on a rejected input, and write its problems to a file."""
    from influence.errors import InputRejected, RemovalRefused

    try:
        yield
    except InputRejected as error:
        say_notes(error.notes, quiet=quiet)
        if file is not None and not isinstance(error, RemovalRefused):
            with file.open("w", encoding="utf-8", newline="") as sink:
                write_csv(problem_rows(error.problems), PROBLEM_COLUMNS, sink)
            n = len(error.problems)
            say(f"all {n:,} problems are in {file}", "rejects_written", file=str(file), problems=n)
        raise


@click.group(
    cls=LazyGroup,
    commands_at={
        "tables": "influence.cli.commands.load:load_tables",
        "edges": "influence.cli.commands.load:load_edges",
        "mapped": "influence.cli.commands.load_mapped:load_mapped",
        "cypher": "influence.cli.commands.load_cypher:load_cypher",
        "graphml": "influence.cli.commands.load_graph:load_graphml",
        "gexf": "influence.cli.commands.load_graph:load_gexf",
        "pajek": "influence.cli.commands.load_graph:load_pajek",
    },
)
def load() -> None:
    """Load customers and ties into a store.

    Without --replace a load adds and updates. Loading the same input twice changes nothing. A load
    that would remove more than a fifth of the customers or ties is refused (--allow-removal).

    \b
    Example:
      influence load tables company/ --store bolt://localhost:7687
    """


@click.command("tables")
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PATH…")
@options.store
@writing
@table_rules
@reading_options
@reporting
def load_tables(
    paths: tuple[Path, ...], reading: Reading, rejects: Path | None, **load_options: Any
) -> None:
    """Load a directory, or files named after the tables: customers.csv, ties.parquet …

    With --replace, a table without a file stays as it is (--empty TABLE empties it).

    \b
    Examples:
      influence load tables customers.csv ties.csv.gz
      influence load tables company/ --replace --dry-run --format json
    """
    from influence.loaders import tables as loader

    with rejected_to(rejects, quiet=load_options["quiet"]):
        load_tables_into(loader.read(paths, reading), **load_options)


@click.command("edges")
@click.argument("path", type=PATH)
@options.store
@writing
@click.option("--undirected", "ends", flag_value="undirected",
              help="Ties run both ways (default, unless the file says otherwise).")  # fmt: skip
@click.option("--directed", "ends", flag_value="directed",
              help="From the first column to the second.")  # fmt: skip
@click.option("--reversed", "ends", flag_value="reversed",
              help="From the second column to the first.")  # fmt: skip
@click.option("--kind", help="The kind of these ties. [default: the column kind, or tie]")
@click.option("--strength", metavar="COLUMN", help="Name or number of the column of strengths, "
              "or none. [default: strength or weight]")  # fmt: skip
@click.option("--clv", type=float, default=0.0, show_default=True,
              help="CLV of added customers.")  # fmt: skip
@edge_rules
@reading_options
@reporting
def load_edges(
    path: Path,
    reading: Reading,
    ends: Ends | None,
    kind: str | None,
    strength: str | None,
    rejects: Path | None,
    **load_options: Any,
) -> None:
    """Load an edge list: two columns of ids, as SNAP and many others publish them.

    Unknown customers are added; self ties are dropped and counted. --replace removes all ties that
    are not in the list and keeps all customers; with --empty customers in addition, only the
    customers of the list are left.

    \b
    Example:
      influence load edges trust.txt.gz --directed --kind trusts --clv 1
    """
    from influence.loaders import edges as loader

    with rejected_to(rejects, quiet=load_options["quiet"]):
        load_tables_into(
            loader.read(path, ends, kind, reading=reading, strength=strength), **load_options
        )


def load_tables_into(
    tables: Tables,
    *,
    given: Rules,
    store_url: str | None,
    wait: float,
    replace: bool,
    empty: tuple[str, ...],
    allow_removal: bool,
    readmit: bool,
    dry_run: bool,
    form: str,
    quiet: bool,
) -> None:
    """Write tables into the store that the options name, and print what changed."""
    from influence.errors import InputRejected
    from influence.store.loads import origins

    limit = options.settings_for(store_url).removal_limit
    with options.opened(store_url, wait) as store:
        try:
            with progress(quiet=quiet) as report:
                loaded = store.write_tables(
                    tables, replace=replace, empty=empty, allow_removal=allow_removal,
                    removal_limit=limit, readmit=readmit, rules=given, dry_run=dry_run,
                    progress=report,
                )  # fmt: skip
        except InputRejected as error:
            if form == "json":
                read = origins(tables, error.rows, given)
                emit_json(load_report.rejected(store.url, error, read, dry_run=dry_run))
            raise
    _say_loaded(store.url, loaded, dry_run=dry_run, quiet=quiet)
    if form == "json":
        emit_json(load_report.report(store.url, loaded, dry_run=dry_run))


def _say_loaded(store: str, loaded: Loaded, *, dry_run: bool, quiet: bool) -> None:
    """Print what a load changed; the last event of a log contains all numbers."""
    say_notes(loaded.notes, quiet=quiet)
    changes = load_report.changes(loaded)
    for name, change in loaded.changes.items():
        if str(change) != "none":
            say(f"{name}: {change}", "table_loaded", quiet=quiet, table=name, **changes[name])
    if all(str(change) == "none" for change in loaded.changes.values()):
        say("nothing to do", "nothing_to_do", quiet=quiet)
    done = f"loaded into {store}"
    if dry_run:
        done = f"would be loaded into {store}; nothing was written"
    say(done, "load_finished", quiet=quiet, store=store, dry_run=dry_run, changes=changes,
        rows=loaded.origins)  # fmt: skip
