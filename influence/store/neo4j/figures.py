"""The write-back of figures: read, compared and written in pages, some of them in parallel.

Memory holds the scores, the ids of all customers, and a few pages.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection

import pyarrow.compute as pc

from influence.progress import Progress
from influence.scores import Scores
from influence.store.neo4j import properties
from influence.store.neo4j.batches import ROWS_PER_BATCH, Step, in_parallel
from influence.store.neo4j.bolt import BeforeCommit, Bolt
from influence.store.neo4j.changes import (
    WriteBack,
    figure_rows,
    keys_to_read,
    no_figures,
    write_back,
)
from influence.store.neo4j.reader import GraphReader

CUSTOMERS_PER_PAGE = 2 * ROWS_PER_BATCH


def write_figures(
    bolt: Bolt,
    before_commit: BeforeCommit | None,
    reader: GraphReader,
    scores: Scores,
    dead: Collection[str],
    progress: Progress,
) -> tuple[int, int]:
    """Write the figures that differ from the stored ones.

    Parameters
    ----------
    bolt : Bolt
    before_commit : callable, optional
    reader : GraphReader
    scores : Scores
    dead : collection of str
        Ids of runs that started after the last finished one and never finished.
    progress : Progress

    Returns
    -------
    changed, cleared : int
        How many customers have new figures, and how many lost theirs.
    """
    there, ids = reader.figure_keys(), reader.customer_ids()
    keys = keys_to_read(scores.run, there)
    rows = pc.index_in(ids, scores.table["customer"].combine_chunks())

    def write(start: int) -> tuple[int, int]:
        before = reader.properties(ids.slice(start, CUSTOMERS_PER_PAGE), keys)
        page = scores.table.take(pc.drop_null(rows.slice(start, CUSTOMERS_PER_PAGE)))
        change = write_back(before, Scores(page, scores.run), dead)
        for step in _steps(change, there):
            for batch in step.starts:
                step.write(bolt, before_commit, batch)
        return len(change.rows), len(change.removed)

    changed = cleared = 0
    starts = range(0, len(ids), CUSTOMERS_PER_PAGE)
    pages = in_parallel(bolt, write, starts)
    with contextlib.closing(pages):
        for start, (some, gone) in zip(starts, pages, strict=True):
            changed, cleared = changed + some, cleared + gone
            progress("writing back", min(start + CUSTOMERS_PER_PAGE, len(ids)), len(ids))
    return changed, cleared


def _steps(change: WriteBack, there: Collection[str]) -> tuple[Step, Step]:
    all_labels = {"labels": properties.ALL_LABELS}
    return (
        Step("write/figures", change.rows, figure_rows, fixed=all_labels),
        Step("write/figures-removed", change.removed, fixed=no_figures(there)),
    )
