"""`load cypher`: load what queries return on a Neo4j database of another schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli import options
from influence.cli.commands.load import (
    load_tables_into,
    rejected_to,
    reporting,
    writing,
)
from influence.cli.rules import table_rules

if TYPE_CHECKING:
    import pyarrow as pa


@click.command("cypher")
@click.option(
    "--query",
    "files",
    multiple=True,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="One statement in Cypher that returns the columns of a table. May be repeated.",
)
@click.option(
    "--from",
    "source",
    required=True,
    metavar="URL",
    help="The server to read, bolt://… or neo4j://….",
)
@options.store
@writing
@table_rules
@reporting
def load_cypher(
    files: tuple[Path, ...], source: str, rejects: Path | None, **load_options: Any
) -> None:
    """Load the results of queries on a Neo4j database of any schema; nothing is written there.

    The returned columns say which table it is: source and target are ties, for example. The name
    of a file such as ties.cypher says so, too. User, password and database of this server:
    INFLUENCE_FROM_USERNAME, INFLUENCE_FROM_PASSWORD and INFLUENCE_FROM_DATABASE.

    \b
    Example:
      influence load cypher --query people.cypher --from bolt://crm:7687
    """
    from influence.loaders import queried
    from influence.store.open import read_foreign

    credentials = options.settings_for(load_options["store_url"]).from_credentials
    results: dict[Path, pa.Table] = {}
    for file in files:
        results[file] = read_foreign(source, credentials, file.read_text(encoding="utf-8-sig"))
    with rejected_to(rejects, quiet=load_options["quiet"]):
        load_tables_into(queried.read(results), **load_options)
