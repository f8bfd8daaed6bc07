"""`intention`: stated intention to recommend compared with observed referrals."""

from __future__ import annotations

import click

from influence.cli import options
from influence.cli.output import emit, output_format, say


@click.command()
@click.option("--by", metavar="COLUMN", default="segment", show_default=True,
              help="A column of the customers.")  # fmt: skip
@options.store
@options.output
@options.common
def intention(by: str, store_url: str | None, form: str | None, quiet: bool) -> None:
    """Compare the stated intention to recommend with observed referrals, by segment.

    \b
    Example:
      influence intention --by segment
    """
    from influence.reports.intention import intention as compared

    with options.opened(store_url) as store:
        found = compared(store.tables(), by)
    rows = [row.to_dict() for row in found]
    headings = {
        "segment": by.replace("_", " "),
        "answered": "answered",
        "said": "would recommend",
        "did": "of these referred",
        "others_did": "of the others referred",
    }
    if output_format(form) != "table":
        emit(rows, {}, form)
        return
    shares = [
        {**row, "did": _share(row["did_share"]), "others_did": _share(row["others_share"])}
        for row in rows
    ]
    emit(shares, headings, form, title="Stated intention and observed referrals")
    for row in rows:
        say(row["sentence"], "intention", quiet=quiet, **row)


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"
