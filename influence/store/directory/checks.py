"""The checks of `doctor` for a directory: permissions, disk space, manifest, files, lock."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from influence.errors import StoreError
from influence.store.check import Check, Finding, lock_finding
from influence.store.directory.inputs import inputs_of
from influence.store.directory.lock import holder_of
from influence.store.directory.manifest import MANIFEST, Directory

MIN_FREE_BYTES = 2**30
OTHER_PATH = "choose another path (--store)"
RUN_AGAIN = "nothing else needs them; the next runs replace them"
RELOAD = "restore a backup, or load the tables into a new directory (--store) and run again"


def checks(directory: Directory) -> list[Check]:
    """Return the checks of a directory."""
    path = directory.path
    return [
        ("directory", lambda: _directory(path), OTHER_PATH),
        ("disk", lambda: _disk(path), OTHER_PATH),
        ("manifest", lambda: _manifest(directory), RELOAD),
        ("files", lambda: _files(directory), RELOAD),
        ("earlier inputs", lambda: _earlier_inputs(directory), RUN_AGAIN),
        ("lock", lambda: lock_finding(holder_of(path)), "check holder.json in the directory"),
    ]


def _existing(path: Path) -> Path:
    """Return the path, or its nearest parent that exists."""
    return next(p for p in (path, *path.absolute().parents) if p.exists())


def _directory(path: Path) -> Iterator[Finding]:
    if path.exists() and not path.is_dir():
        yield Finding("directory", "failed", f"{path} is a file", OTHER_PATH)
        return
    writable = os.access(_existing(path), os.W_OK)
    if not path.exists():
        advice = "`influence load` creates it" if writable else f"make {_existing(path)} writable"
        yield Finding("directory", "warning", f"{path} does not exist yet", advice)
    elif writable:
        yield Finding("directory", "ok", f"{path}, writable")
    else:
        yield Finding("directory", "warning", f"{path} is not writable",
                      "give this user write permission; loads and runs need it")  # fmt: skip


def _disk(path: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(_existing(path)).free
    detail = f"{free / 2**30:,.1f} GiB free"
    low = free < MIN_FREE_BYTES
    yield Finding("disk", "warning" if low else "ok", detail, "free disk space" if low else "")


def _manifest(directory: Directory) -> Iterator[Finding]:
    manifest = directory.manifest()
    if not manifest["tables"]:
        detail = f"no {MANIFEST}: nothing has been loaded yet"
        advice = "load tables with `influence load`"
        yield Finding("manifest", "warning", detail, advice)
        return
    kept, loads = len(manifest["runs"]), len(manifest.get("loads", []))
    yield Finding("manifest", "ok", f"format {manifest['format']}, runs {kept}, loads {loads}")


def _files(directory: Directory) -> Iterator[Finding]:
    """Read every file that the manifest names completely."""
    manifest = directory.manifest()
    named = [*manifest["tables"].values(), *(run["file"] for run in manifest["runs"])]
    broken = list(_broken(directory, named, manifest.get("ground")))
    yield from broken or [Finding("files", "ok", f"{len(named)} files, all readable")]


def _earlier_inputs(directory: Directory) -> Iterator[Finding]:
    """Tell how much space the inputs of earlier runs take besides the present tables."""
    manifest = directory.manifest()
    inputs, present = inputs_of(manifest), manifest["tables"]
    earlier = [run for run, files in inputs.items() if files != present]
    files = {file for run in earlier for file in inputs[run].values()} - {*present.values()}
    if not earlier:
        return
    broken = [finding.detail for finding in _broken(directory, files, None)]
    if broken:
        detail = f"`compare --why` cannot use them: {'; '.join(broken)}"
        yield Finding("earlier inputs", "warning", detail, RUN_AGAIN)
        return
    size = sum((directory.path / file).stat().st_size for file in files)
    detail = f"of {', '.join(earlier)}: {size / 2**20:,.1f} MiB beside the present tables"
    yield Finding("earlier inputs", "ok", detail)


def _broken(directory: Directory, named: Iterable[str], ground: str | None) -> Iterator[Finding]:
    reads = [(file, directory.read) for file in named]
    for file, read in [*reads, *([(ground, directory.read_snapshot)] if ground else [])]:
        try:
            read(file)
        except FileNotFoundError:
            yield Finding("files", "failed", f"{file} is missing", RELOAD)
        except StoreError as error:
            yield Finding("files", "failed", str(error), RELOAD)
