"""What a write-back changes: worked out here, so that the server only sets properties.

The lock is held from the reading to the last batch, so what was read is what is there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence.runs import Run
from influence.scores import Scores
from influence.store.neo4j import properties
from influence.store.neo4j.records import is_odd, is_set
from influence.tables.merge import differs

RELABEL = "relabel"


@dataclass(frozen=True)
class WriteBack:
    """The customers of a page whose figures change.

    Attributes
    ----------
    rows : pa.Table
        `id`, `relabel` (whether the stance changes), and by key the properties that change for
        anybody, and those that had to be there.
    removed : pa.Table
        `id` of those who have figures and get none.
    """

    rows: pa.Table
    removed: pa.Table


def columns_to_read(run: Run, there: Collection[str]) -> dict[str, str]:
    """The properties that have to be known before the figures of a run are written.

    Parameters
    ----------
    run : Run
    there : collection of str
        The figures that customers may have.
    """
    keys = [
        *_keys(run).values(), *_stale(run, there), *properties.INPUTS,
        *properties.COMPUTED.values(), *properties.PREVIOUS, properties.RUN,
    ]  # fmt: skip
    return {"id": "id"} | {key: key for key in keys}


def write_back(
    before: pa.Table, scores: Scores, dead: Collection[str], keys: Collection[str] = ()
) -> WriteBack:
    """Compare scores with what is there.

    Parameters
    ----------
    before : pa.Table
        `columns_to_read` of some customers.
    scores : Scores
        Of no others.
    dead : collection of str
        Runs that began after the last finished one and never ended. What such a run wrote was
        never the figures of a run: what was there before it stays.
    keys : collection of str
        Properties to write even if they change for nobody.
    """
    table, ids = scores.table, before["id"]
    stays = pc.is_in(ids, table["customer"].combine_chunks())
    has_figures = is_set(before, "networkValue")
    removed = before.select(["id"]).filter(pc.and_(has_figures, pc.invert(stays)))

    at = pc.index_in(table["customer"], ids.combine_chunks())
    table, at = table.filter(pc.is_valid(at)), pc.drop_null(at)
    then = before.take(at)
    now = _figures(table, then, scores.run)
    change = {key: _changes(values, then, key) for key, values in now.items()}
    some = reduce(pc.or_, change.values())

    of_dead = pc.is_in(then[properties.RUN], pa.array(dead, pa.string()))
    for key, name in properties.PREVIOUS.items():
        now[key] = pc.if_else(of_dead, then[key], then[_keys(scores.run)[name]])
        change[key] = _changes(now[key], then, key)
    now[properties.RUN] = pa.chunked_array([pa.repeat(scores.run.id, len(table))])
    change[properties.RUN] = some
    rows = {"id": table["customer"], RELABEL: change["stance"]}
    changes = {key for key in now if pc.any(pc.and_(change[key], some)).as_py()}
    rows |= {key: values for key, values in now.items() if key in changes or key in keys}
    return WriteBack(pa.table(rows).filter(some), removed)


def figures(rows: pa.Table) -> dict[str, list[Any]]:
    """Properties by key, as lists of equal length."""
    columns: dict[str, list[Any]] = rows.drop_columns(["id", RELABEL]).to_pydict()
    return columns


def labels(rows: pa.Table) -> dict[str, list[Any]]:
    """Who gets which labels; None where they stay."""
    stances = rows["stance"].to_pylist() if "stance" in rows.column_names else [None] * len(rows)
    none: list[str] = []
    new = [
        properties.LABELS.get(stance, none) if relabel else None
        for relabel, stance in zip(rows[RELABEL].to_pylist(), stances, strict=True)
    ]
    return {"id": rows["id"].to_pylist(), "new_labels": new}


def no_figures(there: Collection[str]) -> dict[str, Any]:
    """Every figure that customers may have, as a property to be removed, and every label."""
    return {"figures": dict.fromkeys(there), "labels": properties.ALL_LABELS}


def _changes(now: pa.ChunkedArray, then: pa.Table, key: str) -> pa.ChunkedArray:
    """Where a property changes: also from what no run can have written."""
    return pc.or_(differs(now, then[key].cast(now.type)), is_odd(then, key))


def _keys(run: Run) -> dict[str, str]:
    return properties.figure_keys(run.depth, run.method)


def _stale(run: Run, there: Collection[str]) -> list[str]:
    """Figures of a run before this one that this one does not have: deeper ones, or errors."""
    written = set(_keys(run).values())
    return [key for key in there if properties.is_stale(key, written)]


def _figures(scores: pa.Table, then: pa.Table, run: Run) -> dict[str, pa.ChunkedArray]:
    """What a run writes, by property key."""
    now = {key: scores[name] for name, key in _keys(run).items()}
    for key in _stale(run, then.column_names):
        now[key] = pa.chunked_array([pa.nulls(len(then), then[key].type)])
    for name, mark in properties.COMPUTED.items():
        given, computed = (then[key].cast(pa.float64()) for key in (name, mark))
        # What nobody has given, the run has computed.
        own = pc.fill_null(pc.equal(given, computed), fill_value=False)
        if name == "sentiment":
            own = pc.or_(own, pc.is_null(given))
        now[name] = pc.if_else(own, scores[name], given)
        now[mark] = pc.if_else(own, scores[name], pa.scalar(None, pa.float64()))
    return now
