"""Removal of a customer from all tables, and exclusion from later loads.

A store keeps a keyed hash of the id of each forgotten customer, with a random key for each store.
The hash recognises an id that is loaded again, and does not reveal the id itself. Anyone who can
read the key can test guesses.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables import TABLES, Tables
from influence.tables.notes import Note
from influence.tables.reading.columns import UnreadableTypeError, read_column, true_where
from influence.tables.reading.ids import stripped

HASH_BYTES = 16


def without(tables: Tables, customer: str) -> tuple[Tables, dict[str, int]]:
    """Return complete tables without the rows of a customer, and the rows removed by table."""
    left = {name: rows_without(name, tables[name], customer) for name in TABLES}
    removed = {name: len(tables[name]) - len(left[name]) for name in TABLES}
    return Tables(complete=True, **left), removed


def rows_without(name: str, table: pa.Table, customer: str) -> pa.Table:
    """Return a complete table without the rows of a customer; the table itself if it has none."""
    for end in _people_in(name):
        named = true_where(pc.equal(table[end], pa.scalar(customer, pa.string())))
        if named.any():
            table = table.filter(pa.array(~named))
    return table


def names_of(people: pa.Table, customer: str) -> list[str]:
    """Return the id of a customer, and their name if there is one."""
    names = people.filter(pc.equal(people["id"], customer))["name"].drop_null()
    return [customer, *filter(None, names.to_pylist())]


@dataclass(frozen=True)
class Forgotten:
    """The hashes of forgotten customers.

    Attributes
    ----------
    salt : str
        The random key of this store; empty if no customer has been forgotten.
    hashes : tuple of str
    """

    salt: str = ""
    hashes: tuple[str, ...] = ()

    def including(self, customer: str) -> Forgotten:
        """Return these hashes and that of one more customer."""
        salt = self.salt or secrets.token_hex(32)
        return Forgotten(salt, tuple(sorted({*self.hashes, *_hashed([customer], salt)})))

    def excluding(self, ids: pa.ChunkedArray) -> Forgotten:
        """Return these hashes without those of some ids."""
        if not self.hashes:
            return self
        excluded = set(_hashed(ids.to_pylist(), self.salt))
        return replace(self, hashes=tuple(h for h in self.hashes if h not in excluded))

    def among(self, ids: pa.ChunkedArray) -> pa.Array:
        """Return those of some ids that belong to forgotten customers."""
        names, kept = pc.unique(ids).drop_null().to_pylist(), set(self.hashes)
        hashes = _hashed(names, self.salt)
        found = [name for name, h in zip(names, hashes, strict=True) if h in kept]
        return pa.array(found, pa.string())


def _hashed(ids: Iterable[str], salt: str) -> list[str]:
    key, keyed = bytes.fromhex(salt), hashlib.blake2b
    return [
        keyed(name.encode("utf-8", "surrogatepass"), key=key, digest_size=HASH_BYTES).hexdigest()
        for name in ids
    ]


def drop_forgotten(
    given: Tables, forgotten: Forgotten, known: pa.Table
) -> tuple[Tables, list[Note]]:
    """Return the tables of a load without the rows that name a forgotten customer.

    Parameters
    ----------
    given : Tables
        Not validated yet. Columns that cannot be read as ids are left to `validate`.
    forgotten : Forgotten
    known : pa.Table
        The customers of the store. Only ids that it does not hold are hashed.
    """
    if not forgotten.hashes:
        return given, []
    stored = known["id"].combine_chunks()
    named = {name: list(_ids(name, given[name])) for name in given}
    columns = [ids for columns in named.values() for ids in columns]
    new = [ids.filter(pc.invert(pc.is_in(ids, stored))) for ids in columns]
    people = forgotten.among(
        pa.chunked_array([chunk for ids in new for chunk in ids.chunks], pa.string())
    )
    if not len(people):
        return given, []
    frames, sources, dropped = {}, {}, dict[str, int]()
    for name in given:
        frames[name], sources[name] = given[name], given.sources[name]
        theirs = [true_where(pc.is_in(ids, people)) for ids in named[name]]
        out = np.logical_or.reduce(theirs or [np.zeros(len(given[name]), dtype=bool)])
        if out.any():
            dropped[name] = int(out.sum())
            frames[name] = given[name].filter(pa.array(~out))
            sources[name] = sources[name].taking(np.flatnonzero(~out), dropped[name])
    who = "1 forgotten customer" if len(people) == 1 else f"{len(people):,} forgotten customers"
    rows = ", ".join(f"{name} {count:,}" for name, count in dropped.items())
    text = f"left out rows of {who}: {rows} (--readmit loads them)"
    note = Note(text, "forgotten_dropped", people=len(people), **dropped)
    return given.with_frames(frames, sources), [note]


def _people_in(name: str) -> list[str]:
    """List the columns of a table that hold ids of customers."""
    return [*TABLES[name].people] or ["id"]


def _ids(name: str, table: pa.Table) -> Iterable[pa.ChunkedArray]:
    for end in _people_in(name):
        if end in table.column_names:
            try:
                yield read_column(stripped(table[end]), TABLES[name][end])[0]
            except (UnreadableTypeError, pa.ArrowException):
                continue
