"""What commands print: results to stdout, everything else to stderr."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import IO, TYPE_CHECKING, Any

from influence.cli.log_format import logs_json
from influence.cli.tables import show

if TYPE_CHECKING:
    from influence.progress import Progress
    from influence.tables.notes import Note


def output_format(form: str | None) -> str:
    """The format asked for, else a table on a terminal and JSON in a pipe."""
    return form or ("table" if sys.stdout.isatty() else "json")


def say(message: str, event: str, *, quiet: bool = False, **fields: Any) -> None:
    """Print or log on stderr what is done."""
    if not quiet:
        log("info", message, event, fields)


def say_notes(notes: Iterable[Note], *, quiet: bool = False) -> None:
    """Print or log notes."""
    for note in notes:
        say(str(note), note.event, quiet=quiet, **note.fields)


def warn(message: str, event: str, **fields: Any) -> None:
    """Print or log a warning, with --quiet too."""
    log("warning", message, event, fields)


def pass_on(note: Note, *, quiet: bool) -> None:
    """Print or log a note: what the user asked for as information, all else as a warning."""
    from influence.tables.notes import ASKED_FOR

    if note.event in ASKED_FOR:
        say(str(note), note.event, quiet=quiet, **note.fields)
    else:
        warn(str(note), note.event, **note.fields)


def log(level: str, message: str, event: str, fields: Mapping[str, Any]) -> None:
    """Print or log one message on stderr, in the log format of the running command."""
    log_as(level, message, event, fields, as_json=logs_json())


def log_as(
    level: str, message: str, event: str, fields: Mapping[str, Any], *, as_json: bool
) -> None:
    """Print one message on stderr, as a JSON object or as text."""
    if as_json:
        from influence.runs import now

        about = {"time": now().isoformat(), "level": level, "event": event, "message": message}
        line = json.dumps({**about, **fields, **about}, ensure_ascii=False, default=str)
    else:
        line = {"warning": "warning: ", "error": "influence: "}.get(level, "") + message
    # To what is stderr now: while a progress bar is drawn, rich puts lines above it.
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def emit_json(data: Any) -> None:
    """Print data as JSON, one line per row: indenting every value takes ten times as long."""
    # Made once: making an encoder takes longer than encoding a row.
    encode = json.JSONEncoder(ensure_ascii=False, default=str, allow_nan=False).encode
    sys.stdout.writelines(_json_lines(data, encode, "\n"))
    sys.stdout.write("\n")


def _json_lines(data: Any, encode: Callable[[Any], str], line: str) -> Iterator[str]:
    """Yield lists or objects that hold others over several lines, all else on one."""
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    if {dict, list}.isdisjoint(map(type, inner)):
        yield encode(data)
        return
    begin, end = "{}" if isinstance(data, dict) else "[]"
    names: Iterable[str] = repeat("")
    if isinstance(data, dict):
        names = [f"{encode(key)}: " for key in data]
    for name, value in zip(names, inner, strict=False):
        yield f"{begin}{line} {name}"
        yield from _json_lines(value, encode, f"{line} ")
        begin = ","
    yield f"{line}{end}"


def write_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], sink: IO[str]) -> None:
    """Write rows as CSV; text that a spreadsheet would run as a formula is disarmed."""
    from influence.reports.spreadsheet import harmless

    # All text in quotes: a lone carriage return in a cell would otherwise begin a new row.
    writer = csv.writer(sink, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([harmless(_flat(row.get(column))) for column in columns] for row in rows)


def _flat(value: Any) -> Any:
    """Join a list into one text for a cell."""
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def emit(
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, str],
    form: str | None,
    *,
    title: str | None = None,
    caption: str | None = None,
) -> None:
    """Print rows in the format asked for.

    Parameters
    ----------
    rows : list of dict
        JSON and CSV have all their keys, a table only `columns`.
    columns : mapping of str to str
        Column → heading of the table.
    """
    wanted = output_format(form)
    if wanted == "json":
        emit_json(list(rows))
    elif wanted == "csv":
        write_csv(rows, list(rows[0]) if rows else list(columns), sys.stdout)
    else:
        show(rows, columns, title=title, caption=caption)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """A progress bar on a terminal; silence in a pipe."""
    from influence.progress import silent

    if quiet or logs_json() or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    )  # fmt: skip
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield report
