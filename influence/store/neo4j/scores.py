"""Reading of the figures of the current run and of the one before it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import StoreRefused
from influence.runs import Run
from influence.score_columns import COMPARED, STANDINGS, camel, run_columns
from influence.scores import Scores, clv_of_run
from influence.store.neo4j import properties
from influence.store.neo4j.customers import right_types
from influence.store.neo4j.reader import GraphReader
from influence.store.neo4j.values import CustomerProperties

MAX_PROBLEMS = 5
"""The number of problems that a message lists; the rest are counted."""


def read_scores(
    reader: GraphReader, url: str, run: Run, customers: Sequence[str] | None = None
) -> Scores:
    """Return the figures of the current run, of all customers who have figures or of some.

    Raises
    ------
    StoreRefused
        If a property has a value that no run can have written.
    """
    keys = properties.figure_keys(run)
    keys = {name: name for name in properties.COMPUTED_KEYS} | keys
    found = _with_figures(reader, [properties.ID_KEY, *keys.values()], customers)
    _require_right_types(found, found.wrong_type, url)
    with right_types(url):
        figures = {
            column.name: found.values[keys[column.name]].cast(column.type)
            for column in run_columns(run)
        }
    # The property clv is an input that a later load may have changed.
    parts = ("clv", "own_kept", "credit_given", "referral_taken")
    figures["clv"] = clv_of_run(**{name: figures[name] for name in parts})
    # An earlier version wrote no such figure.
    figures["service_value"] = pc.fill_null(figures["service_value"], 0.0)
    ids = found.values[properties.ID_KEY]
    table = pa.table({"customer": ids, **figures, "run": pa.repeat(run.id, len(ids))})
    return Scores(table, run)


def read_standings(reader: GraphReader, run: Run, later: Collection[str]) -> Scores:
    """Return quadrants and tiers from before some runs that never finished.

    A value that no run can have written is none.
    """
    found = _with_figures(reader, [properties.NETWORK_VALUE_KEY, *_dated(STANDINGS)], None)
    return Scores(_from_before(found, later, STANDINGS), run)


def read_previous_figures(reader: GraphReader, url: str, later: list[str]) -> pa.Table:
    """Return the main figures from before some runs.

    Parameters
    ----------
    reader : GraphReader
    url : str
        The address of the store, for messages.
    later : list of str
        The ids of these runs.

    Raises
    ------
    StoreRefused
        If a property has a value that no run can have written.
    """
    found = _with_figures(reader, _dated(COMPARED), None)
    _require_right_types(found, found.wrong_type.keys() - properties.PREVIOUS_KEYS.keys(), url)
    before = _from_before(found, later, COMPARED)
    return before.filter(pc.is_valid(before["network_value"]))


def _dated(names: Sequence[str]) -> list[str]:
    """The keys of some figures, of what they were before, and of the run that changed them."""
    previous = [key for key, name in properties.PREVIOUS_KEYS.items() if name in names]
    return [properties.ID_KEY, properties.RUN_KEY, *map(camel, names), *previous]


def _from_before(
    found: CustomerProperties, later: Collection[str], names: Sequence[str]
) -> pa.Table:
    """Return `customer` and some figures, as they were before some runs."""
    values = found.values
    changed = pc.is_in(values[properties.RUN_KEY], pa.array(later, pa.string()))
    figures = {
        name: pc.if_else(changed, values[previous], values[camel(name)])
        for previous, name in properties.PREVIOUS_KEYS.items()
        if name in names
    }
    return pa.table({"customer": values[properties.ID_KEY], **figures})


def _with_figures(
    reader: GraphReader, keys: list[str], customers: Sequence[str] | None
) -> CustomerProperties:
    """Return properties of those customers who have figures."""
    ids = reader.customer_ids() if customers is None else pa.array(customers, pa.string())
    found = reader.properties(ids, keys)
    return found.filter(found.has(properties.NETWORK_VALUE_KEY))


def _require_right_types(found: CustomerProperties, keys: Collection[str], url: str) -> None:
    """Raise StoreRefused if a figure has a value of the wrong type."""
    ids = found.values[properties.ID_KEY].to_pylist()
    problems = [
        f"{key} of {customer!r} is {value}"
        for key in found.values.column_names
        if key in keys
        for customer, value in zip(ids, found.wrong_type[key].to_pylist(), strict=True)
        if value is not None
    ]
    if problems:
        more = len(problems) - MAX_PROBLEMS
        raise StoreRefused(
            f"{url}: invalid figures: {', '.join(problems[:MAX_PROBLEMS])}"
            + (f" and {more:,} more" if more > 0 else "")
            + "; `influence run` writes them again"
        )
