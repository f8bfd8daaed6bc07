"""A person removed from all tables, and kept out of the loads that follow.

Of who was forgotten a store keeps a keyed hash, with a key of its own: it tells whether an id that
comes again is one of them, and does not tell the ids. Whoever reads the key may try ids out.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import NothingToShow
from influence.tables import TABLES, Source, Tables
from influence.tables.notes import Note
from influence.tables.reading.columns import UnreadableTypeError, read_column, true_where
from influence.tables.reading.ids import stripped

HASH_BYTES = 16


def without(tables: Tables, customer: str) -> tuple[Tables, dict[str, int]]:
    """Complete tables without the rows that name a customer, and how many rows went from each.

    Raises
    ------
    NothingToShow
        If there is no such customer.
    """
    left = {}
    for name in TABLES:
        table = tables[name]
        for end in _people_in(name):
            named = true_where(pc.equal(table[end], pa.scalar(customer, pa.string())))
            table = table.filter(pa.array(~named))
        left[name] = table
    removed = {name: len(tables[name]) - len(left[name]) for name in TABLES}
    if not removed["customers"]:
        raise NothingToShow(f"no customer {customer!r} in the store")
    return Tables(complete=True, **left), removed


@dataclass(frozen=True)
class Forgotten:
    """Who was forgotten, by a hash.

    Attributes
    ----------
    salt : str
        The key, random for each store; empty where nobody was forgotten yet.
    hashes : tuple of str
    """

    salt: str = ""
    hashes: tuple[str, ...] = ()

    def and_also(self, customer: str) -> Forgotten:
        """With one more."""
        salt = self.salt or secrets.token_hex(32)
        return Forgotten(salt, tuple(sorted({*self.hashes, *_hashed([customer], salt)})))

    def but_for(self, ids: pa.ChunkedArray) -> Forgotten:
        """Without those who are among some ids."""
        if not self.hashes:
            return self
        here = set(_hashed(ids.to_pylist(), self.salt))
        return replace(self, hashes=tuple(h for h in self.hashes if h not in here))

    def among(self, ids: pa.ChunkedArray) -> pa.Array:
        """Which of some ids are of people who were forgotten."""
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


def keep_out(given: Tables, forgotten: Forgotten, known: pa.Table) -> tuple[Tables, list[Note]]:
    """Tables as they were given, without the rows that name somebody who was forgotten.

    Parameters
    ----------
    given : Tables
        Not validated yet; of what cannot be read as ids, `validate` tells.
    forgotten : Forgotten
    known : pa.Table
        The customers of the store: only ids that are new to it are hashed.
    """
    if not forgotten.hashes:
        return given, []
    there = known["id"].combine_chunks()
    named = {name: list(_ids(name, given[name])) for name in given}
    columns = [ids for columns in named.values() for ids in columns]
    new = [ids.filter(pc.invert(pc.is_in(ids, there))) for ids in columns]
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
            sources[name] = _rows_left(sources[name], np.flatnonzero(~out), dropped[name])
    who = "1 person who was" if len(people) == 1 else f"{len(people):,} people who were"
    rows = ", ".join(f"{name} {count:,}" for name, count in dropped.items())
    text = f"left out, of {who} forgotten: {rows} (--readmit lets them in again)"
    note = Note(text, "forgotten_dropped", people=len(people), **dropped)
    return given.with_frames(frames, sources), [note]


def _people_in(name: str) -> list[str]:
    """The columns of a table that name customers."""
    return [*TABLES[name].people] or ["id"]


def _ids(name: str, table: pa.Table) -> Iterable[pa.ChunkedArray]:
    for end in _people_in(name):
        if end in table.column_names:
            try:
                yield read_column(stripped(table[end]), TABLES[name][end])[0]
            except (UnreadableTypeError, pa.ArrowException):
                continue


def _rows_left(source: Source, kept: npt.NDArray[np.int64], dropped: int) -> Source:
    """The source of what is left, which still knows the rows as an editor counts them."""
    return replace(source, rows=lambda: source.row_numbers(kept), dropped=source.dropped + dropped)
