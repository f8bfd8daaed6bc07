"""Clustering of a trait among people near one another: never weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.calibration import observed
from influence.calibration.communities import communities, enough
from influence.calibration.screen import Clustering, Snapshot, screen
from influence.conditions.where import Condition
from influence.errors import NothingToShow, UsageError
from influence.network import Network, Selection
from influence.progress import Progress, silent
from influence.tables import Tables
from influence.tables.notes import Note, warn
from influence.tables.reading.columns import read_flag

Flags = npt.NDArray[np.bool_]
PERMUTATIONS = 999


def clustering(
    tables: Tables,
    trait: str,
    *,
    depth: int = 3,
    strata: tuple[str, ...] = (),
    covariates: tuple[str, ...] = (),
    cluster: str | None = None,
    selection: Selection | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    tell: Callable[[Note], None] = warn,
    progress: Progress = silent,
) -> list[Clustering]:
    """Compare how often people at each distance share a trait, with chance.

    Parameters
    ----------
    tables : Tables
        Complete, as a store returns them.
    trait : str
        A yes/no column of the customers, or a condition such as `alcohol >= 4`.
    depth : int
    strata, covariates : tuple of str
        Columns of the customers: within which the trait is permuted, and what else may explain it.
    cluster : str, optional
        A column of the customers; by default communities of the network.
    selection : Selection, optional
    permutations, seed : int
    tell, progress : callable, optional

    Raises
    ------
    UsageError
        If customers have no such column, or it is neither yes nor no.
    NothingToShow
        If all have the trait, or nobody has.
    """
    network = Network.from_tables(tables, selection, tell)
    has_it, known = trait_of(tables, trait, network.keys)
    if not known.all():
        text = f"{(~known).sum():,} customers whose trait is not known are left out"
        tell(Note(text, "trait_unknown", customers=int((~known).sum())))
    if len(np.unique(has_it[known])) < 2:
        raise NothingToShow(f"{trait}: {has_it[known].sum():,} of {known.sum():,} have it; "
                            "some must have it and some must not")  # fmt: skip
    rows = [np.zeros((0, network.n))]
    for name in covariates:
        values, there = observed.covariates(observed.of_customers(tables, name, network.keys), name)
        rows.append(values)
        known &= there
    groups = (
        communities(network)
        if cluster is None
        else observed.codes(observed.of_customers(tables, cluster, network.keys))
    )
    if not enough(groups):
        text = f"{len(np.unique(groups))} communities are too few for intervals"
        tell(Note(text, "few_clusters", clusters=len(np.unique(groups))))
    snapshot = Snapshot(
        trait=has_it,
        known=known,
        strata=observed.strata_of(tables, strata, network.keys),
        communities=groups if enough(groups) else None,
        covariates=np.vstack(rows).T,
    )
    return screen(network, snapshot, depth, permutations, seed, progress)


def trait_of(tables: Tables, trait: str, keys: pa.Array) -> tuple[Flags, Flags]:
    """Return who has a trait and of whom that is known; bool[n] each."""
    if trait in tables.customers.column_names or trait.isidentifier():
        values = observed.of_customers(tables, trait, keys)
        flags, faults = (
            (values, {})
            if pa.types.is_boolean(values.type)
            else read_flag(pa.chunked_array([values.cast(pa.string())]))
        )
        if any(where.any() for where in faults.values()):
            raise UsageError(
                f"{trait!r} is not a yes/no column; give a condition, such as "
                f"--screen '{trait} >= 4'"
            )
        known = pc.is_valid(flags).to_numpy(zero_copy_only=False)
        return np.asarray(pc.fill_null(flags, False).to_numpy(zero_copy_only=False)), known
    condition = Condition(trait)
    known = np.ones(len(keys), dtype=bool)
    for column in condition.columns():
        values = observed.of_customers(tables, column, keys)
        known &= pc.is_valid(values).to_numpy(zero_copy_only=False)
    return condition.mask(lambda name: observed.of_customers(tables, name, keys)) & known, known
