"""`summary`: show the totals of the current run."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from influence.cli import options
from influence.cli.captions import run_caption, warn_unfinished
from influence.cli.customer_options import customer_options, say_matched
from influence.cli.output import emit, output_format, say
from influence.cli.tables import show
from influence.headings import heading, headings

if TYPE_CHECKING:
    from influence.reports.wanted import Wanted

SOURCE = "from_"
"""Begins the columns that say whose value is credited to a relation."""
BLANK = "(none)"
"""Stands in a table for the customers who are in no group."""
CREDITED_CAPTION = (
    "each row adds up to its network value; savings and costs of a referral are "
    "listed under the relation of the referred customer"
)
LEFT_OUT = {"credit_given", "referral_taken"}
"""Totals that a table leaves out, since other customers of the company receive them."""


@click.command()
@click.option("--by", metavar="COLUMN", help="segment, relation, or any column of the customers; "
              "quadrant, tier or stance.")  # fmt: skip
@customer_options
@options.store
@options.output
@options.common
def summary(
    by: str | None, wanted: Wanted, store_url: str | None, form: str | None, quiet: bool
) -> None:
    """Show the totals of the current run.

    \b
    Examples:
      influence summary --by segment
      influence summary --by quadrant
      influence summary --by relation --where 'clv = 0' --columns network_value
    """
    from influence.reports.summary import summarise_matching

    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores()
        totals, matched = summarise_matching(scores, store, wanted, by)
    say_matched(wanted, matched, len(scores), quiet=quiet)
    if scores.run.stability is not None:
        say(str(scores.run.steadiness), "top_stability", quiet=quiet,
            **asdict(scores.run.stability))  # fmt: skip
    if scores.run.included is not None:
        say(scores.run.included, "intervals_include", quiet=quiet,
            uncertain=scores.run.uncertain)  # fmt: skip
    left_out = set() if wanted.columns else LEFT_OUT
    rows, names = totals.to_pylist(), totals.column_names
    sources = [name for name in names if name.startswith(SOURCE) and not wanted.columns]
    shown = headings(name for name in names if name not in left_out and name not in sources)
    drawn = output_format(form) == "table"
    if drawn and by:
        rows = [row | {names[0]: row[names[0]] or BLANK} for row in rows]
    emit(rows, shown, form, caption=None if quiet else run_caption(scores.run))
    if sources and drawn:
        credited = {"relation": "relation", "network_value": heading("network_value")}
        credited |= {name: f"value of {name.removeprefix(SOURCE)}" for name in sources}
        profiled = [row for row in rows if row[sources[0]] is not None]
        show(profiled, credited, title="Whose value is credited to whom",
             caption=None if quiet else CREDITED_CAPTION)  # fmt: skip
    elif by == "relation" and not (sources or wanted.where or wanted.columns):
        _say_left_out([row["relation"] for row in rows], quiet=quiet)


def _say_left_out(relations: list[str], *, quiet: bool) -> None:
    """Say why it is not shown whose value is credited to whom, where there are relations."""
    from influence.engine.relations import MOST
    from influence.scores import NOT_PROFILED

    count = sum(relation != NOT_PROFILED for relation in relations)
    why = "it could reveal the value of a customer who is not profiled"
    if count > MOST:
        why = f"there are more than {MOST} relations"
    if count > 1:
        text = f"whose value is credited to whom is left out: {why}"
        say(text, "credited_left_out", quiet=quiet)
