"""Export of scores in the shape that another program imports."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from influence.errors import UsageError
from influence.reports.columns import Columns
from influence.reports.replacing import replacing
from influence.reports.spreadsheet import formulas, harmless_texts
from influence.reports.targets import CHOSEN, PICKLISTS, TARGETS, TargetName, cells, field_names
from influence.reports.wanted import Wanted, select
from influence.runs import now
from influence.scores import Scores
from influence.store import Store
from influence.store.last_export import LastExport
from influence.store.lock import new_export_id

EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
DIGEST_BYTES = 16


@dataclass(frozen=True)
class ExportedFor:
    """The result of an export for a target: rows written, and customers left out.

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
    left: str | Path | None = None,
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
    left : str or Path, optional
        Where the ids of customers who left the scores since are written, as CSV.

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
        columns = Columns(scores, store)
        key = columns.resolve(key or "customer")
        names = _names(scores, columns, target, wanted, key)
        header = tuple(field_names(target, [key, *names], id_field, key=key).values())
        table, _ = select(scores, store, replace(wanted, columns=("customer", key, *names)))
        kept, left_out = _with_key(table, key, target)
        if left_out and not len(kept):
            raise UsageError(f"no customer can be exported: {_reasons(left_out)}")
        texts, disarmed = _texts(kept, [key, *names], target)
        rows = pa.table({"customer": kept["customer"], "digest": _digests(texts)})
        last = store.last_export(target)
        before = last if last is not None and last.fields == header else None
        if changed and before is not None:
            differs = _differs(rows, before.rows)
            texts = [column.filter(differs) for column in texts]
        with replacing(path) as fresh:
            pyarrow.csv.write_csv(pa.table(texts, names=list(header)), fresh)
        gone = _gone(scores, last)
        if left is not None:  # the store forgets them below
            _write_left(gone, Path(left))
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


def _names(scores: Scores, columns: Columns, target: str, wanted: Wanted, key: str) -> list[str]:
    """Return the columns beside the key, by their full names."""
    names = wanted.columns or CHOSEN
    if target == "csv" and not wanted.columns:
        # The run differs every time, though no figure does.
        names = tuple(name for name in scores.table.column_names if name != "run")
    return [name for name in dict.fromkeys(map(columns.resolve, names)) if name != key]


def _with_key(table: pa.Table, key: str, target: str) -> tuple[pa.Table, dict[str, int]]:
    """Return the rows whose key the target can use, and why others cannot be used."""
    keys = pc.fill_null(table[key].cast(pa.string()), "")
    folded = pc.utf8_lower(keys) if target == "mailchimp" else keys
    reasons = {f"{key} is blank": pc.equal(pc.utf8_trim_whitespace(keys), "")}
    if target == "mailchimp":
        address = pc.match_substring_regex(keys, EMAIL)
        reasons[f"{key} is no e-mail address"] = pc.invert(address)
    reasons[f"a spreadsheet would run {key} as a formula"] = pa.array(formulas(keys))
    reasons[f"other customers have the same {key}"] = _repeated(folded)
    kept, left_out = np.ones(len(table), dtype=bool), {}
    for why, where in reasons.items():  # the first reason counts
        out = kept & where.to_numpy(zero_copy_only=False)
        if out.any():
            left_out[why] = int(out.sum())
        kept &= ~out
    return table.filter(pa.array(kept)).combine_chunks(), left_out


def _repeated(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return which texts occur in several rows, bool[n]."""
    counts = pc.value_counts(texts)
    several = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    return pc.is_in(texts, several)


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
    rows = pc.binary_join_element_wise(*texts, "\x1f", null_handling="replace")
    hashes = (hashlib.blake2b(row.as_buffer(), digest_size=DIGEST_BYTES) for row in rows)
    return pa.array((found.hexdigest() for found in hashes), pa.string())


def _differs(rows: pa.Table, before: pa.Table) -> pa.ChunkedArray:
    """Return which rows are new or have another digest, bool[n]."""
    at = pc.index_in(rows["customer"], before["customer"].combine_chunks())
    known = before["digest"].combine_chunks().take(at.combine_chunks())
    return pc.fill_null(pc.not_equal(rows["digest"], known), fill_value=True)


def _gone(scores: Scores, last: LastExport | None) -> list[str]:
    if last is None:
        return []
    customers = scores.table["customer"].combine_chunks()
    given = last.rows["customer"].combine_chunks()
    return sorted(given.filter(pc.invert(pc.is_in(given, customers))).to_pylist())


def _merged(before: LastExport | None, rows: pa.Table, gone: Sequence[str]) -> pa.Table:
    """Return what the target has now: earlier rows of other customers stay, if they have scores."""
    if before is None:
        return rows
    replaced = pa.concat_arrays([*rows["customer"].chunks, pa.array(gone, pa.string())])
    given = before.rows["customer"].combine_chunks()
    others = before.rows.filter(pc.invert(pc.is_in(given, replaced)))
    return pa.concat_tables([others, rows]).sort_by("customer")


def _write_left(gone: Sequence[str], path: Path) -> None:
    with replacing(path) as fresh:
        pyarrow.csv.write_csv(pa.table({"customer": pa.array(gone, pa.string())}), fresh)
