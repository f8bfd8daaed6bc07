"""What `doctor` looks at in a directory: rights, room, the manifest, every file, the lock."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from influence.errors import StoreError
from influence.store.check import Check, Finding, lock_finding
from influence.store.directory.lock import holder_of
from influence.store.directory.manifest import MANIFEST, Directory

LITTLE_ROOM = 2**30
ANEW = "load the tables again into a new directory (--store) and run there, or restore a backup"


def checks(directory: Directory) -> list[Check]:
    """The checks of one directory."""
    path = directory.path
    return [
        ("directory", lambda: _directory(path), "give the store another path"),
        ("disk", lambda: _disk(path), "give the store another path"),
        ("manifest", lambda: _manifest(directory), ANEW),
        ("files", lambda: _files(directory), ANEW),
        ("lock", lambda: lock_finding(holder_of(path)), "look at holder.json in the directory"),
    ]


def _there(path: Path) -> Path:
    return next(p for p in (path, *path.absolute().parents) if p.exists())


def _directory(path: Path) -> Iterator[Finding]:
    if path.exists() and not path.is_dir():
        yield Finding("directory", "failed", f"{path} is a file", "give the store another path")
        return
    writable = os.access(_there(path), os.W_OK)
    if not path.exists():
        load = "`influence load` makes it" if writable else f"make {_there(path)} writable"
        yield Finding("directory", "warning", f"{path} is not there yet", load)
    elif writable:
        yield Finding("directory", "ok", f"{path}, writable")
    else:
        yield Finding("directory", "warning", f"{path} is not writable",
                      "loads and runs need to write it; give this user the right")  # fmt: skip


def _disk(path: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(_there(path)).free
    detail = f"{free / 2**30:,.1f} GiB free"
    little = free < LITTLE_ROOM
    yield Finding("disk", "warning" if little else "ok", detail, "make room" if little else "")


def _manifest(directory: Directory) -> Iterator[Finding]:
    manifest = directory.manifest()
    if not manifest["tables"]:
        detail, advice = f"no {MANIFEST}: nothing was loaded yet", "`influence load` makes one"
        yield Finding("manifest", "warning", detail, advice)
        return
    kept, loads = len(manifest["runs"]), len(manifest.get("loads", []))
    yield Finding("manifest", "ok", f"format {manifest['format']}, runs {kept}, loads {loads}")


def _files(directory: Directory) -> Iterator[Finding]:
    """Read all that the manifest names, to the last page."""
    manifest = directory.manifest()
    named = [*manifest["tables"].values(), *(run["file"] for run in manifest["runs"])]
    broken = list(_broken(directory, named, manifest.get("ground")))
    yield from broken or [Finding("files", "ok", f"{len(named)} files, all readable")]


def _broken(directory: Directory, named: Iterable[str], ground: str | None) -> Iterator[Finding]:
    reads = [(file, directory.read) for file in named]
    for file, read in [*reads, *([(ground, directory.read_snapshot)] if ground else [])]:
        try:
            read(file)
        except FileNotFoundError:
            yield Finding("files", "failed", f"{file} is missing", ANEW)
        except StoreError as error:
            yield Finding("files", "failed", str(error), ANEW)
