"""`ties`: the ties of the current run, by the influence that they carry."""

from __future__ import annotations

from functools import partial

import click

from influence.cli import options
from influence.cli.captions import run_caption, warn_unfinished
from influence.cli.customer_options import ids_only
from influence.cli.output import emit, pass_on
from influence.headings import headings


@click.command()
@click.option("-n", "count", type=click.IntRange(min=1), default=20, show_default=True,
              help="Number of ties.")  # fmt: skip
@click.option("--weak", is_flag=True, help="List the ties first whose ends share few contacts.")
@click.option("--total", is_flag=True, help="Value a tie by what all customers would lose without "
              "it, not only its two ends.")  # fmt: skip
@ids_only
@options.store
@options.output
@options.common
def ties(
    count: int,
    weak: bool,
    total: bool,
    ids_only: bool,
    store_url: str | None,
    form: str | None,
    quiet: bool,
) -> None:
    """Show the ties that carry most influence: what would be lost without them.

    The value of a tie is a gross figure: it must not be summed. In the ledger no tie has a value,
    since cutting it only moves value between customers.

    \b
    Examples:
      influence ties
      influence ties --weak -n 50
      influence ties --total --format json
    """
    from influence.customer.names import names_of
    from influence.reports.ties import ties as most_valuable

    with options.opened(store_url) as store:
        warn_unfinished(store)
        scores = store.scores([])
        tell = partial(pass_on, quiet=quiet)
        found = most_valuable(store, count=count, weak=weak, total=total, tell=tell)
        rows = found.to_pylist()
        mentioned = {row[end] for row in rows for end in ("source", "target")}
        names = {} if ids_only else names_of(store, sorted(mentioned))
    if names:
        rows = [_with_names(row, names) for row in rows]
    shown = list(rows[0]) if rows else ["source", "target", "value", "overlap", "kind"]
    title = f"The {len(rows):,} most valuable ties" + (", weakest first" if weak else "")
    caption = None if quiet else _caption(total=total, run_line=run_caption(scores.run),
                                          bound=scores.run.tie_bound)  # fmt: skip
    keep = {"target", "value", *({"overlap"} if weak else ())}
    emit(rows, headings(shown), form, title=title, caption=caption, keep=keep)


def _with_names(row: dict[str, object], names: dict[str, str]) -> dict[str, object]:
    source, target = (names.get(str(row[end])) for end in ("source", "target"))
    ends = {"source": row["source"], "source_name": source,
            "target": row["target"], "target_name": target}  # fmt: skip
    return {**ends, **{name: cell for name, cell in row.items() if name not in ends}}


def _caption(*, total: bool, run_line: str, bound: float | None) -> str:
    whose = "all customers" if total else "the two ends"
    limit = (
        ""
        if bound is None or total
        else f"; a tie that was not valued carries at most {bound:,.2f}"
    )
    return f"value: gross influence that {whose} would lose without the tie{limit}\n{run_line}"
