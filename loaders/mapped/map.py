"""Read files and propose a mapping of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from influence.errors import InputRejected
from influence.loaders import named
from influence.loaders.files import ending_of
from influence.loaders.mapped.findings import Proposal
from influence.loaders.mapped.frames import read_columns
from influence.loaders.mapped.mapping import read_mapping, vendors
from influence.loaders.mapped.matching import bare, known, missing
from influence.loaders.mapped.profile import profile
from influence.loaders.mapped.propose import propose
from influence.loaders.mapped.read import list_files
from influence.loaders.text import Reading, Unreadable
from influence.tables import Problems
from influence.tables.notes import Note

MOST, FEWEST = 0.5, 3
"""Share and number of the columns that a shipped mapping must know."""


def propose_mapping(
    paths: Sequence[str | Path], reading: Reading | None = None
) -> tuple[list[Proposal], list[Note]]:
    """Propose what the columns of files mean.

    Returns
    -------
    list of Proposal
        One per file.
    list of Note
        How the files were read, and which shipped mapping may fit them.

    Raises
    ------
    InputRejected
        If a file cannot be read.
    """
    notes, problems, files = list[Note](), Problems(), []
    for path in list_files([Path(path) for path in paths], notes):
        try:
            table, _ = read_columns(path, reading or Reading(), problems, notes, _no_table)
        except Unreadable as error:
            named.unreadable(path.name, "", error, problems)
            continue
        columns = [profile(name, table[name]) for name in table.column_names]
        files.append((_stem(path), columns))
        notes += _vendor(path, table.column_names)
    if len(problems):
        raise InputRejected(problems, notes=notes)
    return propose(files), notes


def _stem(path: Path) -> str:
    return path.name[: path.name.lower().index(ending_of(path))] or path.name


def _no_table(names: list[str], row: int, rows: int) -> str:  # noqa: ARG001
    """Report problems without a table, which is not known yet."""
    return ""


def _vendor(path: Path, names: Sequence[str]) -> list[Note]:
    """Note a shipped mapping that knows most columns of a file."""
    present = {*map(bare, names)}
    for vendor in vendors():
        for file in read_mapping(vendor).file:
            columns = len(known(file, present))
            if not missing(file, present) and columns >= max(MOST * len(present), FEWEST):
                text = f"{path.name}: looks like {file.name} of {vendor}: --mapping {vendor}"
                return [Note(text, "vendor_recognised", file=path.name, vendor=vendor)]
    return []
