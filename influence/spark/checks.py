"""Checks before Spark is started: Java, pyspark, and the master."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

from influence.errors import UsageError

JAVA = 17
"""The oldest Java that Spark 4 runs on."""
SECONDS = 5.0
"""How long a master may take to accept a connection."""


def check(master: str) -> None:
    """Check what can be checked before Spark is started.

    Raises
    ------
    UsageError
        If Java or pyspark is missing, or the master cannot be reached.
    """
    checked_master(master)
    check_java()
    try:
        import pyspark.sql  # noqa: F401
    except ImportError as error:
        raise UsageError(
            "--engine spark needs pyspark: pip install 'customer-influence[spark]'"
        ) from error
    _check_reachable(master)


def check_java() -> None:
    """Refuse where there is no Java that Spark runs on."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    needed = f"Spark needs Java {JAVA} or newer"
    if java is None or not Path(java).exists():
        where = f"JAVA_HOME is {home}" if home else "there is no java on the PATH"
        raise UsageError(f"{needed}, and {where}: install it, or set JAVA_HOME")
    command = [java, "-version"]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stderr  # noqa: S603
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    if found is None or int(found[1]) < JAVA:
        version = found[1] if found else "unknown"
        raise UsageError(f"{needed}; {java} is version {version}: set JAVA_HOME to a newer one")


def checked_master(master: str) -> str:
    """Return the URL of a master.

    Raises
    ------
    UsageError
        If it has none of the forms that Spark knows.
    """
    cores = r"\[(\*|\d+)(,\d+)?\]"
    forms = rf"local({cores})?|local-cluster\[\d+,\d+,\d+\]|spark://[^:/]+:\d+.*|yarn|k8s://.+"
    if not re.fullmatch(forms, master):
        raise UsageError(
            f"master {master!r}: such as local[4], spark://host:7077, yarn or k8s://https://host"
        )
    return master


def _check_reachable(master: str) -> None:
    """Connect to a standalone master: Spark would try for a minute and report something else."""
    found = re.fullmatch(r"spark://([^:/,]+):(\d+)", master)
    if not found:
        return  # several masters, of which one is enough, or none that is a plain socket
    try:
        socket.create_connection((found[1], int(found[2])), SECONDS).close()
    except OSError as error:
        raise UsageError(f"master {master} cannot be reached: {error}") from error
