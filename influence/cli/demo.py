"""`demo`: the whole job on a sample company, and the point of it on one screen."""

from __future__ import annotations

import math
import os
import shutil
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli import options
from influence.cli.output import cell, console, emit_json, progress, say, table

if TYPE_CHECKING:
    from rich.console import Console

    from influence.network import Direction
    from influence.scores import Scores

DIRECTIONS: dict[str, Direction] = {"follows": "reversed"}
SHOWN = 10
PAIRS = 6


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
        store.write_tables(given, replace=True, progress=report)
        tables = store.tables()
        scores = compute(tables, parameters, report)
        store.write_scores(scores)
    names = dict(
        zip(tables.customers["id"].to_pylist(), tables.customers["name"].to_pylist(), strict=True)
    )
    findings = find(scores, names)
    if form == "json":
        emit_json(findings)
        return
    _show(console(), findings, len(tables.ties))
    if not quiet:
        _what_next(directory)


def find(scores: Scores, names: dict[str, str]) -> dict[str, Any]:
    """The demo's findings: both rankings, and the pairs that CLV misjudges."""
    from influence.value.misjudged import misjudged_pairs

    def named(by: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = scores.top(SHOWN, by).to_pylist()
        return [{"name": names[row["customer"]], **row} for row in rows]

    pairs = misjudged_pairs(
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
        "misjudged": [_pair(rows[a], rows[b], names) for a, b in pairs],
    }


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
        "reason": f"{a['credit_received']:,.0f} from {_reach(a):,} people",
    }


def _reach(row: dict[str, Any]) -> int:
    return sum(count for name, count in row.items() if name.startswith("reach_"))


def _show(out: Console, findings: dict[str, Any], ties: int) -> None:
    from influence.scores import CONVENTION

    out.print(
        f"\n[bold]A sample company[/bold]: {findings['customers']:,} customers, {ties:,} ties, "
        f"Σ CLV {cell(findings['clv'])}, median CLV {cell(findings['median_clv'])}"
    )
    person = {"customer": "id", "name": "name", "clv": "CLV", "clv_rank": "by CLV"}
    out.print(
        table(
            findings["call_first"],
            {**person, "influence": "influence", "network_value_gross": "gross"},
            title="Whom to call first: CLV and all that their influence touches (gross)",
            caption="Gross counts the same money for several people: a ranking, never a sum.",
        )
    )
    out.print(
        table(
            findings["worth_most"],
            {**person, "credit_received": "credited", "network_value": "worth"},
            title="Who is worth most: every unit of money once (ledger)",
            caption=f"What is worth adds up to Σ CLV; {CONVENTION}.",
        )
    )
    out.print(
        table(
            findings["misjudged"],
            {
                "name_a": "spends less",
                "clv_a": "CLV",
                "network_value_a": "worth more",
                "name_b": "than",
                "clv_b": "CLV",
                "network_value_b": "worth",
                "reason": "credited with",
            },
            title="Whom CLV misjudges most",
        )
    )


def _what_next(directory: Path) -> None:
    store = f"--store {directory / 'store'}"
    # Not on the PATH after `make demo`: then where it was installed.
    installed = os.path.relpath(Path(sys.executable).with_name("influence"))
    command = "influence" if shutil.which("influence") else installed
    say(
        "Next:\n"
        f"  {command} explain C0001 {store}\n"
        f"  {command} top --by influence {store}\n"
        f"  less {directory / 'in' / 'customers.csv'}   # what your own tables should look like\n"
        f"  {command} check DIRECTORY   # try them"
    )
