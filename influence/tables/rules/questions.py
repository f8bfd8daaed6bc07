"""Which question of a survey tells advocates from detractors, and what is said of the others."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.notes import Note
from influence.tables.problems import printable

RECOMMEND = "recommend"
"""The question that counts."""
SHOWN = 5


def read_questions(questions: pa.ChunkedArray, ours: str | None = None) -> pa.ChunkedArray:
    """Questions with the one that counts under its name.

    Parameters
    ----------
    questions : text
        As they came. `recommend` counts in any case and with blanks around it.
    ours : str, optional
        The text of another question that is asked in its place, in any case.
    """
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(questions))
    counts = pc.equal(plain, RECOMMEND)
    if ours is not None:
        counts = pc.or_(counts, pc.equal(plain, _plain(ours)))
    return pc.if_else(pc.fill_null(counts, fill_value=False), RECOMMEND, questions)


def _plain(text: str) -> str:
    return str(pc.utf8_lower(pc.utf8_trim_whitespace(pa.scalar(text))).as_py())


def others(questions: pa.ChunkedArray) -> dict[str, int]:
    """How many answers there are to each question that does not count, the most frequent first."""
    counts = pc.value_counts(questions.filter(pc.not_equal(questions, RECOMMEND))).to_pylist()
    found = {entry["values"]: entry["counts"] for entry in counts}
    return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))


def not_counted(surveys: pa.Table) -> Note | None:
    """That there are answers in a store, and none that counts."""
    if not len(surveys) or pc.any(pc.equal(surveys["question"], RECOMMEND)).as_py():
        return None
    found = others(surveys["question"])
    return Note(
        f"none of the {len(surveys):,} answers counts towards the stance, since none is to "
        f"'{RECOMMEND}': {named(found)}; load them with --question TEXT",
        "no_answer_counts",
        answers=len(surveys),
        questions=found,
    )


def named(found: dict[str, int]) -> str:
    """Questions with their numbers, the most frequent ones, for a sentence."""
    parts = [f"'{printable(text)}' ({count:,})" for text, count in found.items()]
    more = f" and {len(parts) - SHOWN} more" * (len(parts) > SHOWN)
    return ", ".join(parts[:SHOWN]) + more
