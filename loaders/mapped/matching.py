"""Match the columns that a mapping names with those of a file."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from influence.conditions.where import Condition
from influence.loaders.mapped.schema import File, Group, Rows, Value, lookups

ANY = "*"
"""Stands for any characters in the name of a column."""


def bare(name: str) -> str:
    """Return a name without case, blanks at its ends and a byte order mark."""
    return name.strip().strip("\ufeff").strip().lower()


def spelling(name: str, present: Collection[str]) -> str | None:
    """Return which of the bare names a name of the mapping means; None if none.

    Examples
    --------
    >>> spelling(" NPS", {"nps", "id"}), spelling("How likely*", {"how likely is it?"})
    ('nps', 'how likely is it?')
    """
    wanted = bare(name)
    if wanted in present or ANY not in wanted:
        return wanted if wanted in present else None
    pattern = re.compile(".*".join(map(re.escape, wanted.split(ANY))))
    return next((each for each in present if pattern.fullmatch(each)), None)


def required(part: Rows | Group) -> list[tuple[str, ...]]:
    """Return the columns that a file must have for these rows or this group.

    Returns
    -------
    list of tuple of str
        Of each tuple one must be there.
    """
    if isinstance(part, Rows):
        cells = [value for value in part.columns.values() if not value.optional]
    else:
        cells = [part.customer, part.by]
    must = [each for value in cells for each in _needed(value)]
    return [*must, *((name,) for name in (Condition(part.only).columns() if part.only else ()))]


def _needed(value: Value) -> list[tuple[str, ...]]:
    if value.either:
        return [tuple(value.either), *([(value.times,)] if value.times else [])]
    return [(name,) for name in value.names]


def lacking(part: Rows | Group, present: Collection[str]) -> list[str]:
    """Return the columns that these rows need and a file lacks."""
    return [
        " or ".join(names)
        for names in dict.fromkeys(required(part))
        if not any(spelling(name, present) for name in names)
    ]


def missing(file: File, present: Collection[str]) -> list[str]:
    """Return the columns that a file of this kind must have and this one lacks."""
    lacks = [name for part in parts_of(file) if not part.optional
             for name in lacking(part, present)]  # fmt: skip
    own = [each for each in lookups(file) if each.file in {None, file.name}]
    names = [name for each in own for name in (each.match, each.take)]
    return [*dict.fromkeys([*lacks, *(n for n in names if spelling(n, present) is None)])]


def known(file: File, present: Collection[str]) -> set[str]:
    """Return the bare names of the columns of a file that the mapping names."""
    names = [name for part in parts_of(file) for each in required(part) for name in each]
    for part in parts_of(file):
        names += Condition(part.unless).columns() if part.unless else []
        if isinstance(part, Rows):
            names += [name for value in part.columns.values() for name in value.names]
            names += part.attributes
    names += [name for each in lookups(file) for name in (each.match, each.take)]
    return {found for name in names if (found := spelling(name, present)) is not None}


def parts_of(file: File) -> list[Rows | Group]:
    """Return the rows and the groups of a kind of file."""
    return [*file.rows, *file.groups]


def resolved(value: Value, present: Collection[str]) -> Value | None:
    """Return where the cells of a column come from in one file; None if it is left out.

    Of `either` the first column that is there counts; an optional column takes what is there.
    """
    if value.constant is not None:
        return value
    if value.either:
        found = next((name for name in value.either if spelling(name, present)), None)
        return None if found is None else _with(value, column=found, either=None)
    there = [name for name in value.names if spelling(name, present)]
    if not value.optional or len(there) == len(value.names):
        return value
    if not there or value.column is not None:
        return None
    return _with(value, **{"join" if value.join else "first": there})


def _with(value: Value, **fields: str | Sequence[str] | None) -> Value:
    return value.model_copy(update=fields)
