"""Export of scores in the shape that another program imports."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from influence.errors import UsageError
from influence.reports.columns import Columns
from influence.reports.replacing import replacing
from influence.reports.spreadsheet import harmless_texts, is_formula
from influence.reports.targets import CHOSEN, PICKLISTS, TARGETS, TargetName, cells, field_names
from influence.reports.wanted import Wanted, select
from influence.runs import now
from influence.scores import Scores
from influence.store import Store
from influence.store.last_export import LastExport
from influence.store.lock import new_export_id

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ROWS_AT_ONCE = 65_536


@dataclass(frozen=True)
class ExportedFor:
    """What an export for a target wrote, and what it left out.

    Attributes
    ----------
    run : str
        The run whose scores were exported.
    fields : tuple of str
        The header of the file.
    customers : int
        Customers written.
    matched : int
        Customers of the run who match the condition.
    before : LastExport or None
        The last export for this target; None also if it had other fields, so that all are written.
    other_fields : bool
        Whether the last export had other fields.
    left_out : dict of str to int
        Why customers have no row → how many.
    left : list of str
        Customers of the last export who have no scores any more.
    disarmed : int
        Cells that got an apostrophe, since a spreadsheet would run them as a formula.
    """

    run: str
    fields: tuple[str, ...]
    customers: int
    matched: int
    before: LastExport | None
    other_fields: bool
    left_out: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    disarmed: int = 0


def export_for(
    store: Store,
    target: TargetName,
    path: str | Path,
    wanted: Wanted | None = None,
    *,
    key: str | None = None,
    id_field: str | None = None,
    changed: bool = False,
) -> ExportedFor:
    """Write the scores of the current run as CSV for a program, atomically.

    The store remembers what each target was given; if the export fails, it remembers what it did
    before. See `influence.reports.targets` for names and formats.

    Parameters
    ----------
    store : Store
        Locked during the export.
    target : {"salesforce", "hubspot", "mailchimp", "csv"}
    path : str or Path
        Must end in `.csv`.
    wanted : Wanted, optional
        Which customers and columns; by default all customers, and the main figures (`csv`: all
        figures).
    key : str, optional
        The column by which the target recognises a customer; by default the id. Mailchimp needs
        one, which holds e-mail addresses.
    id_field : str, optional
        The name of this field in the target.
    changed : bool
        Only rows that differ from those of the last export for this target. Without one, or if it
        had other fields, all rows.

    Raises
    ------
    UsageError
        If an argument is not valid, or no customer has a key.
    StoreLocked
        If another writer is at work.
    """
    path, wanted = Path(path), wanted or Wanted()
    _check(target, path, key)
    with store.lock(new_export_id()):
        scores = store.scores()
        table, key = _selected(scores, store, target, wanted, key)
        names = [name for name in table.column_names if name not in {key, "customer"}]
        header = tuple(field_names(target, ["customer", *names], id_field).values())
        kept, left_out = _with_key(table, key, target)
        if left_out and not len(kept):
            raise UsageError(f"no customer can be exported: {_reasons(left_out)}")
        texts, disarmed = _texts(kept, [key, *names], target)
        rows = pa.table({"customer": kept["customer"], "digest": _digests(texts)})
        last = store.last_export(target)
        before = last if last is not None and last.fields == header else None
        if changed and before is not None:
            texts = [column.filter(_differs(rows, before.rows)) for column in texts]
        with replacing(path) as fresh:
            pyarrow.csv.write_csv(pa.table(texts, names=list(header)), fresh)
        gone = _gone(scores, last)
        remembered = LastExport(target, header, scores.run.id, now(), _merged(before, rows, gone))
        store.write_last_export(remembered)
    return ExportedFor(
        run=scores.run.id,
        fields=header,
        customers=len(texts[0]),
        matched=len(table),
        before=before,
        other_fields=last is not before,
        left_out=left_out,
        left=gone,
        disarmed=disarmed,
    )


def _check(target: str, path: Path, key: str | None) -> None:
    if target not in TARGETS:
        raise UsageError(f"no target {target!r}; there are {', '.join(TARGETS)}")
    if path.suffix != ".csv":
        raise UsageError(f"{path}: an export for {target} is a .csv file")
    if target == "mailchimp" and key is None:
        raise UsageError(
            "Mailchimp recognises people by their e-mail address: name the column that holds it, "
            "such as --key email (--key customer if it is the id)"
        )


def _selected(
    scores: Scores, store: Store, target: str, wanted: Wanted, key: str | None
) -> tuple[pa.Table, str]:
    """Return the wanted rows with customer, key and columns; and the full name of the key."""
    columns = Columns(scores, store)
    key = "customer" if key is None else columns.resolve(key)
    names = wanted.columns or CHOSEN
    if target == "csv" and not wanted.columns:
        # The run differs every time, though no figure does.
        names = tuple(name for name in scores.table.column_names if name != "run")
    chosen = replace(wanted, columns=("customer", key, *names), ids_only=False)
    if wanted.ids_only and "name" in wanted.columns:
        chosen = replace(chosen, ids_only=True)  # refused there
    return select(scores, store, chosen)[0], key


def _with_key(table: pa.Table, key: str, target: str) -> tuple[pa.Table, dict[str, int]]:
    """Return the rows whose key the target can use, and why others cannot be used."""
    keys = ["" if text is None else text for text in cells("csv", key, table[key]).to_pylist()]
    folded = [text.lower() if target == "mailchimp" else text for text in keys]
    counts: dict[str, int] = {}
    for text in folded:
        counts[text] = counts.get(text, 0) + 1
    left_out: dict[str, int] = {}
    kept = []
    for text, same in zip(keys, folded, strict=True):
        why = None
        if not text.strip():
            why = f"{key} is blank"
        elif target == "mailchimp" and not EMAIL.fullmatch(text):
            why = f"{key} is no e-mail address"
        elif is_formula(text):
            why = f"a spreadsheet would run {key} as a formula"
        elif counts[same] > 1:
            why = f"other customers have the same {key}"
        kept.append(why is None)
        if why is not None:
            left_out[why] = left_out.get(why, 0) + 1
    return table.filter(pa.array(kept, pa.bool_())), left_out


def _reasons(left_out: dict[str, int]) -> str:
    return "; ".join(f"{why}: {count:,}" for why, count in left_out.items())


def _texts(
    table: pa.Table, columns: Sequence[str], target: TargetName
) -> tuple[list[pa.ChunkedArray], int]:
    """Return columns as the target reads them, and the number of cells that got an apostrophe."""
    texts, disarmed = [], 0
    for at, name in enumerate(columns):
        values = table[name]
        if at and pa.types.is_string(values.type) and name not in PICKLISTS:
            values, changed = harmless_texts(values)
            disarmed += changed
        texts.append(cells(target, name, values) if at else values.cast(pa.string()))
    return texts, disarmed


def _digests(texts: Sequence[pa.ChunkedArray]) -> pa.Array:
    """Hash the cells of each row."""
    found: list[str] = []
    for begin in range(0, len(texts[0]), ROWS_AT_ONCE):
        part = [column.slice(begin, ROWS_AT_ONCE).to_pylist() for column in texts]
        for row in zip(*part, strict=True):
            content = "\x1f".join(cell or "" for cell in row)
            found.append(hashlib.blake2b(content.encode(), digest_size=16).hexdigest())
    return pa.array(found, pa.string())


def _differs(rows: pa.Table, before: pa.Table) -> pa.ChunkedArray:
    """Return which rows are new or have another digest, bool[n]."""
    at = pc.index_in(rows["customer"], before["customer"].combine_chunks())
    known = before["digest"].combine_chunks().take(at.combine_chunks())
    return pc.fill_null(pc.not_equal(rows["digest"], known), fill_value=True)


def _gone(scores: Scores, last: LastExport | None) -> list[str]:
    if last is None:
        return []
    customers = scores.table["customer"].combine_chunks()
    there = pc.is_in(last.rows["customer"], customers)
    return sorted(last.rows["customer"].filter(pc.invert(there)).to_pylist())


def _merged(before: LastExport | None, rows: pa.Table, gone: Sequence[str]) -> pa.Table:
    """Return what the target has now: earlier rows of other customers stay, if they have scores."""
    if before is None:
        return rows
    replaced = pa.concat_arrays([*rows["customer"].chunks, pa.array(gone, pa.string())])
    others = before.rows.filter(pc.invert(pc.is_in(before.rows["customer"], replaced)))
    return pa.concat_tables([others, rows]).sort_by("customer")


def write_left(done: ExportedFor, path: Path) -> None:
    """Write the ids of the customers who have no scores any more as CSV."""
    with replacing(path) as fresh:
        pyarrow.csv.write_csv(pa.table({"customer": pa.array(done.left, pa.string())}), fresh)
