"""A directory of files with a manifest that names the current ones.

A write adds its files beside the old ones, then renames a new manifest over the old one, so that a
reader sees the state before or after the write. Files that the manifest does not name are removed
afterwards.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from influence.engine.snapshot import Snapshot
from influence.errors import StoreError, StoreRefused
from influence.store.directory import snapshot_file
from influence.tables.reading.parquet import read_parquet
from influence.tables.specs import TABLES

MANIFEST = "manifest.json"
FORMAT = 2
EMPTY_MANIFEST: dict[str, Any] = {"format": FORMAT, "tables": {}, "runs": [], "current": None}
STORE_FILE = re.compile(
    rf"({'|'.join(TABLES)})-[0-9a-f]{{16}}\.parquet"
    r"|scores-[0-9]{8}-[0-9]{6}-[0-9a-f]{6}(-[0-9a-f]{16})?\.parquet"
    r"|exported-[0-9a-f]{16}\.parquet"
    r"|tie_values-[0-9a-f]{16}\.parquet"
    r"|ground-[0-9a-f]{16}\.arrow"
    r"|manifest\.json-[0-9a-f]{16}"
)
"""Names of the files that a store writes, other than the manifest and the lock."""
ROWS_PER_GROUP = 65_536
"""Rows of a Parquet row group: reading one customer's figures reads one group."""
Manifest = dict[str, Any]
Inputs = dict[str, dict[str, str]]
"""The entry `inputs` of a manifest: by run, the file of each table."""
Result = TypeVar("Result")


class Directory:
    """The files of a store, by their manifest.

    Parameters
    ----------
    path : Path
        Created by the first write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._unpublished: list[str] = []

    def manifest(self) -> Manifest:
        """Return the current manifest; an empty one if nothing has been written.

        Raises
        ------
        StoreRefused
            If it cannot be read or is not a manifest.
        """
        try:
            text = (self.path / MANIFEST).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return dict(EMPTY_MANIFEST)
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
        if not manifest.keys() >= EMPTY_MANIFEST.keys():
            raise self._refused(f"{MANIFEST} is not complete")
        return manifest

    def consistently(self, read: Callable[[Manifest], Result]) -> Result:
        """Call `read` with the manifest; again with the next one if a writer removed files."""
        manifest = self.manifest()
        while True:
            try:
                return read(manifest)
            except FileNotFoundError as error:
                newer = self.manifest()
                if newer == manifest:
                    raise self._refused(f"{error.filename} is missing") from error
                manifest = newer

    def read(
        self,
        file: str,
        columns: Sequence[str] | None = None,
        filters: pc.Expression | None = None,
    ) -> pa.Table:
        """Read a table, or some columns or rows of it.

        Raises
        ------
        FileNotFoundError
        StoreRefused
            If the file is damaged, or its name is not one that a store writes.
        """
        if filters is None:
            return self._opened(file, lambda path: read_parquet(path, columns))
        return self._opened(
            file,
            lambda path: pq.read_table(path, columns=columns, filters=filters, partitioning=None),
        )

    def read_snapshot(self, file: str) -> tuple[Snapshot, tuple[str, ...]]:
        """Read a snapshot and the names of the files it was made from; raises like `read`."""
        return self._opened(file, snapshot_file.read)

    def schema(self, file: str) -> pa.Schema:
        """Return the columns of a table; raises like `read`."""
        return self._opened(file, pq.read_schema)

    def write(self, table: pa.Table, name: str) -> str:
        """Write a table to a new file, synchronise it to disk, and return the name of the file.

        Raises
        ------
        StoreError
            If the disk is full or the directory is not writable.
        """
        # Numbers rarely repeat, so a dictionary would only enlarge the file and double the time.
        texts = [field.name for field in table.schema if pa.types.is_string(field.type)]

        def content(sink: BinaryIO) -> None:
            pq.write_table(
                table,
                sink,
                compression="zstd",
                row_group_size=ROWS_PER_GROUP,
                use_dictionary=texts,
            )

        return self._written(f"{name}.parquet", content)

    def checksums(self, files: Iterable[str]) -> dict[str, str]:
        """Return a checksum of the content of some files, by name; raises like `read`."""
        return {file: self._opened(file, _checksum) for file in files}

    def write_snapshot(self, snapshot: Snapshot, made_of: Sequence[str]) -> str:
        """Write a snapshot in the same way, with the names of the files it was made from."""
        name = f"ground-{secrets.token_hex(8)}.arrow"
        return self._written(name, lambda sink: snapshot_file.write(snapshot, made_of, sink))

    def publish(self, manifest: Manifest) -> None:
        """Make a manifest the current one, then remove the files that it does not name."""
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
        # There is one writer at a time, so files that are not named are leftovers.
        self._remove({file.name for file in self.path.iterdir() if STORE_FILE.fullmatch(file.name)})

    def discard(self) -> None:
        """Remove files that were written but never published, such as after a full disk."""
        with suppress(StoreError):  # without a readable manifest, no file is safe to remove
            self._remove(self._unpublished)
        self._unpublished.clear()

    def _remove(self, files: Collection[str]) -> None:
        """Remove files that the current manifest does not name.

        The manifest is read again, because an interrupt may have come just after the rename.
        """
        if not files:
            return
        manifest = self.manifest()
        named = {
            *manifest["tables"].values(),
            *(run["file"] for run in manifest["runs"]),
            *(file for tables in manifest.get("inputs", {}).values() for file in tables.values()),
            *(export["file"] for export in manifest.get("exports", {}).values()),
            manifest.get("ground"),
            manifest.get("tie_values"),
        }
        for file in set(files) - named:
            with suppress(OSError):  # the next writer tries again
                (self.path / file).unlink()

    def _opened(self, file: str, read: Callable[[Path], Result]) -> Result:
        if not STORE_FILE.fullmatch(file):  # a forged manifest must not lead to other directories
            raise self._refused(f"{MANIFEST} names {file!r}, which is not a file of a store")
        try:
            return read(self.path / file)
        except FileNotFoundError as error:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), file) from error
        except OSError as error:
            raise self._refused(f"{file}: {error.strerror or error}") from error
        except (pa.ArrowInvalid, KeyError) as error:
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


def _checksum(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _to_disk(directory: Path) -> None:
    """Synchronise a directory to disk, where the system allows it, so that a rename is durable."""
    if os.name == "posix":
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
