"""Print results to stdout and all messages to stderr."""

from __future__ import annotations

import csv
import json
import os
import sys
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import repeat
from typing import IO, TYPE_CHECKING, Any

from influence.cli.log_format import logs_json
from influence.cli.tables import show

if TYPE_CHECKING:
    from influence.progress import Progress
    from influence.tables.notes import Note

DEFAULT_WIDTH = 80


def output_format(form: str | None) -> str:
    """Return the requested format, else table on a terminal and JSON in a pipe."""
    return form or ("table" if sys.stdout.isatty() else "json")


def say(message: str, event: str, *, quiet: bool = False, **fields: Any) -> None:
    """Print or log a message on stderr, unless `quiet`."""
    if not quiet:
        log_as("info", message, event, fields, as_json=logs_json())


def say_commands(message: str, event: str) -> None:
    """Print or log a message with commands to copy; its lines are not wrapped."""
    log_as("info", message, event, {}, as_json=logs_json(), wrap=False)


def say_notes(notes: Iterable[Note], *, quiet: bool = False) -> None:
    """Print or log notes."""
    for note in notes:
        say(str(note), note.event, quiet=quiet, **note.fields)


def warn(message: str, event: str, **fields: Any) -> None:
    """Print or log a warning, also with --quiet."""
    log_as("warning", message, event, fields, as_json=logs_json())


def pass_on(note: Note, *, quiet: bool) -> None:
    """Print or log a note: as a warning, unless the user asked for it or it names a format."""
    from influence.tables.notes import ASKED_FOR

    if note.event in {*ASKED_FOR, "file_read"}:
        say(str(note), note.event, quiet=quiet, **note.fields)
    else:
        warn(str(note), note.event, **note.fields)


def log_as(
    level: str,
    message: str,
    event: str,
    fields: Mapping[str, Any],
    *,
    as_json: bool,
    wrap: bool = True,
) -> None:
    """Print one message on stderr, as a JSON object or as text.

    `fields` cannot override time, level, event and message.
    """
    if as_json:
        from influence.runs import now

        own = {"time": now().isoformat(), "level": level, "event": event, "message": message}
        line = json.dumps({**own, **fields, **own}, ensure_ascii=False, default=str)
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
    else:
        prefix = {"warning": "warning: ", "error": "influence: "}.get(level, "")
        write_stderr(f"{prefix}{message}\n", wrap=wrap)


def write_stderr(text: str, *, wrap: bool = True) -> None:
    """Write text to stderr; on a terminal its lines are wrapped between words.

    Without `wrap` lines stay whole, as commands to copy must.
    """
    # sys.stderr is looked up on each call, since rich replaces it while it draws progress bars.
    if wrap and sys.stderr.isatty():
        width = _stderr_width()
        text = "".join(_wrapped(line, width) for line in text.splitlines(keepends=True))
    sys.stderr.write(text)
    sys.stderr.flush()


def _wrapped(line: str, width: int) -> str:
    """Wrap one line between words; the parts keep its indentation."""
    if len(line.rstrip()) <= width:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    parts = textwrap.wrap(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(parts) + "\n" * line.endswith("\n")


def _stderr_width() -> int:
    """Return the width of the terminal: $COLUMNS, else that of stderr, else 80."""
    with suppress(KeyError, ValueError, OSError):
        columns = os.environ.get("COLUMNS")
        width = int(columns) if columns else os.get_terminal_size(sys.stderr.fileno()).columns
        if width > 0:
            return width
    return DEFAULT_WIDTH


def emit_json(data: Any) -> None:
    """Print data as JSON, one row per line; indenting every value takes ten times as long."""
    # Created once, since creating an encoder takes longer than encoding a row.
    encode = json.JSONEncoder(ensure_ascii=False, default=str, allow_nan=False).encode
    sys.stdout.writelines(_json_lines(data, encode, "\n"))
    sys.stdout.write("\n")


def _json_lines(data: Any, encode: Callable[[Any], str], line: str) -> Iterator[str]:
    """Yield JSON: nested lists and objects over several lines, all others on one."""
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
    """Write rows as CSV; text that a spreadsheet would run as a formula gets an apostrophe."""
    from influence.reports.spreadsheet import harmless

    # All text is quoted, since a carriage return in a cell would otherwise begin a new row.
    writer = csv.writer(sink, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([harmless(_flat(row.get(column))) for column in columns] for row in rows)


def _flat(value: Any) -> Any:
    """Join a list to a text for one cell."""
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def emit(
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, str],
    form: str | None,
    *,
    title: str | None = None,
    caption: str | None = None,
    keep: Collection[str] = (),
) -> None:
    """Print rows in the requested format.

    Parameters
    ----------
    rows : list of dict
        JSON and CSV have all keys, a table only `columns`.
    columns : mapping of str to str
        Column → heading of the table.
    keep : collection of str, optional
        Columns that a narrow terminal shows before others.
    """
    wanted = output_format(form)
    if wanted == "json":
        emit_json(list(rows))
    elif wanted == "csv":
        write_csv(rows, list(rows[0]) if rows else list(columns), sys.stdout)
    else:
        show(rows, columns, title=title, caption=caption, keep=keep)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Show progress bars on a terminal; yield the function that reports progress."""
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
