"""`push`: write scores into the records of a CRM."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli import crm, options
from influence.cli.captions import warn_unfinished
from influence.cli.customer_options import OPTIONS
from influence.cli.output import emit, progress, say, warn, write_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from influence.cli.crm import CrmName
    from influence.loaders.crm import Change, PushResult, RowError
    from influence.scores import Scores
    from influence.store import Store

DEFAULT = ("network_value", "influence")
"""Without ranks, of which most change when one customer changes."""
ERROR_COLUMNS = ("customer", "record", "field", "error")
SHOWN = 10


@click.command()
@crm.vendor
@OPTIONS["where"]
@click.option(
    "--columns", multiple=True, callback=options.comma_separated, metavar="A,B,C",
    help="These columns: scores, and the customers' own. [default: network_value, influence]",
)  # fmt: skip
@click.option(
    "--field", "fields", multiple=True, callback=options.pairs, metavar="COLUMN=FIELD",
    help="The field that a column is written to. May be repeated. [default: network_value goes "
    "to Network_Value__c of Salesforce and network_value of HubSpot, others likewise]",
)  # fmt: skip
@click.option(
    "--object", "target", metavar="OBJECT",
    help="Kind of record: Contact or Account; contacts or companies. [default: contacts]",
)  # fmt: skip
@click.option(
    "--id-field", metavar="FIELD",
    help="The field by which records are found. [default: the record's own id]",
)  # fmt: skip
@click.option(
    "--key", default="customer", metavar="COLUMN",
    help="The column that holds this id, such as an e-mail address. [default: the customer id]",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Print what would change; send nothing.")
@click.option(
    "--errors", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write all rows that failed to FILE as CSV.",
)  # fmt: skip
@options.store
@options.output
@options.common
def push(
    vendor: CrmName,
    where: str | None,
    columns: tuple[str, ...],
    fields: dict[str, str],
    target: str | None,
    id_field: str | None,
    key: str,
    dry_run: bool,
    errors: Path | None,
    store_url: str | None,
    form: str | None,
    quiet: bool,
) -> None:
    """Write scores of the current run into the records of a CRM.

    Only existing records are changed, never created, and only values that differ are sent; the
    fields must exist. The exit code is 1 if records were refused. Address and credentials as in
    `influence pull`.

    \b
    Examples:
      influence push salesforce --dry-run
      influence push hubspot --columns quadrant --field quadrant=value_quadrant
    """
    from influence.errors import CrmError
    from influence.loaders.crm import push as pushed

    with crm.connected(vendor) as destination:
        with options.opened(store_url) as store:
            warn_unfinished(store)
            scores = store.scores()
            rows, names = _rows(scores, store, vendor, where, columns, fields, key)
        with progress(quiet=quiet) as report:
            result = pushed(
                destination, rows, names, target=target, id_field=id_field, key=key,
                dry_run=dry_run, progress=report,
            )  # fmt: skip
    _print(result, vendor, form, dry_run=dry_run, quiet=quiet)
    if scores.run.caveat:
        say(scores.run.caveat, "estimated", quiet=quiet, run=scores.run.id)
    _report(result.errors, errors)
    if result.failed:
        raise CrmError(f"{result.failed:,} customers were not updated")


def _rows(
    scores: Scores,
    store: Store,
    vendor: CrmName,
    where: str | None,
    columns: tuple[str, ...],
    given: dict[str, str],
    key: str,
) -> tuple[pa.Table, dict[str, str]]:
    """Return the rows to push, with the key, and column → field.

    Raises
    ------
    UsageError
        If a condition or column is not valid, or a column has no field.
    """
    import pyarrow as pa

    from influence.errors import UsageError
    from influence.reports.columns import Columns
    from influence.reports.targets import cells, field_names
    from influence.reports.wanted import Wanted, select

    known = Columns(scores, store)
    key = known.resolve(key)
    fields = {known.resolve(name): field for name, field in given.items()}
    names = [*dict.fromkeys([*map(known.resolve, columns or DEFAULT), *fields])]
    own = [name for name in names if name not in fields and name not in scores.table.column_names]
    if own:
        raise UsageError(f"name the field of {', '.join(own)}: --field {own[0]}=FIELD")
    fields = field_names(vendor, [name for name in names if name not in fields]) | fields
    rows, _ = select(scores, store, Wanted(where, ("customer", key, *names)))
    texts = {name: cells(vendor, name, rows[name]) for name in names}
    keys = {name: rows[name].cast(pa.string()) for name in ("customer", key)}
    return pa.table({**keys, **texts}), {name: fields[name] for name in names}


def _print(
    result: PushResult, vendor: str, form: str | None, *, dry_run: bool, quiet: bool
) -> None:
    """Print the differences of a dry run, and the numbers."""
    counts = {"sent": result.sent, "unchanged": result.unchanged, "failed": result.failed,
              "no_match": result.no_match}  # fmt: skip
    if dry_run:
        emit([row for change in result.changes for row in _differences(change)],
             {"customer": "customer", "field": "field", "before": "now", "after": "new"},
             form)  # fmt: skip
        by_field = Counter(name for change in result.changes for name in change.values)
        for name, number in by_field.items():
            say(f"{name}: {number:,} values differ", "field_differs", quiet=quiet, field=name,
                values=number)  # fmt: skip
    else:
        emit([counts], {name: name.replace("_", " ") for name in counts}, form)
    would = "would be sent; nothing was sent" if dry_run else f"sent to {vendor}"
    say(
        f"{result.sent:,} records {would}; {result.unchanged:,} unchanged, {result.failed:,} "
        f"failed, {result.no_match:,} customers without a record",
        "pushed", quiet=quiet, vendor=vendor, dry_run=dry_run, **counts,
    )  # fmt: skip


def _differences(change: Change) -> list[dict[str, Any]]:
    return [
        {"customer": change.customer, "record": change.record, "field": name,
         "before": change.before[name], "after": value}
        for name, value in change.values.items()
    ]  # fmt: skip


def _report(errors: Sequence[RowError], file: Path | None) -> None:
    """Print the first errors, and write all to a file."""
    for error in errors[:SHOWN]:
        where = f" ({error.field})" if error.field else ""
        warn(f"{error.customer}{where}: {error.error}", "not_updated", **error._asdict())
    if len(errors) > SHOWN and file is None:
        warn(f"and {len(errors) - SHOWN:,} more: --errors FILE lists all", "more_not_updated",
             errors=len(errors))  # fmt: skip
    if file is not None:
        from influence.reports.replacing import replacing

        with replacing(file) as fresh, fresh.open("w", encoding="utf-8", newline="") as sink:
            write_csv([error._asdict() for error in errors], ERROR_COLUMNS, sink)
