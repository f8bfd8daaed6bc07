"""Who should be called first, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from influence.charts.bars import stacked
from influence.charts.drawing import legend, svg
from influence.customer.triage import VIEWS, Reversal, triage
from influence.headings import heading
from influence.plots import GROSS_PARTS
from influence.report_page.material import Material
from influence.report_page.parts import Figure, Section, Share, Table, shown
from influence.score_columns import WITH_INTERVAL

COUNT = 10
GROSS = "network_value_gross"


def section(material: Material) -> Section:
    """List the first customers by gross network value, and compare the first of three views."""
    rows = material.top(GROSS, COUNT)
    firsts = dict.fromkeys(material.top(view, 1)[0]["customer"] for view in VIEWS)
    compared = triage(material.store, [*firsts])
    lead = [_reversed(material, reversal) for reversal in compared.reversals()]
    if material.run.steadiness is not None:
        lead.append(f"Of the {material.run.steadiness}.")
    return Section(
        "call-first",
        "Who to call first, and why",
        lead=lead,
        figures=[_first(material, rows), _views(material, compared.rows)],
    )


def _first(material: Material, rows: list[dict[str, Any]]) -> Figure:
    labels = material.labels([row["customer"] for row in rows])
    there = [name for name in GROSS_PARTS if any(row[name] for row in rows)]
    parts = {GROSS_PARTS[name]: [row[name] for row in rows] for name in there}
    rows = [row | {"why": "; ".join(_why(row))} | _intervals(row) for row in rows]
    columns = ("customer", "name", "why", GROSS, *there, "network_value", "between", "ranks")
    return Figure(
        id="first",
        title="The first by gross network value",
        meaning="Gross network value is the CLV that is within reach of one customer; it ranks who "
        "to call first, and it must not be added up, since others reach the same people.",
        method="how-gross",
        svg=svg(stacked(labels, parts, f"gross network value, in {material.unit}")),
        legend=legend(parts),
        alt="A bar for each of these customers, split into CLV, CRV, influence and service value.",
        table=Table.of(rows, columns, between="95 % interval", ranks="rank (95 % interval)"),
        open=True,
    )


def _intervals(row: dict[str, Any]) -> dict[str, str]:
    """Return the intervals of network value and rank as texts; none where a run made none."""
    if "rank_low" not in row:
        return {}
    (low, high), ranks = ([shown(row[f"{name}_{end}"]) for end in ("low", "high")]
                          for name in WITH_INTERVAL)  # fmt: skip
    # Blanks at which a narrow cell must not break.
    between, rank = f"{low} to\u00a0{high}", f"{shown(row['rank'])} ({' to '.join(ranks)})"
    return {"between": between, "ranks": rank.replace(" ", "\u00a0")}


def _why(row: dict[str, Any]) -> Iterator[str]:
    """Yield what makes a customer's gross network value large, and how they feel about it."""
    if row[GROSS] > 0 and row["influence"] > 0:
        yield f"{shown(Share(row['influence'] / row[GROSS]))} of it is influence"
    yield f"{row['reach_1']:,} contacts" if row["reach_1"] != 1 else "1 contact"
    if row["clv"] == 0:
        yield "pays nothing themselves"
    if row["crv"] > 0:
        yield f"CRV {row['crv']:,.0f}"
    if row["stance"] in {"promoter", "detractor"}:
        yield row["stance"]


def _views(material: Material, rows: list[dict[str, Any]]) -> Figure:
    columns = ("customer", "name", *VIEWS, "clv_rank", "rank", "influence", "crv")
    return Figure(
        id="views",
        title="The first customer of each view",
        meaning="Three questions have three answers: who spends most (CLV), who should be called "
        "first (gross), and whose share of all value is largest (network value).",
        method="how-gross",
        table=Table.of(material.named(rows), columns),
    )


def _reversed(material: Material, reversal: Reversal) -> str:
    one, other = (material.called(key) for key in (reversal.by_clv, reversal.by_view))
    clv, value = ([f"{amount:,.0f}" for amount in pair] for pair in (reversal.clv, reversal.value))
    return (
        f"By CLV {one} comes before {other} ({clv[0]} against {clv[1]}); by "
        f"{heading(reversal.view)} it is the other way round ({value[0]} against {value[1]})."
    )
