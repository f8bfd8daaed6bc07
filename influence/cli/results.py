"""`summary`, `compare`, `export`, `intention`: totals of a run, two runs, a file, and surveys."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli import options
from influence.cli.output import chosen, emit, say, warn
from influence.cli.show import stamp, warn_unfinished


@click.command()
@click.option("--by", metavar="COLUMN", help="segment, relation, or any column of the customers.")
@options.store
@options.output
@options.common
def summary(by: str | None, store_url: str | None, form: str | None, quiet: bool) -> None:
    """Show the totals of the current run.

    \b
    Example:
      influence summary --by segment
    """
    from influence.summary import summarise

    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores()
        totals = summarise(scores, store.customers() if by else None, by)
    shown = [name for name in totals.column_names if name not in {"credit_given", "referral_taken"}]
    headings = {name: name.replace("_", " ") for name in shown}
    emit(totals.to_pylist(), headings, form, caption=None if quiet else stamp(scores.run))


@click.command()
@click.argument("before")
@click.argument("after")
@click.option("-n", "count", type=click.IntRange(min=0), default=10, show_default=True,
              help="How many customers a table shows; JSON and CSV have all.")  # fmt: skip
@options.store
@options.output
@options.common
def compare(
    before: str, after: str, count: int, store_url: str | None, form: str | None, quiet: bool
) -> None:
    """Show what changed between two runs, the largest change of network value first.

    A run is named by its id, or as latest (or current) and previous.

    \b
    Examples:
      influence compare previous latest
      influence compare 20241230-020000-1a2b3c 20241231-020000-4d5e6f
    """
    from influence.compare import compare as compared
    from influence.compare import differing
    from influence.runs import named

    with options.opened(store_url) as store:
        known = store.runs()
        before, after = named(known, before), named(known, after)
        changes = compared(store.figures(before), store.figures(after))
        currencies = {run.currency for run in store.runs() if run.id in {before, after}} - {None}
    moved = changes.filter(differing(changes))
    rows = (moved.slice(0, count) if chosen(form) == "table" else moved).to_pylist()
    headings = {
        "customer": "customer",
        "network_value_before": "before",
        "network_value_after": "after",
        "change": "change",
        "rank_before": "rank before",
        "rank_after": "rank after",
    }
    if len(currencies) > 1:
        both = " and ".join(sorted(map(str, currencies)))
        warn(f"the two runs count in {both}: the changes are no money", "currencies_differ")
    money = f" in {next(iter(currencies))}" if len(currencies) == 1 else ""
    emit(rows, headings, form, title=f"Network value{money}, {before} → {after}")
    text = f"{len(moved):,} of {len(changes):,} customers changed"
    say(text, "compared", quiet=quiet, changed=len(moved), customers=len(changes))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@options.store
@options.common
def export(file: Path, store_url: str | None, quiet: bool) -> None:
    """Write the scores of the current run to FILE, .parquet or .csv.

    \b
    Example:
      influence export scores.parquet
    """
    from influence.export import export as exported

    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores()
    live = exported(scores, file)
    if live:
        warn(
            f"{live:,} ids begin like a spreadsheet's formula and got an apostrophe "
            "in front; Parquet keeps them to the letter",
            "formulas_disarmed",
            ids=live,
        )
    say(
        f"{len(scores):,} customers of run {scores.run.id} written to {file}",
        "exported",
        quiet=quiet,
        customers=len(scores),
        run=scores.run.id,
        file=str(file),
    )
    if scores.run.caveat:
        say(scores.run.caveat, "estimated", quiet=quiet, run=scores.run.id)


@click.command()
@click.option("--by", metavar="COLUMN", default="segment", show_default=True,
              help="A column of the customers.")  # fmt: skip
@options.store
@options.output
@options.common
def intention(by: str, store_url: str | None, form: str | None, quiet: bool) -> None:
    """Compare what customers say about recommending with the referrals that they made.

    \b
    Example:
      influence intention --by segment
    """
    from influence.intention import intention as compared

    with options.opened(store_url) as store:
        found = compared(store.tables(), by)
    rows = [row.to_dict() for row in found]
    headings = {
        "segment": by,
        "answered": "answered",
        "said": "would recommend",
        "did": "of these referred",
        "others_did": "of the others",
    }
    if chosen(form) != "table":
        emit(rows, {}, form)
        return
    shares = [
        {**row, "did": _share(row["did_share"]), "others_did": _share(row["others_share"])}
        for row in rows
    ]
    emit(shares, headings, form, title="Intention and action")
    for row in rows:
        say(row["sentence"], "intention", quiet=quiet, **row)


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"
