"""`load mapped`: load a company's own files by a mapping."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli import options
from influence.cli.commands.load import (
    PATH,
    load_tables_into,
    rejected_to,
    reporting,
    writing,
)
from influence.cli.reading import reading_options
from influence.cli.rules import table_rules

if TYPE_CHECKING:
    from influence.loaders.text import Reading


@click.command("mapped")
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="FILE…")
@click.option(
    "--mapping",
    required=True,
    metavar="MAPPING.toml|VENDOR",
    help="The mapping: a file, or salesforce, hubspot, mailchimp, nps, shopify, stripe or "
    "referrals.",
)
@click.option(
    "--largest-group",
    type=click.IntRange(min=0),
    metavar="N",
    help="A group of more customers, such as a mail domain, implies no ties; 0: no limit. "
    "[default: as the mapping says, else 50]",
)
@options.store
@writing
@table_rules
@reading_options
@reporting
def load_mapped(
    paths: tuple[Path, ...],
    mapping: str,
    largest_group: int | None,
    reading: Reading,
    rejects: Path | None,
    **load_options: Any,
) -> None:
    """Load files of your own by a mapping, which says what their columns mean.

    `influence map` proposes one. The formats in the mapping take precedence over --decimal, --dates
    and the like, which apply to all other columns.

    \b
    Examples:
      influence load mapped crm/*.csv --mapping crm.toml
      influence load mapped Account.csv Contact.csv --mapping salesforce --dry-run
    """
    from influence.loaders import mapped

    with rejected_to(rejects, quiet=load_options["quiet"]):
        tables = mapped.read(paths, mapping, reading, largest_group=largest_group)
        load_tables_into(tables, **load_options)
