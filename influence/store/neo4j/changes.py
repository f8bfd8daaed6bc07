"""The changes of a write-back, computed here so that the server only sets properties.

The lock is held from the read to the last batch, so the properties that were read are current.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence.conditions.role_rules import label_of
from influence.runs import Run
from influence.scores import Scores
from influence.store.neo4j import properties
from influence.store.neo4j.values import CustomerProperties
from influence.tables.merge import differs

RELABEL = "relabel"


@dataclass(frozen=True)
class WriteBack:
    """The customers of a page whose figures change.

    Attributes
    ----------
    rows : pa.Table
        `id`, `relabel` (whether a label changes), and a column for each property that changes
        for any customer of the page.
    removed : pa.Table
        `id` of those whose figures are removed.
    """

    rows: pa.Table
    removed: pa.Table


def keys_to_read(run: Run, there: Collection[str]) -> list[str]:
    """Return the keys of the properties that are compared with the figures of a run.

    Parameters
    ----------
    run : Run
    there : collection of str
        The keys of figures that any customer may have.
    """
    return [
        properties.ID_KEY, *_keys(run).values(), *_stale(run, there), *properties.COMPUTED_KEYS,
        *properties.COMPUTED_KEYS.values(), *properties.PREVIOUS_KEYS, properties.RUN_KEY,
    ]  # fmt: skip


def write_back(before: CustomerProperties, scores: Scores, dead: Collection[str]) -> WriteBack:
    """Compare scores with the stored figures.

    Parameters
    ----------
    before : CustomerProperties
        `keys_to_read` of some customers.
    scores : Scores
        The scores of the same customers.
    dead : collection of str
        Runs that started after the last finished one and never finished. The figures that they
        wrote were never current, so the previous figures beside them stay.
    """
    table, ids = scores.table, before.values[properties.ID_KEY]
    stays = pc.is_in(ids, table["customer"].combine_chunks())
    removed = pc.and_(before.has(properties.NETWORK_VALUE_KEY), pc.invert(stays))
    at = pc.index_in(table["customer"], ids.combine_chunks())
    table, then = table.filter(pc.is_valid(at)), before.take(pc.drop_null(at))

    now = _figures(table, then.values, scores.run)
    change = {key: _changes(values, then, key) for key, values in now.items()}
    any_change = reduce(pc.or_, change.values())
    of_dead = pc.is_in(then.values[properties.RUN_KEY], pa.array(dead, pa.string()))
    for key, name in properties.PREVIOUS_KEYS.items():
        last = then.values[_keys(scores.run)[name]]
        now[key] = pc.if_else(of_dead, then.values[key], last)
        change[key] = _changes(now[key], then, key)
    now[properties.RUN_KEY] = pa.chunked_array([pa.repeat(scores.run.id, len(table))])
    change[properties.RUN_KEY] = any_change

    labelled = (*properties.LABELS, properties.ROLES_KEY)
    relabel = reduce(pc.or_, (change[key] for key in labelled))
    rows = {"id": table["customer"], RELABEL: relabel}
    rows |= {
        key: values
        for key, values in now.items()
        if (key in labelled and pc.any(relabel).as_py())
        or pc.any(pc.and_(change[key], any_change)).as_py()
    }
    gone = pa.table({"id": ids}).filter(removed)
    return WriteBack(pa.table(rows).filter(any_change), gone)


def figure_rows(rows: pa.Table) -> dict[str, list[Any]]:
    """Return a map for each customer of `WriteBack.rows`: id, properties, new labels.

    The labels are None where all of them stay.
    """
    figures = rows.drop_columns(["id", RELABEL]).to_pylist()
    ids, relabel = rows["id"].to_pylist(), rows[RELABEL].to_pylist()
    return {
        "rows": [
            {"id": customer, "properties": row, "labels": _labels(row) if relabelled else None}
            for customer, row, relabelled in zip(ids, figures, relabel, strict=True)
        ]
    }


def _labels(figures: dict[str, Any]) -> list[str]:
    found = (labels.get(figures[key]) for key, labels in properties.LABELS.items())
    roles = (figures[properties.ROLES_KEY] or "").split(", ")
    return [*filter(None, found), *(label_of(role) for role in roles if role)]


def no_figures(there: Collection[str]) -> dict[str, Any]:
    """Return the parameters that remove every figure and every label."""
    return {"figures": dict.fromkeys(there), "labels": properties.ALL_LABELS}


def _changes(now: pa.ChunkedArray, then: CustomerProperties, key: str) -> pa.ChunkedArray:
    """Return whether a property changes; a value of the wrong type does."""
    return pc.or_(differs(now, then.values[key].cast(now.type)), then.has_wrong_type(key))


def _keys(run: Run) -> dict[str, str]:
    return properties.figure_keys(run)


def _stale(run: Run, there: Collection[str]) -> list[str]:
    """Return the keys of figures that earlier runs wrote and this run does not."""
    written = set(_keys(run).values())
    return [key for key in there if properties.is_stale(key, written)]


def _figures(scores: pa.Table, then: pa.Table, run: Run) -> dict[str, pa.ChunkedArray]:
    """Return the values that a run writes, by property key."""
    now = {key: scores[name] for name, key in _keys(run).items()}
    for key in _stale(run, then.column_names):
        now[key] = pa.chunked_array([pa.nulls(len(then), then[key].type)])
    for name, computed_key in properties.COMPUTED_KEYS.items():
        given, computed = (then[key].cast(pa.float64()) for key in (name, computed_key))
        # The run computes values that were not given.
        own = pc.fill_null(pc.equal(given, computed), fill_value=False)
        if name == "sentiment":
            own = pc.or_(own, pc.is_null(given))
        now[name] = pc.if_else(own, scores[name], given)
        now[computed_key] = pc.if_else(own, scores[name], pa.scalar(None, pa.float64()))
    return now
