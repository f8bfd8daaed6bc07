"""`demo`: make, load and compute a sample company, and show the findings on one screen."""

from __future__ import annotations

import math
import os
import shutil
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli import options
from influence.cli.output import emit_json, progress, say_commands
from influence.cli.tables import draw, print_lines
from influence.headings import heading

if TYPE_CHECKING:
    from influence.network import Direction
    from influence.scores import Scores
    from influence.tables import Tables

DIRECTIONS: dict[str, Direction] = {"follows": "reversed"}
FOUND = 10
SHOWN = 4
PAIRS = 5
OTHERS = 3
"""How many others each end of a tie between groups can influence at least."""
SCREEN = 80
"""Width of the narrowest supported terminal."""
OVERLOOKED = {
    "advocate": "spends little, promoter: influence {influence_signed:,.0f}",
    "detractor": "spends much, detractor: influence {influence_signed:,.0f}",
    "free": "free: influence {credit_received:,.0f}, referrals {referral_value:,.0f}",
    "referrer": "referred many who referred many: {referral_tree_value:,.0f}",
}
"""Part → why CLV does not show the customer, filled with their figures."""


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), default="influence-demo")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table",
              show_default=True)  # fmt: skip
@options.common
def demo(directory: Path, form: str, quiet: bool) -> None:
    """Make a sample company, load it, run, and show the results.

    Its tables go to DIRECTORY/in, the store to DIRECTORY/store.

    \b
    Example:
      influence demo
    """
    from influence.demo.files import write_company
    from influence.loaders import tables as loader
    from influence.network import Selection
    from influence.pipeline import Parameters, compute
    from influence.store import open_store

    write_company(directory / "in")
    given = loader.read([directory / "in"])
    parameters = Parameters(selection=Selection(directions=DIRECTIONS))
    with open_store(str(directory / "store")) as store, progress(quiet=quiet) as report:
        store.write_tables(given, replace=True, allow_removal=True, progress=report)
        tables = store.tables()
        scores = compute(tables, parameters, report)
        store.write_scores(scores)
    findings = find(scores, tables)
    if form == "json":
        emit_json(findings)
        return
    _show(findings, len(tables.ties))
    if not quiet:
        _what_next(directory, findings)


def find(scores: Scores, tables: Tables) -> dict[str, Any]:
    """Return the findings: both rankings, overlooked customers, pairs that CLV misjudges.

    Besides, under `social`: Ambassadors, weak ties and sleepers.
    """
    from influence.value.rank_reversals import rank_reversals

    customers = tables.customers.select(["id", "name", "relation"]).to_pylist()
    names = {row["id"]: row["name"] for row in customers}
    relations = {row["id"]: row["relation"] for row in customers}

    def named(by: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = scores.top(FOUND, by).to_pylist()
        return [{"name": names[row["customer"]], **row} for row in rows]

    pairs = rank_reversals(
        scores.table["clv"].to_numpy(), scores.table["network_value"].to_numpy(), PAIRS
    )
    rows = {i: scores.table.slice(i, 1).to_pylist()[0] for pair in pairs for i in pair}
    return {
        "customers": len(scores),
        "ties": scores.run.ties,
        "clv": math.fsum(scores.table["clv"].to_pylist()),
        "median_clv": statistics.median(scores.table["clv"].to_pylist()),
        "call_first": named("network_value_gross"),
        "worth_most": named("network_value"),
        "overlooked": _overlooked(scores, names, relations),
        "misjudged": [_pair(rows[a], rows[b], names) for a, b in pairs],
        "social": _social(scores, names),
    }


def _social(scores: Scores, names: dict[str, str]) -> dict[str, Any]:
    """Return Ambassadors, weak ties and sleepers: how many there are, and the first of them.

    Ambassadors who are promoters come first, by social score; sleepers by influence; and ties by
    value, of those between groups: the ends live apart, share no contact, and have others.
    """
    rows = scores.table.to_pylist()
    reached = {row["customer"]: row["reach_1"] for row in rows}
    ambassadors = [row for row in rows if row["tier"] == "ambassador"]
    ambassadors.sort(key=lambda row: (row["stance"] != "promoter", -row["social_score"]))
    sleepers = [row for row in rows if "sleeper" in (row["roles"] or "").split(", ")]
    sleepers.sort(key=lambda row: -row["influence"])
    weak_ties = [
        {
            **row,
            "source_name": names[row["source"]],
            "target_name": names[row["target"]],
        }
        for row in (scores.ties.to_pylist() if scores.ties is not None else [])
        if row["overlap"] == 0
        and "household" not in row["kind"].split(", ")
        and min(reached[row["source"]], reached[row["target"]]) > OTHERS
    ]  # in the order of their value
    people = {"ambassadors": ambassadors, "sleepers": sleepers}
    first = {
        part: [{"name": names[row["customer"]], **row} for row in found[:FOUND]]
        for part, found in people.items()
    }
    counts = {part: len(found) for part, found in people.items()}
    return {**first, "weak_ties": weak_ties[:FOUND], "counts": counts}


def _overlooked(
    scores: Scores, names: dict[str, str], relations: dict[str, str]
) -> list[dict[str, Any]]:
    import numpy as np

    from influence.value.overlooked import overlooked

    clv, signed, worth, tree = (
        scores.table[name].to_numpy()
        for name in ("clv", "influence_signed", "network_value", "referral_tree_value")
    )
    ids = scores.table["customer"].to_pylist()
    customer = np.array([relations[key] == "customer" for key in ids], dtype=np.bool_)
    found = overlooked(clv, signed, worth, tree, customer)
    rows = {part: scores.row(ids[i]) for part, i in found._asdict().items() if i is not None}
    return [
        {
            "part": part,
            "name": names[row["customer"]],
            "reason": OVERLOOKED[part].format_map(row),
            **row,
        }
        for part, row in rows.items()
    ]


def _pair(a: dict[str, Any], b: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {
        "a": a["customer"],
        "name_a": names[a["customer"]],
        "clv_a": a["clv"],
        "network_value_a": a["network_value"],
        "b": b["customer"],
        "name_b": names[b["customer"]],
        "clv_b": b["clv"],
        "network_value_b": b["network_value"],
        "reason": _reason(a),
    }


def _reason(row: dict[str, Any]) -> str:
    """Return the larger part of the network value that is not the customer's own."""
    if row["referral_value"] > row["credit_received"]:
        return f"referrals {row['referral_value']:,.0f}"
    return f"influence {row['credit_received']:,.0f}"


def _show(findings: dict[str, Any], ties: int) -> None:
    from influence.runs import CONVENTION

    print_lines(
        f"A sample company: {findings['customers']:,} customers, {ties:,} ties, "
        f"Σ CLV {findings['clv']:,.0f}, median CLV {findings['median_clv']:,.0f}"
    )
    person = ("customer", "name", "clv")
    _draw(
        findings["call_first"][:SHOWN],
        _headings(*person, "clv_rank", "crv", "influence", "network_value_gross"),
        "Whom to call first: gross network value (own CLV, CRV of referrals, influence)",
        "Gross counts the same money for several people: rank by it, never add it up.",
    )
    _draw(
        findings["worth_most"][:SHOWN],
        _headings(*person, "clv_rank")
        | {"credit_received": "from influence", "referral_value": "from referrals"}
        | _headings("network_value"),
        "Largest network value: every unit of money counted once (ledger)",
        f"Sums to CLV and referral savings; {CONVENTION}.",
    )
    _draw(
        findings["overlooked"],
        {**_headings(*person, "network_value"), "reason": "why"},
        "Customers whom CLV does not show",
    )
    _draw(
        findings["misjudged"],
        {
            "name_a": "spends less",
            "clv_a": "CLV",
            "network_value_a": "network value",
            "name_b": "than",
            "clv_b": "CLV",
            "network_value_b": "network value",
            "reason": "mostly from",
        },
        "Whom CLV misjudges most: they spend less and bring more",
    )
    _show_social(findings["social"])


def _show_social(social: dict[str, Any]) -> None:
    """Print a line each about Ambassadors, weak ties and sleepers."""
    counts = social["counts"]
    ambassadors = [
        f"Ambassadors, high both socially and financially: {counts['ambassadors']:,}, such as "
        f"{row['name']} ({row['customer']})"
        for row in social["ambassadors"][:1]
    ]
    weak_ties = [
        f"Most valuable tie between groups: {row['source_name']} and {row['target_name']}, "
        f"influence {row['value']:,.0f}"
        for row in social["weak_ties"][:1]
    ]
    sleepers = [
        f"Sleepers, with many contacts and no acts: {counts['sleepers']:,}, such as "
        f"{row['name']} ({row['customer']})"
        for row in social["sleepers"][:1]
    ]
    print_lines("\n".join(["", *ambassadors, *weak_ties, *sleepers]))


def _headings(*columns: str) -> dict[str, str]:
    return {column: "id" if column == "customer" else heading(column) for column in columns}


def _draw(
    rows: Sequence[Mapping[str, Any]],
    columns: dict[str, str],
    title: str,
    below: str | None = None,
) -> None:
    """Draw a table in whole units of money that fits the narrowest terminal."""
    whole = [
        {name: round(value) if isinstance(value, float) else value for name, value in row.items()}
        for row in rows
    ]
    draw(whole, columns, title=title, caption=below, width=SCREEN)


def _what_next(directory: Path, findings: dict[str, Any]) -> None:
    store = f"--store {directory / 'store'}"
    # After `make demo` the command is not on the PATH, so its path is shown.
    installed = os.path.relpath(Path(sys.executable).with_name("influence"))
    command = "influence" if shutil.which("influence") else installed
    advocate, pair = findings["overlooked"][0], findings["misjudged"][0]
    detractors = [row for row in findings["overlooked"] if row["part"] == "detractor"]
    cards = [row["customer"] for row in (*findings["social"]["ambassadors"][:1], *detractors)]
    say_commands(
        "\nNext:\n"
        f"  {command} explain {advocate['customer']} {store}\n"
        f"  {command} triage {pair['a']} {pair['b']} {store}\n"
        f"  {command} scorecard {' '.join(cards)} {store}\n"
        f"  {command} ties --weak {store}\n"
        f"  less {directory / 'in' / 'customers.csv'}   # what your own tables should look like\n"
        f"  {command} check DIRECTORY   # try them",
        "what_next",
    )
