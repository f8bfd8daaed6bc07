"""`pull`: bring the files of a CRM's records up to date."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli import crm, options
from influence.cli.output import emit, progress, say, say_notes

if TYPE_CHECKING:
    from influence.cli.crm import CrmName

COLUMNS = {"object": "records", "rows": "rows", "new": "new", "changed": "changed",
           "removed": "removed", "whole": "all read"}  # fmt: skip


@click.command()
@crm.vendor
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--whole", is_flag=True, help="Read all records, also those that did not change.")
@options.output
@options.common
def pull(vendor: CrmName, folder: Path, whole: bool, form: str | None, quiet: bool) -> None:
    """Read contacts, accounts and deals of a CRM into FOLDER: all at first, then what changed.

    The files have the shape of the vendor's own exports, without deleted records. Load them with
    the mapping of the vendor. Address and credentials come from the environment: SALESFORCE_URL
    and SALESFORCE_ACCESS_TOKEN, or SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET and
    SALESFORCE_REFRESH_TOKEN; for HubSpot the same with HUBSPOT_. Needs the extra crm.

    \b
    Examples:
      influence pull salesforce crm/
      influence load mapped crm/ --mapping salesforce --replace
    """
    from influence.loaders.crm import pull as pulled

    with crm.connected(vendor) as source, progress(quiet=quiet) as report:
        files, notes = pulled(source, folder, whole=whole, progress=report)
    say_notes(notes, quiet=quiet)
    emit([asdict(file) for file in files], COLUMNS, form)
    changes = sum(file.new + file.changed + file.removed for file in files)
    say(
        f"{changes:,} records new, changed or removed in {folder}",
        "pulled", quiet=quiet, vendor=vendor, folder=str(folder), changes=changes,
    )  # fmt: skip
