"""What changed since the run before, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence.charts.bars import signed
from influence.charts.drawing import svg
from influence.errors import NothingToShow
from influence.report_page.material import Material
from influence.report_page.parts import Figure, Section, Table
from influence.report_page.sections.run import settings
from influence.reports.compare import compare_figures, differing
from influence.runs import Run, named

COUNT = 10


def section(material: Material) -> Section:
    """Compare the current run with the one before."""
    runs = material.store.runs()
    title = "What changed since the last run, and why"
    try:
        ids = [named(runs, name) for name in ("previous", "latest")]
        changes = compare_figures(*map(material.store.figures, ids))
    except NothingToShow:
        return Section("changes", title, ["There is no earlier run to compare with."])
    before, after = (next(run for run in runs if run.id == name) for name in ids)
    moved = changes.filter(differing(changes))
    lead = [_totals(changes, len(moved), before), *_reasons(material, before, after, changes)]
    figures = [_movers(material, moved.slice(0, COUNT).to_pylist())] if len(moved) else []
    return Section("changes", title, lead, figures)


def _totals(changes: pa.Table, moved: int, before: Run) -> str:
    sums = [pc.sum(changes[f"network_value_{side}"]).as_py() or 0.0 for side in ("before", "after")]
    return (
        f"Since the run of {before.started_at:%Y-%m-%d %H:%M} (UTC) the figures of {moved:,} of "
        f"{len(changes):,} customers changed; their network value "
        f"together went from {sums[0]:,.0f} to {sums[1]:,.0f}."
    )


def _reasons(material: Material, before: Run, after: Run, changes: pa.Table) -> Iterator[str]:
    """Yield what differs between the runs: input, parameters, customers and ties."""
    if before.currency != after.currency:
        yield "The two runs have different currencies, so the changes are not amounts of money."
    old, new = settings(before), settings(after)
    different = [name for name in {**new, **old} if old.get(name) != new.get(name)]
    for name in different:
        values = (record.get(name, "not set") for record in (new, old))
        yield f"Parameter {name}: {', before '.join(values)}."
    came, left = (changes[f"rank_{side}"].null_count for side in ("before", "after"))
    if came or left:
        yield f"Customers who came: {came:,}; who left: {left:,}."
    if before.ties != after.ties:
        yield f"Ties: {after.ties:,}, before {before.ties:,}."
    loads = [
        load for load in material.store.loads() if load.changed
        and before.started_at < load.loaded_at < after.started_at
    ]  # fmt: skip
    for load in loads:
        yield f"Load of {load.loaded_at:%Y-%m-%d %H:%M} (UTC): {', '.join(load.tables)}."
    if before.fingerprint == after.fingerprint:
        yield "Customers, values and ties are the same in both runs."
    elif not loads and not different:
        yield "The input changed: customers, their values, or ties."


def _movers(material: Material, rows: list[dict[str, Any]]) -> Figure:
    labels = material.labels([row["customer"] for row in rows])
    columns = ("customer", "name", "change", "network_value_before", "network_value_after",
               "rank_before", "rank_after")  # fmt: skip
    return Figure(
        id="movers",
        title="The largest changes of network value",
        meaning="A change may come from the customer's own CLV or from that of the people whom "
        "they influence.",
        method="how-network-value",
        svg=svg(signed(labels, [row["change"] for row in rows], f"change, in {material.unit}")),
        alt="A bar for each customer, to the right for gains and to the left for losses.",
        table=Table.of(material.named(rows), columns),
    )
