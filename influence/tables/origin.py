"""Origin of the tables of a load: the loader, and the files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

ROWS_AT_ONCE = 65_536


@dataclass(frozen=True)
class File:
    """A file, or a frame that was given in its place.

    Attributes
    ----------
    name : str
        As it was given.
    size : int
        Bytes; of a frame, those in memory.
    sha256 : str
        Of the bytes of the file as it is, compressed or not; of a frame, of its columns.
    """

    name: str
    size: int
    sha256: str

    @classmethod
    def read(cls, path: Path) -> File:
        """Hash the content of a file."""
        with path.open("rb") as source:
            found = hashlib.file_digest(source, "sha256")
            return cls(str(path), source.tell(), found.hexdigest())

    @classmethod
    def of_frame(cls, name: str, table: pa.Table) -> File:
        """Hash the names, types and values of a table, however it is laid out in memory.

        Examples
        --------
        >>> whole = pa.table({"id": ["A", "B"]})
        >>> parts = pa.concat_tables([whole.slice(0, 1), whole.slice(1)])
        >>> File.of_frame("customers", whole) == File.of_frame("customers", parts)
        True
        """
        table = table.replace_schema_metadata().combine_chunks()
        sink = _Digest()
        with pa.ipc.new_stream(pa.PythonFile(sink, "w"), table.schema) as stream:
            stream.write_table(table, ROWS_AT_ONCE)
        return cls(name, table.nbytes, sink.found.hexdigest())


@dataclass(frozen=True)
class Origin:
    """The loader and the files of tables.

    Attributes
    ----------
    loader : str
        As in `influence load LOADER`; `python` for frames.
    files : tuple of File
        Empty for frames: `write_tables` hashes them.
    """

    loader: str = "python"
    files: tuple[File, ...] = ()

    @classmethod
    def of_files(cls, loader: str, paths: Iterable[Path]) -> Origin:
        """Hash the files that a loader has read; those that cannot be read are its problems."""
        files = []
        for path in paths:
            with suppress(OSError):
                files.append(File.read(path))
        return cls(loader, tuple(files))


class _Digest:
    """A file that hashes what is written to it."""

    closed = False

    def __init__(self) -> None:
        self.found = hashlib.sha256()

    def write(self, content: bytes) -> int:
        self.found.update(content)
        return len(content)

    def flush(self) -> None: ...

    def close(self) -> None: ...
