"""Problems of the input: collected for all rows, printed as text or returned as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

SHOWN_PER_KIND = 10

SENTENCES: dict[str, str] = {
    "missing_column": "a required column is missing; the table has",
    "missing_value": "a required cell is blank",
    "empty_id": "an id must not be empty or a null word such as NULL (see --null-words)",
    "digits_lost": "this id has lost digits, as a spreadsheet or a floating-point number loses "
    "them; export ids as text",
    "duplicate_id": "this id occurs in an earlier row",
    "not_a_number": "not a number",
    "not_finite": "not a finite number",
    "not_whole": "not a whole number",
    "not_true_or_false": "neither true nor false",
    "unreadable_date": "not a date of the form 2024-12-31",
    "ambiguous_dates": "these dates can be read in two ways",
    "unknown_customer": "no such customer",
    "self_tie": "source and target are the same customer",
    "self_referral": "referrer and referred are the same customer",
    "referral_cycle": "a cycle of referrals",
    "strength_not_positive": "a strength must be greater than 0 (if negative, see --negative)",
    "out_of_range": "out of range",
    "mixed_currency": "a store holds one currency, and another came first; choose one with "
    "--currency, and convert the others with --rates",
    "missing_clv": "no value; fill it in, or choose --missing-clv zero or drop",
    "not_translated": "the mapping has no translation, or finds no row, for this value",
    "unreadable_file": "cannot be read",
    "repeated_header": "the header is repeated here; were files joined?",
    "comment_or_id": "a comment or an id? choose --comments or --no-comments",
    "unreadable_column": "a column of this type cannot be read",
}
IN_WORDS = {
    "missing_column",
    "unreadable_file",
    "unreadable_column",
    "ambiguous_dates",
    "referral_cycle",
    "repeated_header",
}
"""Kinds of problems whose value is an explanation rather than a cell."""
REASON = 300
"""Characters shown of an explanation, which may name a remedy; cells are cut shorter."""


SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("table", pa.string()),
        ("row", pa.int64()),
        ("column", pa.string()),
        ("problem", pa.string()),
        ("value", pa.string()),
    ]
)


class Problems:
    """All problems of one input, in the order in which they were found.

    They are kept as Arrow batches, so a million faulty rows take megabytes, not gigabytes.
    """

    def __init__(self) -> None:
        self._batches: list[pa.Table] = []
        self._hints: list[str] = []
        self._spellings: dict[str, str] = {}

    def __len__(self) -> int:
        return sum(len(batch) for batch in self._batches)

    def add(
        self,
        source: Source,
        table: str,
        column: str,
        problem: str,
        where: npt.NDArray[np.bool_],
        values: pa.ChunkedArray | pa.Array,
        at: npt.NDArray[np.intp] | None = None,
    ) -> None:
        """Add one kind of problem in one column, at every row where `where` is true.

        Where rows were dropped before, `at` gives the position of each other row in the source.
        """
        positions = np.flatnonzero(where)
        if len(positions) == 0:
            return
        taken = pc.fill_null(values.take(pa.array(positions)).cast(pa.string()), "")
        for part, those, rows in source.located(positions if at is None else at[positions]):
            name = part.columns.get(column, column)
            self._append(part.file, table, rows, name, problem, taken.take(pa.array(those)))

    def extend(self, others: Problems) -> None:
        """Add all problems of another collection."""
        self._batches.extend(others._batches)
        self._spellings |= others._spellings
        for hint in others._hints:
            self.add_hint(hint)

    def add_hint(self, hint: str) -> None:
        """Add a hint to the end of the report, once; hints are not part of the data."""
        if hint not in self._hints:
            self._hints.append(hint)

    def add_spellings(self, known: Mapping[str, str]) -> None:
        """Add, by unknown id, the id of an existing customer that is spelt similarly."""
        self._spellings |= known

    def add_one(
        self, file: str, table: str, row: int, column: str, problem: str, value: str
    ) -> None:
        """Add a single problem."""
        self._append(file, table, np.array([row]), column, problem, pa.array([value]))

    def _append(
        self,
        file: str,
        table: str,
        rows: npt.NDArray[np.int64],
        column: str,
        problem: str,
        values: pa.Array,
    ) -> None:
        n = len(rows)
        same = [pa.repeat(pa.scalar(text), n) for text in (file, table, column, problem)]
        columns = [same[0], same[1], pa.array(rows, pa.int64()), same[2], same[3], values]
        self._batches.append(pa.table(columns, schema=SCHEMA))

    def counts(self) -> dict[str, int]:
        """Count the problems of each kind."""
        found = pc.value_counts(self.to_arrow()["problem"]).to_pylist()
        return {entry["values"]: entry["counts"] for entry in found}

    def rows_at_fault(self, table: str) -> dict[str, npt.NDArray[np.int64]]:
        """Return by file the rows of a table with a problem, each once, the header's included."""
        everything = pa.concat_tables([SCHEMA.empty_table(), *self._batches])
        theirs = everything.filter(pc.equal(everything["table"], table))
        files = pc.unique(theirs["file"]).to_pylist()
        return {
            file: pc.unique(theirs["row"].filter(pc.equal(theirs["file"], file))).to_numpy()
            for file in files
        }

    def to_arrow(self) -> pa.Table:
        """Return all problems: file, table, row, column, problem, value; sorted by file and row."""
        everything = pa.concat_tables([SCHEMA.empty_table(), *self._batches])
        return everything.sort_by([("file", "ascending"), ("row", "ascending")])

    def lines(self) -> Iterator[str]:
        """Yield `FILE:ROW: COLUMN: problem: VALUE`, ten of each kind, then counts of the rest."""
        table = self.to_arrow()
        shown: dict[str, int] = {}
        counts = self.counts()
        # There may be many rows, but only the first ten of each kind are shown.
        firsts = [
            np.flatnonzero(pc.equal(table["problem"], kind).to_numpy())[:SHOWN_PER_KIND]
            for kind in counts
        ]
        positions = np.sort(np.concatenate(firsts)) if firsts else np.array([], dtype=np.int64)
        for problem in table.take(pa.array(positions)).to_pylist():
            shown[problem["problem"]] = shown.get(problem["problem"], 0) + 1
            yield (
                f"{printable(problem['file'])}:{problem['row']}: {printable(problem['column'])}: "
                f"{SENTENCES[problem['problem']]}: {self._value(**problem)}"
            )
        for kind, count in counts.items():
            if count > shown[kind]:
                yield f"… and {count - shown[kind]:,} more: {SENTENCES[kind]} ({kind})"

    def _value(self, problem: str, value: str, **_: object) -> str:
        """Return a cell in quotes, so that blanks at its ends are visible, or an explanation."""
        if problem in IN_WORDS:
            return printable(value, REASON)
        shown = f"'{printable(value)}'"
        if problem == "unknown_customer" and value in self._spellings:
            return f"{shown} (there is '{printable(self._spellings[value])}')"
        return shown

    def report(self) -> str:
        """Return the count of all problems, all lines, and the hints."""
        n = len(self)
        first = f"{n:,} problem{'s' * (n != 1)} in the input:"
        return "\n".join([first, *self.lines(), *(printable(h, 200) for h in self._hints)])


def printable(value: str, limit: int = 80) -> str:
    """Make text safe for a terminal line: control characters escaped, long text cut."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
