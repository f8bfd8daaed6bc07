"""Arrays and results of jobs as files with checksums, in any file system that pyarrow knows."""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.fs as pafs

from influence.errors import UsageError

CHECKSUM_BYTES = 4
CHUNK = 2**24
"""Bytes that are copied at a time."""
CACHE = "influence-arrays"
"""Temporary folder of a machine where arrays of other file systems are copied to."""
KEPT = 24 * 3600.0
"""Seconds after which copies are removed when another one is made."""


class JobFiles:
    """A folder with the arrays that jobs read and the results that they write.

    Files have their content in their name or a checksum at their end, and appear under their name
    when they are complete. So what is there need not be written, or computed, again.

    Parameters
    ----------
    location : str
        A path, or a URL such as s3://bucket/folder or hdfs://host/folder.

    Raises
    ------
    UsageError
        If there is no such file system, and later where the folder cannot be read or written.
    """

    def __init__(self, location: str) -> None:
        with _explained(location):
            self._system, self._root = _file_system(location)
        # Workers have other current folders.
        self.location = self._root if self.local else location

    @property
    def local(self) -> bool:
        """Whether the folder has a path on this machine, so that its files can be mapped."""
        return isinstance(self._system, pafs.LocalFileSystem)

    def put(self, array: npt.NDArray[Any]) -> str:
        """Write an array unless it is there; return its name."""
        array = np.ascontiguousarray(array)
        digest = hashlib.blake2b(repr((array.dtype.str, array.shape)).encode(), digest_size=16)
        digest.update(array.data.cast("B") if array.size else b"")
        name = f"{digest.hexdigest()}.npy"
        if not self.has(name):
            with _explained(self.location), self._written(name) as sink:
                np.lib.format.write_array(sink, array, allow_pickle=False)
        return name

    def get(self, name: str) -> npt.NDArray[Any]:
        """Map an array into memory; one of another file system is copied to this machine first."""
        if self.local:
            path = Path(self._root, name)
        else:
            path = temporary_folder(CACHE) / name
            if not path.exists():
                self._copy(name, path)
        return np.asarray(np.load(path, mmap_mode="r"))

    def put_result(self, name: str, arrays: Sequence[npt.NDArray[Any]]) -> None:
        """Write the result of a job."""
        content = io.BytesIO()
        for array in arrays:
            np.lib.format.write_array(content, np.ascontiguousarray(array), allow_pickle=False)
        whole = content.getbuffer()
        with _explained(self.location), self._written(name) as sink:
            sink.write(whole)
            sink.write(zlib.crc32(whole).to_bytes(CHECKSUM_BYTES, "little"))

    def result(self, name: str) -> list[npt.NDArray[Any]] | None:
        """Read the result of a job; None if it is missing or damaged."""
        if not self.has(name):
            return None
        with _explained(self.location), self._system.open_input_stream(self._path(name)) as source:
            whole = memoryview(source.read())
        content, end = whole[:-CHECKSUM_BYTES], whole[-CHECKSUM_BYTES:]
        if zlib.crc32(content).to_bytes(CHECKSUM_BYTES, "little") != end:
            return None
        source, arrays = io.BytesIO(content), []
        while source.tell() < len(content):
            arrays.append(np.lib.format.read_array(source, allow_pickle=False))
        return arrays

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""
        with _explained(self.location):
            found: pafs.FileInfo = self._system.get_file_info(self._path(name))
        return bool(found.type == pafs.FileType.File)

    def size(self, name: str) -> int:
        """The size of a file in bytes."""
        return int(self._system.get_file_info(self._path(name)).size)

    def remove(self) -> None:
        """Remove the folder."""
        with suppress(FileNotFoundError):
            self._system.delete_dir(self._root)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _copy(self, name: str, path: Path) -> None:
        _remove_old(path.parent)
        with (
            _explained(self.location),
            tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as sink,
            self._system.open_input_stream(self._path(name)) as source,
        ):
            while chunk := source.read(CHUNK):
                sink.write(chunk)
        Path(sink.name).replace(path)

    def _written(self, name: str) -> _Written:
        self._system.create_dir(self._root, recursive=True)
        return _Written(self._system, self._path(name))


class _Written:
    """A file that gets its name when it is complete."""

    def __init__(self, system: pafs.FileSystem, path: str) -> None:
        self._system, self._path = system, path
        self._temporary = f"{path}.{os.urandom(6).hex()}.part"

    def __enter__(self) -> pa.NativeFile:
        self._sink = self._system.open_output_stream(self._temporary)
        return self._sink

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._sink.close()
        if kind is None:
            self._system.move(self._temporary, self._path)
        else:
            self._system.delete_file(self._temporary)


def inside(location: str, name: str) -> str:
    """The path or URL of a folder in another; options of a URL, after its ?, stay at the end."""
    path, mark, asked = location.partition("?") if "://" in location else (location, "", "")
    return f"{path.rstrip('/')}/{name}{mark}{asked}"


def without_password(text: str) -> str:
    """Leave out the user and password of URLs in a text."""
    return re.sub(r"://[^/@\s]*@", "://", text)


def temporary_folder(name: str) -> Path:
    """Make a folder for temporary files of this user, or find it."""
    user = getattr(os, "getuid", lambda: "")()  # Windows has a temporary folder for each user
    found = Path(tempfile.gettempdir(), f"{name}-{user}")
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def _remove_old(folder: Path) -> None:
    """Remove the copies for earlier runs, and parts of copies that were not completed."""
    for file in folder.iterdir():
        with suppress(OSError):  # another process was faster, or maps it
            if time.time() - file.stat().st_mtime > KEPT:
                file.unlink()


@contextmanager
def _explained(location: str) -> Iterator[None]:
    """Say which folder an error is about, in one line."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        told = str(error).splitlines() or [type(error).__name__]
        raise UsageError(without_password(f"work folder {location}: {told[0]}")) from error


def _file_system(location: str) -> tuple[pafs.FileSystem, str]:
    if "://" not in location:
        return pafs.LocalFileSystem(), str(Path(location).absolute())
    system, path = pafs.FileSystem.from_uri(location)
    return system, path
