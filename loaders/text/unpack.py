"""Decompress a file; the format is recognised by its first bytes, not by its name."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from influence.loaders.text.grid import Unreadable

FOREIGN = {
    b"PAR1": "a Parquet file: `influence load tables` reads it if it is called ties.parquet",
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls): save it as .xlsx or CSV",
    b"%PDF": "a PDF file",
    b"\x89PNG": "a picture",
}
NOT_OURS = re.compile(r"__MACOSX/|(.*/)?(\.[^/]*|Thumbs\.db|desktop\.ini)$")
"""Files that operating systems add to archives."""


def _zstd(data: bytes) -> bytes:
    content: bytes = pa.CompressedInputStream(io.BytesIO(data), "zstd").read()
    return content


def _only_member(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [
            info.filename
            for info in archive.infolist()
            if not info.is_dir() and not NOT_OURS.match(info.filename)
        ]
        if "[Content_Types].xml" in names:
            raise Unreadable("a workbook or document: rename it to its table, e.g. customers.xlsx")
        if len(names) != 1:
            held = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
            raise Unreadable(f"a zip archive with {len(names)} files, not one: {held or 'none'}")
        return archive.read(names[0])


PACKED: dict[bytes, tuple[str, Callable[[bytes], bytes]]] = {
    b"\x1f\x8b": ("gzip", gzip.decompress),
    b"BZh": ("bzip2", bz2.decompress),
    b"\xfd7zXZ\x00": ("xz", lzma.decompress),
    b"\x28\xb5\x2f\xfd": ("zstd", _zstd),
    b"PK\x03\x04": ("zip", _only_member),
    b"PK\x05\x06": ("zip", _only_member),
}


def unpack(path: Path) -> tuple[bytes, str | None]:
    """Return the content of a file, and the format in which it was compressed.

    Raises
    ------
    Unreadable
        If it is damaged, an archive without exactly one file, or not text.
    """
    try:
        data = path.read_bytes()
        for magic, (name, open_packed) in PACKED.items():
            if data.startswith(magic):
                return open_packed(data), name
    except IsADirectoryError:
        raise Unreadable("a directory, not a file") from None
    except (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error, zipfile.BadZipFile,
            RuntimeError, NotImplementedError) as error:  # fmt: skip
        raise Unreadable(f"damaged or unreadable: {error}") from error
    for magic, what in FOREIGN.items():
        if data.startswith(magic):
            raise Unreadable(what)
    return data, None
