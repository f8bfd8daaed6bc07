"""The inputs of earlier runs that a directory keeps, so that `compare --why` can split a change.

The entry `inputs` of a manifest has the file of each table by run. Files of tables never change, so
an input takes only the space of the files that a later load replaced.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import StoreRefused
from influence.store.directory.manifest import Directory, Inputs, Manifest
from influence.store.forgetting import rows_without
from influence.tables.merge import completed
from influence.tables.reading.columns import true_where
from influence.tables.specs import TABLES


def inputs_of(manifest: Manifest) -> Inputs:
    """Return the inputs that a store keeps; a store of an older version keeps none."""
    inputs: Inputs = manifest.get("inputs", {})
    return inputs


def inputs_to_keep(manifest: Manifest, earlier: int) -> Inputs:
    """Return the inputs of the newest runs.

    Parameters
    ----------
    manifest : Manifest
        With the inputs and the runs, newest first.
    earlier : int
        How many inputs are kept besides the present tables. Runs of the same tables count once.
    """
    inputs = inputs_of(manifest)
    kept, different = Inputs(), [manifest["tables"]]
    for run in manifest["runs"] if earlier else ():
        files = inputs.get(run["id"])
        if files is None:
            continue
        if files not in different:
            different.append(files)
        if len(different) > 1 + earlier:
            break
        kept[run["id"]] = files
    return kept


def without_customer(
    directory: Directory, inputs: Inputs, present: Mapping[str, str], customer: str
) -> Inputs:
    """Return inputs without the rows of a customer.

    Parameters
    ----------
    present : mapping of str to str
        The files of the present tables with the customer, and those without.
    """
    return _rewritten(
        directory, inputs, lambda name, rows: rows_without(name, rows, customer), TABLES, present
    )


def not_profiling(directory: Directory, inputs: Inputs, hidden: pa.StringArray) -> Inputs:
    """Return inputs in which these customers are not profiled."""

    def marked(_: str, people: pa.Table) -> pa.Table:
        profiled = pc.and_not(pc.is_in(people["id"], hidden), people["do_not_profile"])
        if not true_where(profiled).any():
            return people
        flags = pc.or_(people["do_not_profile"], profiled)
        return people.set_column(
            people.column_names.index("do_not_profile"), "do_not_profile", flags
        )

    return _rewritten(directory, inputs, marked, ["customers"], {})


def _rewritten(
    directory: Directory,
    inputs: Inputs,
    change: Callable[[str, pa.Table], pa.Table],
    names: Collection[str],
    done: Mapping[str, str],
) -> Inputs:
    """Return inputs with changed tables in new files; those that cannot be read are left out.

    Parameters
    ----------
    change : callable
        From the name of a table and the table to the new one; the same object where nothing
        changes.
    names : collection of str
        The tables to change.
    done : mapping of str to str
        Files that are changed already, and their new files.
    """
    files, kept = dict(done), Inputs()
    for run, tables in inputs.items():
        try:
            for name in tables.keys() & {*names}:
                file = tables[name]
                if file not in files:
                    before = completed(name, directory.read(file))
                    after = change(name, before)
                    files[file] = file if after is before else write_table(directory, name, after)
        except (FileNotFoundError, StoreRefused):
            continue
        kept[run] = {name: files.get(file, file) for name, file in tables.items()}
    return kept


def write_table(directory: Directory, name: str, table: pa.Table) -> str:
    """Write a table of the input to a new file, and return its name."""
    return directory.write(table, f"{name}-{secrets.token_hex(8)}")
