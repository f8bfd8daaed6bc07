"""Figures on their way back: page by page read, compared and written, some pages at once.

Whatever the size, memory holds the scores, everybody's id, and what a few pages take.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection

import pyarrow.compute as pc

from influence.progress import Progress
from influence.scores import Scores
from influence.store.neo4j import properties
from influence.store.neo4j.batches import ROWS_A_BATCH, Step, at_once
from influence.store.neo4j.bolt import BeforeCommit, Bolt
from influence.store.neo4j.changes import (
    WriteBack,
    columns_to_read,
    figures,
    labels,
    no_figures,
    write_back,
)
from influence.store.neo4j.lock import HeldLock
from influence.store.neo4j.reader import GraphReader

CUSTOMERS_A_PAGE = 2 * ROWS_A_BATCH


def write_figures(
    bolt: Bolt,
    held: HeldLock | None,
    reader: GraphReader,
    scores: Scores,
    dead: Collection[str],
    progress: Progress,
) -> tuple[int, int]:
    """Write the figures that differ from those that are there.

    Parameters
    ----------
    bolt : Bolt
    held : HeldLock, optional
    reader : GraphReader
    scores : Scores
    dead : collection of str
        Runs that began after the last finished one and never ended.
    progress : Progress

    Returns
    -------
    changed, cleared : int
        Customers whose figures changed, and those who have none any more.
    """
    there = reader.figure_keys()
    columns, members = columns_to_read(scores.run, there), reader.members()
    rows = pc.index_in(members["id"], scores.table["customer"].combine_chunks())
    sent: set[str] = set()

    def write(start: int, before_commit: BeforeCommit | None) -> tuple[int, int]:
        before = reader.properties(members.slice(start, CUSTOMERS_A_PAGE), columns, there)
        page = scores.table.take(pc.drop_null(rows.slice(start, CUSTOMERS_A_PAGE)))
        change = write_back(before, Scores(page, scores.run), dead, sent)
        # What one page changes all later ones send: few statements, which the server plans once.
        sent.update(change.rows.column_names)
        for step in _steps(change, there):
            for batch in step.starts:
                step.write(bolt, batch, before_commit)
        return len(change.rows), len(change.removed)

    changed = cleared = 0
    starts = range(0, len(members), CUSTOMERS_A_PAGE)
    pages = at_once(bolt, held, write, starts)
    with contextlib.closing(pages):
        for start, (some, gone) in zip(starts, pages, strict=True):
            changed, cleared = changed + some, cleared + gone
            progress("writing back", min(start + CUSTOMERS_A_PAGE, len(members)), len(members))
    return changed, cleared


def _steps(change: WriteBack, there: Collection[str]) -> tuple[Step, Step]:
    brought = {"labels": properties.ALL_LABELS}
    return (
        Step("write/figures", change.rows, labels, fixed=brought, properties=figures),
        Step("write/figures-removed", change.removed, fixed=no_figures(there)),
    )
