"""`load graphml`, `load gexf` and `load pajek`: load a graph of another program."""

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
from influence.cli.rules import graph_rules

if TYPE_CHECKING:
    from influence.loaders.graphs.read import Format

PROGRAMS = {
    "graphml": ("GraphML", "networkx, yEd, Gephi and Neo4j's APOC write it"),
    "gexf": ("GEXF", "Gephi writes it"),
    "pajek": ("Pajek", "Pajek, networkx and R write it"),
}
HELP = """Load a graph in {name}, as {programs}.

Nodes become customers with their attributes, edges ties; a label is the name, a weight the
strength. Directed edges run from source to target. Self ties are dropped and counted.

\b
Example:
  influence load {form} {file} --kind trusts
"""
FILES = {"graphml": "friends.graphml", "gexf": "friends.gexf", "pajek": "friends.net"}


def _command(form: Format) -> click.Command:
    """Return the command that loads one format."""
    name, programs = PROGRAMS[form]

    @click.command(form, help=HELP.format(name=name, programs=programs, form=form,
                                          file=FILES[form]))  # fmt: skip
    @click.argument("path", type=PATH)
    @options.store
    @writing
    @click.option("--kind", help="The kind of these ties. [default: the attribute kind, or tie]")
    @click.option("--clv", type=float, default=0.0, show_default=True,
                  help="CLV of customers whom only edges name.")  # fmt: skip
    @graph_rules
    @reporting
    def load_graph(path: Path, kind: str | None, rejects: Path | None, **load_options: Any) -> None:
        from influence.loaders import graphs

        with rejected_to(rejects, quiet=load_options["quiet"]):
            load_tables_into(graphs.read(path, form, kind), **load_options)

    return load_graph


load_graphml, load_gexf, load_pajek = (_command(form) for form in ("graphml", "gexf", "pajek"))
