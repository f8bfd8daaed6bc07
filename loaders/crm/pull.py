"""Keep files of a CRM's records up to date: read what changed, and merge it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from filelock import FileLock, Timeout

from influence.errors import CrmError, InfluenceError, UsageError
from influence.progress import Progress, silent
from influence.tables.notes import Note

STATE = ".influence-pull"
"""The file of cursors; neither `*` nor a load of the folder finds it."""
OVERLAP = timedelta(minutes=10)
"""How far back a pull reads again: a record may become visible some time after its stamp."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

Rows = list[dict[str, str]]


class Page(NamedTuple):
    """Records that a CRM returned together.

    Attributes
    ----------
    rows : list of dict
        Column → text.
    removed : list of str
        Ids of records that no longer exist.
    newest : datetime or None
        The newest time of a change among them.
    """

    rows: Rows
    removed: Sequence[str] = ()
    newest: datetime | None = None


class Source(Protocol):
    """A CRM that can be read.

    Attributes
    ----------
    address : str
        Whose records these are: files of two addresses are not merged.
    objects : mapping of str to list of str
        Sort of record, which is also the name of the file → all columns, the id first. Sorts that
        others refer to come last, so that a record which is made meanwhile is read too.
    deletions : timedelta
        For how long the CRM lists what was deleted.
    """

    address: str
    objects: Mapping[str, Sequence[str]]
    deletions: timedelta

    def columns(self, name: str) -> Sequence[str]:
        """Return the columns that can be read here; none if there are no such records."""
        ...

    def pages(self, name: str, since: datetime | None) -> Iterator[Page]:
        """Yield the records that changed at or after a time, or all of them."""
        ...


@dataclass(frozen=True)
class Pulled:
    """The changes that a pull made to one file.

    Attributes
    ----------
    object : str
    file : str
    rows : int
        In the file, after the pull.
    new, changed, removed : int
    whole : bool
        Whether all records were read, and not only the changed ones.
    """

    object: str
    file: str
    rows: int
    new: int
    changed: int
    removed: int
    whole: bool


@dataclass(frozen=True)
class _Cursor:
    """The progress in one kind of record: the newest change, and when, as ISO texts."""

    since: str
    pulled: str
    columns: list[str]


def pull(
    source: Source,
    folder: str | Path,
    *,
    whole: bool = False,
    progress: Progress = silent,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> tuple[list[Pulled], list[Note]]:
    """Bring the files in a folder up to date with a CRM.

    Each file is replaced as a whole, and its cursor is written afterwards: after an interruption
    the next pull reads some records again, which changes nothing.

    Parameters
    ----------
    source : Source
    folder : str or Path
        Made if it is missing.
    whole : bool
        Read all records, also those that did not change.

    Raises
    ------
    UsageError
        If the folder has files of another CRM or of no pull, or its state cannot be read.
    InfluenceError
        If the folder cannot be written.
    CrmError
        If the CRM fails, or another pull into the folder is running.
    """
    folder = Path(folder)
    pulled, notes = [], []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            cursors = _read_state(folder, source, whole=whole)
            for name, wanted in source.objects.items():
                columns = [*source.columns(name)]
                notes += _lacking(name, wanted, columns)
                if columns:
                    cursor = None if whole else cursors.get(name)
                    done, cursors[name], more = _follow(
                        source, folder / f"{name}.csv", columns, cursor, clock(), progress
                    )
                    pulled.append(done)
                    notes += more
                    _write_state(folder, source, cursors)
    except OSError as error:
        raise InfluenceError(f"{folder}: {error.strerror or error}") from error
    return pulled, notes


def _lacking(name: str, wanted: Sequence[str], columns: Sequence[str]) -> list[Note]:
    """Note which columns, or whether all records of a sort, cannot be read."""
    lacks = [column for column in wanted if column not in columns]
    if not lacks:
        return []
    what = f"{name}: {', '.join(lacks)}" if columns else name
    return [Note(f"{what} cannot be read here", "not_readable", object=name, columns=lacks)]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Refuse two pulls into one folder at once."""
    try:
        with FileLock(folder / f"{STATE}.lock", timeout=0):
            yield
    except Timeout:
        raise CrmError(f"{folder}: another pull is running") from None


def _follow(
    source: Source,
    file: Path,
    columns: list[str],
    cursor: _Cursor | None,
    now: datetime,
    progress: Progress,
) -> tuple[Pulled, _Cursor, list[Note]]:
    """Read one sort of record, all or what changed, and merge it into its file."""
    name = file.stem
    before = _read(file, columns)
    since, notes = None, []
    if cursor is not None:
        why = _insufficient(cursor, before, columns, now, source)
        if why:
            text = f"{name}: all records are read: {why}"
            notes.append(Note(text, "pulled_whole", object=name))
        else:
            since = datetime.fromisoformat(cursor.since)
    if before is None:
        before = pa.schema([(column, pa.string()) for column in columns]).empty_table()
    pages = [before if since else before.schema.empty_table()]
    removed: set[str] = set()
    newest = since or NEVER
    for page in source.pages(name, since and since - OVERLAP):
        pages.append(pa.Table.from_pylist(page.rows, before.schema))
        removed.update(page.removed)
        newest = max(newest, page.newest or NEVER)
        progress(name, sum(map(len, pages[1:])), 0)
    after = _merged(pa.concat_tables(pages), removed)
    if not file.exists() or not after.equals(before):
        _replace(file, lambda fresh: pyarrow.csv.write_csv(after, fresh))
    done = Pulled(name, str(file), len(after), *_compared(before, after), whole=not since)
    return done, _Cursor(newest.isoformat(), now.isoformat(), columns), notes


def _insufficient(
    cursor: _Cursor, before: pa.Table | None, columns: list[str], now: datetime, source: Source
) -> str:
    """Return why the records that changed do not suffice; blank if they do."""
    if cursor.columns != columns:
        return "there are other columns now"
    if before is None:
        return "the file is missing or was changed"
    if now - datetime.fromisoformat(cursor.pulled) > source.deletions:
        return f"deleted ones are listed for {source.deletions.days} days only"
    return ""


def _merged(rows: pa.Table, removed: set[str]) -> pa.Table:
    """Keep the last row of each id, without the removed ones, in the order of the ids."""
    last = {key: at for at, key in enumerate(rows[0].to_pylist())}
    at = [last[key] for key in sorted(last.keys() - removed)]
    return rows.take(pa.array(at, pa.int64())).combine_chunks()


def _compared(before: pa.Table, after: pa.Table) -> tuple[int, int, int]:
    """Return how many ids are new, have another row, and are gone."""
    at = pc.index_in(after[0], value_set=before[0].combine_chunks())
    there = pc.is_valid(at)
    both, old = after.filter(there), before.take(at.drop_null())
    known = len(both)
    same = pa.chunked_array([pa.repeat(pa.scalar(value=True), known)])
    for column in after.column_names:
        same = pc.and_(same, pc.equal(both[column], old[column]))
    return len(after) - known, known - (pc.sum(same).as_py() or 0), len(before) - known


def _read(file: Path, columns: list[str]) -> pa.Table | None:
    """Read a file of an earlier pull; None if it is missing or is not such a file."""
    try:
        table = pyarrow.csv.read_csv(
            file,
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string())
            ),
        )
    except (OSError, pa.ArrowInvalid):
        return None
    return table if table.column_names == columns else None


def _read_state(folder: Path, source: Source, *, whole: bool) -> dict[str, _Cursor]:
    """Read the cursors of earlier pulls, and make the folder one of pulls if it is new.

    Raises
    ------
    UsageError
        If they are those of another CRM, or cannot be read, or the folder has files of the same
        names that are not from a pull, unless all records are to be read.
    """
    file = folder / STATE
    if not file.exists():
        own = [f"{name}.csv" for name in source.objects if (folder / f"{name}.csv").exists()]
        if own and not whole:
            raise UsageError(f"{folder} has {', '.join(own)}, not from a pull; --whole replaces it")
        _write_state(folder, source, {})
        return {}
    try:
        state = json.loads(file.read_text("utf-8"))
        cursors = {name: _Cursor(**cursor) for name, cursor in state["objects"].items()}
        address = state["address"]
    except (ValueError, TypeError, KeyError):
        raise UsageError(f"{file} is damaged: delete it, and all records are read") from None
    if address != source.address:
        raise UsageError(f"{folder} has files of {address}, not of {source.address}")
    return cursors


def _write_state(folder: Path, source: Source, cursors: dict[str, _Cursor]) -> None:
    state: dict[str, Any] = {
        "address": source.address,
        "objects": {name: asdict(cursor) for name, cursor in cursors.items()},
    }
    text = json.dumps(state, indent=1)
    _replace(folder / STATE, lambda fresh: fresh.write_text(text, "utf-8"))


def _replace(file: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place, and then put it there."""
    fresh = file.with_name(f"{file.name}-{os.getpid()}")
    try:
        write(fresh)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
