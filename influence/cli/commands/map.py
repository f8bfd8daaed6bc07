"""`map`: propose a mapping of a company's own files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli import options
from influence.cli.output import emit, output_format, say, say_notes
from influence.cli.reading import reading_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from influence.loaders.mapped.findings import Finding, Proposal
    from influence.loaders.text import Reading

COLUMNS = {"file": "file", "column": "column", "meaning": "meaning", "confidence": "how sure",
           "why": "why"}  # fmt: skip


@click.command("map")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE…",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="MAPPING.toml",
    required=True,
    help="Where to write the mapping.",
)
@click.option("--force", is_flag=True, help="Overwrite the mapping if it exists.")
@reading_options
@options.output
@options.common
def map_(
    paths: tuple[Path, ...],
    output: Path,
    force: bool,
    reading: Reading,
    form: str | None,
    quiet: bool,
) -> None:
    """Propose what the columns of your own files mean, as a mapping for `load mapped`.

    Each column is listed with its meaning, how sure that is, and why; correct the mapping before
    you load by it. What can be read in two ways is left as "?".

    \b
    Example:
      influence map crm/*.csv --output crm.toml
    """
    from influence.errors import UsageError
    from influence.loaders.mapped import propose_mapping, to_toml

    if output.exists() and not force:
        raise UsageError(f"{output} exists; --force overwrites it")
    proposals, notes = propose_mapping(paths, reading)
    say_notes(notes, quiet=quiet)
    text = to_toml(proposals)
    output.write_text(text, encoding="utf-8")
    rows = [_row(proposal, finding) for proposal in proposals for finding in proposal.findings]
    emit(rows, COLUMNS, form)
    left = text.count('= "?"')
    message = f"written to {output}"
    if left:
        message += f'; {left} thing{"s" * (left != 1)} to decide, marked "?"'
    if not left and output_format(form) == "table":
        message += f"; read it, then: influence load mapped … --mapping {output}"
    say(message, "mapped", quiet=quiet, file=str(output), undecided=left)


def _row(proposal: Proposal, finding: Finding) -> dict[str, Any]:
    meaning = f"{finding.table}.{finding.meaning}" if finding.table else "not used"
    if finding.meaning == "attributes":
        meaning = "attribute"
    return {
        "file": proposal.stem,
        "column": finding.column.name,
        "meaning": meaning,
        "confidence": finding.confidence,
        "why": finding.why,
        **_choices(finding.choices),
    }


def _choices(choices: Sequence[str]) -> dict[str, list[str]]:
    return {"choices": [*choices]} if choices else {}
