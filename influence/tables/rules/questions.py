"""Decide which survey question determines the stance, and announce the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.notes import Note
from influence.tables.problems import printable

if TYPE_CHECKING:
    from influence.tables.check import Check

RECOMMEND = "recommend"
"""The question whose answers count."""
SHOWN = 5


def normalised(questions: pa.ChunkedArray, text: str | None = None) -> pa.ChunkedArray:
    """Return questions with the one that counts under its name, `recommend`.

    Parameters
    ----------
    questions : text
        As given. `recommend` counts in any case and with surrounding blanks.
    text : str, optional
        The text of a question that is asked in its place, in any case.
    """
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(questions))
    counts = pc.equal(plain, RECOMMEND)
    if text is not None:
        counts = pc.or_(counts, pc.equal(plain, _plain(text)))
    return pc.if_else(pc.fill_null(counts, fill_value=False), RECOMMEND, questions)


def _plain(text: str) -> str:
    return str(pc.utf8_lower(pc.utf8_trim_whitespace(pa.scalar(text))).as_py())


def others(questions: pa.ChunkedArray) -> dict[str, int]:
    """Count the answers to each question that does not count, the most frequent first."""
    return counted(questions.filter(pc.not_equal(questions, RECOMMEND)))


def counted(texts: pa.ChunkedArray) -> dict[str, int]:
    """Count the rows of each text, the most frequent first."""
    found = {entry["values"]: entry["counts"] for entry in pc.value_counts(texts).to_pylist()}
    return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))


def mark_counted(check: Check) -> None:
    """Rename the question that counts to `recommend`; announce the others."""
    if "question" not in (check.read["surveys"].column_names if "surveys" in check.read else ()):
        return
    table = check.read["surveys"]
    asked = normalised(table["question"], check.rules.question)
    check.read["surveys"] = table.set_column(
        table.column_names.index("question"), "question", asked
    )
    found = others(asked)
    if found:
        rows = sum(found.values())
        answers = "1 answer does" if rows == 1 else f"{rows:,} answers do"
        check.note(
            f"{answers} not count towards the stance; only answers to '{RECOMMEND}' "
            f"do: {listed(found)}; --question TEXT selects another question",
            "questions_not_counted",
            table="surveys",
            rows=rows,
            questions=found,
        )


def not_counted(surveys: pa.Table) -> Note | None:
    """Return a note if a store holds answers and none of them counts."""
    if not len(surveys) or pc.any(pc.equal(surveys["question"], RECOMMEND)).as_py():
        return None
    found = others(surveys["question"])
    return Note(
        f"none of the {len(surveys):,} answers counts towards the stance, since none is to "
        f"'{RECOMMEND}': {listed(found)}; load them with --question TEXT",
        "no_answer_counts",
        answers=len(surveys),
        questions=found,
    )


def listed(found: dict[str, int]) -> str:
    """List the most frequent texts with their counts, for a sentence."""
    parts = [f"'{printable(text)}' ({count:,})" for text, count in found.items()]
    more = f" and {len(parts) - SHOWN} more" * (len(parts) > SHOWN)
    return ", ".join(parts[:SHOWN]) + more
