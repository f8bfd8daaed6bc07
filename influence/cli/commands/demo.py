"""`demo`: the whole job on a sample company, and the point of it on one screen."""

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
from influence.cli.output import console, emit_json, progress, say, table

if TYPE_CHECKING:
    from rich.console import Console

    from influence.network import Direction
    from influence.scores import Scores
    from influence.tables import Tables

DIRECTIONS: dict[str, Direction] = {"follows": "reversed"}
FOUND = 10
SHOWN = 5
PAIRS = 5
OVERLOOKED = {
    "advocate": "spends little, recommends us: influence {influence_signed:,.0f}",
    "detractor": "spends much, warns of us: influence {influence_signed:,.0f}",
    "free": "pays nothing: influence {credit_received:,.0f}, referrals {referral_value:,.0f}",
    "referrer": "brought many who brought many: {referral_tree_value:,.0f}",
}
"""Why CLV does not show them, from their own figures."""


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), default="influence-demo")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table",
              show_default=True)  # fmt: skip
@options.common
def demo(directory: Path, form: str, quiet: bool) -> None:
    """Make a sample company, load it, run, and show what came out.

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
    _show(console(), findings, len(tables.ties))
    if not quiet:
        _what_next(directory, findings)


def find(scores: Scores, tables: Tables) -> dict[str, Any]:
    """The demo's findings: both rankings, whom CLV does not show, and the pairs it misjudges."""
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
    }


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
    """By what she is worth more than she pays: the larger of the two."""
    if row["referral_value"] > row["credit_received"]:
        return f"{row['referral_value']:,.0f} by referrals"
    return f"{row['credit_received']:,.0f} by {_reach(row):,} people"


def _reach(row: dict[str, Any]) -> int:
    return sum(count for name, count in row.items() if name.startswith("reach_"))


def _show(out: Console, findings: dict[str, Any], ties: int) -> None:
    from influence.scores import CONVENTION

    out.print(
        f"[bold]A sample company[/bold]: {findings['customers']:,} customers, {ties:,} ties, "
        f"Σ CLV {findings['clv']:,.0f}, median CLV {findings['median_clv']:,.0f}"
    )
    person = {"customer": "id", "name": "name", "clv": "CLV"}
    ranked = {**person, "clv_rank": "by CLV"}
    _draw(
        out,
        findings["call_first"][:SHOWN],
        {**ranked, "crv": "referrals", "influence": "influence", "network_value_gross": "gross"},
        title="Whom to call first: CLV, and all that their word reaches (gross)",
        below="Gross counts the same money for several people: a ranking, never a sum.",
    )
    _draw(
        out,
        findings["worth_most"][:SHOWN],
        {
            **ranked,
            "credit_received": "credit",
            "referral_value": "referrals",
            "network_value": "worth",
        },
        title="Who is worth most: every unit of money once (ledger)",
        below=f"Sums to CLV and referral savings; {CONVENTION}.",
    )
    _draw(
        out,
        findings["overlooked"],
        {**person, "network_value": "worth", "reason": "why"},
        title="Whom CLV does not show",
    )
    _draw(
        out,
        findings["misjudged"],
        {
            "name_a": "spends less",
            "clv_a": "CLV",
            "network_value_a": "worth",
            "name_b": "than",
            "clv_b": "CLV",
            "network_value_b": "worth",
            "reason": "credited with",
        },
        title="Whom CLV misjudges most",
    )


def _draw(
    out: Console,
    rows: Sequence[Mapping[str, Any]],
    columns: dict[str, str],
    *,
    title: str,
    below: str | None = None,
) -> None:
    """A table close together, in whole units of money."""
    whole = [
        {name: round(value) if isinstance(value, float) else value for name, value in row.items()}
        for row in rows
    ]
    drawn = table(whole, columns)
    drawn.show_edge = drawn.pad_edge = False
    drawn.padding = (0, 1, 0, 0)
    out.print(f"\n[bold]{title}[/bold]")
    out.print(drawn)
    if below:
        out.print(f"[dim]{below}[/dim]")


def _what_next(directory: Path, findings: dict[str, Any]) -> None:
    store = f"--store {directory / 'store'}"
    # Not on the PATH after `make demo`: then where it was installed.
    installed = os.path.relpath(Path(sys.executable).with_name("influence"))
    command = "influence" if shutil.which("influence") else installed
    advocate, pair = findings["overlooked"][0], findings["misjudged"][0]
    say(
        "\nNext:\n"
        f"  {command} explain {advocate['customer']} {store}\n"
        f"  {command} triage {pair['a']} {pair['b']} {store}\n"
        f"  {command} top --by referral_tree_value {store}\n"
        f"  less {directory / 'in' / 'customers.csv'}   # what your own tables should look like\n"
        f"  {command} check DIRECTORY   # try them",
        "what_next",
    )
