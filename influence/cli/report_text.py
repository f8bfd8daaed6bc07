"""The text that `run --report-text` prints: what a run found, in lines short enough for a mail."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from influence.cli.captions import in_currency
from influence.cli.tables import draw, fitting, print_lines
from influence.headings import heading, headings

if TYPE_CHECKING:
    import pyarrow as pa

    from influence.batch import Outcome
    from influence.store import Store
    from influence.tables.notes import Note

WIDTH = 77
"""Longest line, unless numbers need more."""
FIRST = 10
"""Customers in a table."""
TOTALS = ("all", "customers", "free", "clv", "network_value")
RANKING = ("rank", "customer", "name", "network_value", "clv", "quadrant")
CHANGES = {
    "customer": "customer",
    "name": "name",
    "change": "change",
    "network_value_after": "after",
    "rank_before": "rank before",
    "rank_after": "rank after",
}


def print_report(store: Store, outcome: Outcome, notes: Sequence[Note]) -> None:
    """Print totals, the first customers, changes since the previous run, and warnings.

    Parameters
    ----------
    store : Store
        Open; its current run is that of the outcome.
    outcome : Outcome
    notes : sequence of Note
        Of these, the ones that are warnings are printed.
    """
    from influence.reports.summary import summarise
    from influence.reports.wanted import Wanted, select
    from influence.tables.notes import ASKED_FOR

    scores, run = outcome.scores, outcome.written.run
    finished = f", finished {run.finished_at:%Y-%m-%d %H:%M} UTC" if run.finished_at else ""
    _say(f"Run {run.id}{finished}{in_currency(run)}")
    _say(run.convention)
    _table(summarise(scores).to_pylist(), headings(TOTALS), "Totals")
    top, _ = select(scores, store, Wanted(), by="network_value", count=FIRST)
    _table(top.to_pylist(), headings(RANKING), f"Top {len(top)} by {heading('network_value')}")
    warnings = [str(note) for note in notes if note.event not in ASKED_FOR]
    warnings += [run.caveat] if run.caveat else []
    if outcome.computed:
        warnings += _print_changes(store, scores.table["customer"])
    else:
        _say("\nNothing changed: input and parameters are those of this run.")
    if warnings or outcome.computed:
        _say("\nWarnings" if warnings else "\nNo warnings")
    for warning in warnings:
        _say(f"- {warning}", indent="  ")


def _print_changes(store: Store, current: pa.ChunkedArray) -> list[str]:
    """Print the changes since the previous run; return warnings about the comparison.

    Only customers of the current run are named, so nobody who is no longer to be profiled.
    """
    import pyarrow.compute as pc

    from influence.customer.names import names_of, with_names
    from influence.errors import NothingToShow
    from influence.reports.compare import compare, currencies, currencies_differ, differing
    from influence.runs import named

    runs = store.runs()
    try:
        before = named(runs, "previous")
    except NothingToShow:
        _say("\nThis is the first run, so there is nothing to compare.")
        return []
    changes = compare(store)
    moved = changes.filter(differing(changes))
    gone = pc.sum(pc.is_null(moved["rank_after"])).as_py() or 0
    shown = moved.filter(pc.is_in(moved["customer"], current.combine_chunks())).slice(0, FIRST)
    left = f"; {gone:,} of them have no figures any more" if gone else ""
    _say(f"\nSince run {before}: {len(moved):,} of {len(changes):,} customers changed{left}")
    if len(shown):
        names = names_of(store, shown["customer"].to_pylist())
        rows = with_names(shown.to_pylist(), names)
        _table(rows, CHANGES, f"Largest changes of {heading('network_value')}")
    differ = currencies_differ(currencies(runs, {before, named(runs, "latest")}))
    return [differ] if differ else []


def _table(rows: Sequence[Mapping[str, object]], columns: Mapping[str, str], title: str) -> None:
    """Print the columns that the rows have and that fit a line."""
    there = {name: words for name, words in columns.items() if any(name in row for row in rows)}
    draw(rows, fitting(rows, there, WIDTH), title=title, width=WIDTH)


def _say(text: str, indent: str = "") -> None:
    """Print text, wrapped between words; `indent` begins each line but the first."""
    for line in text.split("\n"):
        print_lines(textwrap.fill(line, WIDTH, subsequent_indent=indent,
                                  break_long_words=False, break_on_hyphens=False))  # fmt: skip
