"""Check ties: negative strengths and self ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from influence.tables.reading.columns import true_where

if TYPE_CHECKING:
    from influence.tables.check import Check


def drop_negative(check: Check) -> None:
    """Drop ties with a negative strength, if the rules say so."""
    if check.rules.negative == "drop" and "ties" in check.reader.negative:
        where = check.reader.negative["ties"]
        _announce_negative(check, int(where.sum()), "dropped", "negative_ties_dropped")
        check.drop("ties", where)


def announce_kept_negative(check: Check) -> None:
    """Announce how many ties with a negative strength are kept, after rows were dropped."""
    if check.rules.negative == "sentiment" and "ties" in check.reader.negative:
        rows = int(check.reader.negative["ties"][check.positions("ties")].sum())
        done = (
            "kept without the sign, with sentiment -1 where none was given; runs read the "
            "strength and not the sentiment, which is kept for queries"
        )
        _announce_negative(check, rows, done, "negative_ties_kept")


def _announce_negative(check: Check, rows: int, done: str, event: str) -> None:
    ties = "1 tie" if rows == 1 else f"{rows:,} ties"
    text = f"{check.file('ties')}: {ties} with a negative strength {done}"
    check.note(text, event, table="ties", rows=rows)


def check_self_ties(check: Check) -> None:
    """Report self ties, or drop them if the rules say so."""
    if "ties" not in check.read:
        return
    table = check.read["ties"]
    self_tie = true_where(pc.equal(table["source"], table["target"]))
    if not check.rules.drop_self:
        check.add("ties", "target", "self_tie", self_tie, table["target"])
    elif self_tie.any():
        dropped = int(self_tie.sum())
        ties = "1 self tie" if dropped == 1 else f"{dropped:,} self ties"
        text = f"{check.file('ties')}: dropped {ties}"
        check.note(text, "self_ties_dropped", table="ties", rows=dropped)
        check.drop("ties", self_tie)
