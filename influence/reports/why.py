"""Why figures differ between two runs: the change of each figure, split by what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import NothingToShow
from influence.network import Selection
from influence.parameters import Parameters
from influence.pipeline import compute
from influence.reports.why_steps import PARTS, Inputs, steps
from influence.scores import Scores
from influence.tables import EMPTY, Tables, complete
from influence.tables.notes import ignore
from influence.value.rank import ROUNDING

FIGURES = (
    "clv",
    "influence",
    "influence_active",
    "influence_signed",
    "network_value_gross",
    "network_value",
)
"""Figures whose change is split, for each customer."""
TOTALS = ("clv", "network_value")
"""Those of them that add up over customers."""
Floats = npt.NDArray[np.float64]


def why(
    before: Tables,
    after: Tables,
    parameters_before: Parameters | None = None,
    parameters_after: Parameters | None = None,
) -> pa.Table:
    """Split the change of each customer's figures between two inputs by what changed.

    The kinds of change are made one after another, in the order of `PARTS`, and the figures are
    computed after each: a part is the difference that its step makes. So the parts of a figure add
    up to its change, up to rounding. What two changes do together counts for the later one.

    Parameters
    ----------
    before, after : Tables
        Validated first, unless they come from a store.
    parameters_before, parameters_after : Parameters, optional
        `parameters_after` is `parameters_before` by default.

    Returns
    -------
    pa.Table
        customer, part, and the change of each of `FIGURES` by that part, in the order of the parts.
        A customer who has no row before or after has 0 there. Rows of zeros are left out.

    Raises
    ------
    InputRejected
        If the tables have problems.
    UsageError
        If the selection of ties is not valid for its tables, or memory does not suffice.

    Examples
    --------
    >>> import influence
    >>> ties = {"source": ["A"], "target": ["B"]}
    >>> one = influence.Tables(customers={"id": ["A", "B"], "clv": [100.0, 0.0]}, ties=ties)
    >>> two = influence.Tables(customers={"id": ["A", "B"], "clv": [200.0, 0.0]}, ties=ties)
    >>> influence.why(one, two).select(["customer", "part", "network_value"]).to_pylist()
    [{'customer': 'A', 'part': 'CLV', 'network_value': 77.5}, \
{'customer': 'B', 'part': 'CLV', 'network_value': 22.5}]
    """
    parameters_before = parameters_before or Parameters()
    first = Inputs(complete(before), parameters_before)
    last = Inputs(complete(after), parameters_after or parameters_before)
    ids = pc.unique(
        pa.chunked_array(
            [*first.tables.customers["id"].chunks, *last.tables.customers["id"].chunks],
            pa.string(),
        )
    ).sort()
    return pa.concat_tables([_SCHEMA.empty_table(), *_changes(first, last, ids)])


_SCHEMA = pa.schema(
    [("customer", pa.string()), ("part", pa.string()), *((f, pa.float64()) for f in FIGURES)]
)


def _changes(first: Inputs, last: Inputs, ids: pa.Array) -> Iterator[pa.Table]:
    """Yield the rows of each part."""
    known = None
    for part, inputs in steps(first, last):
        if known is None:
            known = _figures(first, ids)
        figures = _figures(inputs, ids)
        change, known = figures - known, figures
        rows = pa.array(np.flatnonzero(change.any(axis=1)))
        columns = [pa.array(change[rows, at]) for at in range(len(FIGURES))]
        yield pa.table([ids.take(rows), pa.repeat(part, len(rows)), *columns], schema=_SCHEMA)


def _figures(inputs: Inputs, ids: pa.Array) -> Floats:
    """Compute the figures of some customers, float64[n, figures]; 0 for those without a row."""
    scores = _scores(inputs)
    at = pc.index_in(ids, scores.table["customer"].combine_chunks())
    columns = (scores.table[name].combine_chunks().take(at) for name in FIGURES)
    return np.column_stack([pc.fill_null(column, 0.0).to_numpy() for column in columns])


def _scores(inputs: Inputs) -> Scores:
    tables, parameters = inputs.tables, replace(inputs.parameters, intervals=0)
    if _nothing_selected(tables.ties, parameters.selection):
        # A run refuses to start there, but a step between two runs may leave no such tie.
        frames = {name: tables[name] for name in tables} | {"ties": EMPTY["ties"]}
        tables = Tables(complete=True, **frames)
        parameters = replace(parameters, selection=Selection())
    return compute(tables, parameters, tell=ignore)


def _nothing_selected(ties: pa.Table, selection: Selection) -> bool:
    """Return whether no tie has one of the selected kinds, or none one of the networks."""
    wanted = (("kind", selection.kinds), ("network", selection.networks))
    return any(
        names and not pc.any(pc.is_in(ties[column], pa.array(names, pa.string()))).as_py()
        for column, names in wanted
    )


def totals(parts: pa.Table) -> pa.Table:
    """Add up the parts of all customers.

    Parameters
    ----------
    parts : pa.Table
        See `why`.

    Returns
    -------
    pa.Table
        part, how many `customers` have a figure that changed by more than rounding, and the change
        of each of `TOTALS`, in the order of the parts.
    """
    moved = np.abs([parts[name].to_numpy() for name in FIGURES])
    scale = ROUNDING * (1 + float(moved.sum()))
    clear = pa.array((moved > scale).any(axis=0).astype(np.int64))
    summed = [("customers", "sum"), *((name, "sum") for name in TOTALS)]
    found = parts.append_column("customers", clear).group_by("part").aggregate(summed)
    found = found.select(["part", *(f"{name}_sum" for name, _ in summed)])
    found = found.rename_columns(["part", *(name for name, _ in summed)])
    order = np.argsort([PARTS.index(part) for part in found["part"].to_pylist()])
    return found.take(pa.array(order, pa.int64()))


def of_customer(parts: pa.Table, customer: str) -> pa.Table:
    """Return the parts of one customer, without their id.

    Raises
    ------
    NothingToShow
        If no figure of the customer changed, or there is no such customer.
    """
    found = parts.filter(pc.equal(parts["customer"], customer))
    if len(found) == 0:
        raise NothingToShow(f"customer {customer!r}: no figure changed between the two runs")
    return found.drop_columns("customer")
