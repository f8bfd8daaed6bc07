"""A directory of files of which a manifest says which count.

A write puts its files beside the old ones, then renames a new manifest over the old: a reader
sees the state before or the state after. Files that no manifest names are removed afterwards.
"""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from influence.engine.snapshot import Snapshot
from influence.errors import StoreError, StoreRefused
from influence.store.directory import snapshot_file
from influence.tables.specs import TABLES

MANIFEST = "manifest.json"
FORMAT = 2
NOTHING_YET: dict[str, Any] = {"format": FORMAT, "tables": {}, "runs": [], "current": None}
OURS = re.compile(
    rf"({'|'.join(TABLES)})-[0-9a-f]{{16}}\.parquet"
    r"|scores-[0-9]{8}-[0-9]{6}-[0-9a-f]{6}(-[0-9a-f]{16})?\.parquet"
    r"|tie_values-[0-9a-f]{16}\.parquet"
    r"|ground-[0-9a-f]{16}\.arrow"
    r"|manifest\.json-[0-9a-f]{16}"
)
"""Files that a writer makes before a manifest names them."""
ROWS_A_GROUP = 65_536
"""Rows of a file that are read together: one customer's figures need no more."""
Manifest = dict[str, Any]
Result = TypeVar("Result")


class Directory:
    """The files of a store, by their manifest.

    Parameters
    ----------
    path : Path
        Made by the first write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._unpublished: list[str] = []

    def manifest(self) -> Manifest:
        """What counts now; an empty one where nothing was written yet.

        Raises
        ------
        StoreRefused
            If it cannot be read, or is none.
        """
        try:
            text = (self.path / MANIFEST).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return dict(NOTHING_YET)
        except UnicodeDecodeError as error:
            raise self._refused(f"{MANIFEST} is not readable: {error}") from error
        except OSError as error:
            raise self._refused(error.strerror or str(error)) from error
        try:
            manifest: Manifest = {"format": None, **json.loads(text)}
        except (ValueError, TypeError) as error:
            raise self._refused(f"{MANIFEST} is not readable: {error}") from error
        if manifest["format"] != FORMAT:
            raise self._refused(f"format {manifest['format']}, not {FORMAT}")
        if not manifest.keys() >= NOTHING_YET.keys():
            raise self._refused(f"{MANIFEST} is not complete")
        return manifest

    def consistently(self, read: Callable[[Manifest], Result]) -> Result:
        """Read by one manifest; again by the next where a writer cleaned up in between."""
        manifest = self.manifest()
        while True:
            try:
                return read(manifest)
            except FileNotFoundError as error:
                newer = self.manifest()
                if newer == manifest:
                    raise self._refused(f"{error.filename} is missing") from error
                manifest = newer

    def read(self, file: str, **wanted: Any) -> pa.Table:
        """A table; `wanted` are columns and filters, as `pyarrow.parquet.read_table` takes them.

        Raises
        ------
        FileNotFoundError
        StoreRefused
            If the file is damaged, or none that a store makes.
        """
        return self._opened(file, lambda path: pq.read_table(path, partitioning=None, **wanted))

    def read_snapshot(self, file: str) -> tuple[Snapshot, tuple[str, ...]]:
        """Read a snapshot and the names of the files it was made of; errors as those of `read`."""
        return self._opened(file, snapshot_file.read)

    def columns(self, file: str) -> list[str]:
        """The names of a table's columns; errors as those of `read`."""
        return self._opened(file, lambda path: pq.read_schema(path).names)

    def write(self, table: pa.Table, name: str) -> str:
        """Write a table down to the disk, into a file that no manifest names yet.

        Raises
        ------
        StoreError
            If the disk is full, or the directory may not be written.
        """
        # Numbers rarely repeat: a dictionary of them takes room, and twice the time.
        texts = [field.name for field in table.schema if pa.types.is_string(field.type)]

        def content(sink: BinaryIO) -> None:
            pq.write_table(
                table,
                sink,
                compression="zstd",
                row_group_size=ROWS_A_GROUP,
                use_dictionary=texts,
            )

        return self._written(f"{name}.parquet", content)

    def write_snapshot(self, snapshot: Snapshot, made_of: Sequence[str]) -> str:
        """Write a snapshot likewise, with the names of the files it was made of."""
        name = f"ground-{secrets.token_hex(8)}.arrow"
        return self._written(name, lambda sink: snapshot_file.write(snapshot, made_of, sink))

    def publish(self, manifest: Manifest) -> None:
        """Make a manifest the one that counts, then remove the files that it no longer names."""
        fresh = self.path / f"{MANIFEST}-{secrets.token_hex(8)}"
        self._unpublished.append(fresh.name)
        try:
            with fresh.open("w", encoding="utf-8") as sink:
                json.dump(manifest, sink, ensure_ascii=False, indent=1)
                sink.flush()
                os.fsync(sink.fileno())
            fresh.replace(self.path / MANIFEST)
            self._unpublished.clear()
            _to_disk(self.path)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise self._failed(error) from error
        # Writers come one at a time, so what is not named was left by one that died.
        self._remove({file.name for file in self.path.iterdir() if OURS.fullmatch(file.name)})

    def discard(self) -> None:
        """Remove what no manifest came to name, such as where the disk was full."""
        with suppress(StoreError):  # what a manifest names that cannot be read is not ours to say
            self._remove(self._unpublished)
        self._unpublished.clear()

    def _remove(self, files: Collection[str]) -> None:
        """Remove files, but not what the manifest names that counts.

        It is read again: Ctrl-C may have struck just after it was renamed.
        """
        if not files:
            return
        counts = self.manifest()
        named = {
            *counts["tables"].values(),
            *(run["file"] for run in counts["runs"]),
            counts.get("ground"),
            counts.get("tie_values"),
        }
        for file in set(files) - named:
            with suppress(OSError):  # the next writer tries again
                (self.path / file).unlink()

    def _opened(self, file: str, read: Callable[[Path], Result]) -> Result:
        if not OURS.fullmatch(file):  # a manifest from elsewhere leads to no other directory
            raise self._refused(f"{MANIFEST} names {file!r}, which is not ours")
        try:
            return read(self.path / file)
        except FileNotFoundError as error:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), file) from error
        except OSError as error:
            raise self._refused(f"{file}: {error.strerror or error}") from error
        except pa.ArrowInvalid as error:
            raise self._refused(f"{file} is damaged: {error}") from error

    def _written(self, file: str, content: Callable[[BinaryIO], None]) -> str:
        self._unpublished.append(file)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with (self.path / file).open("wb") as sink:
                content(sink)
                sink.flush()
                os.fsync(sink.fileno())
        except OSError as error:
            (self.path / file).unlink(missing_ok=True)
            raise self._failed(error) from error
        return file

    def _refused(self, why: str) -> StoreRefused:
        return StoreRefused(f"store {self.path}: {why}")

    def _failed(self, error: OSError) -> StoreError:
        return StoreError(f"store {self.path}: {error.strerror or error}")


def _to_disk(directory: Path) -> None:
    """Make a rename last, where the system can open a directory."""
    if os.name == "posix":
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
