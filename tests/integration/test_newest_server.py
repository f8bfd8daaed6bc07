"""The contract also holds on the newest release of Neo4j."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.neo4j.jars import NEWEST
from tools.neo4j.server import LocalServer

ROOT = Path(__file__).parents[2]
SUITES = [
    "tests/contract",
    "tests/integration/test_explore.py",
    "tests/integration/test_explore_value.py",
    "tests/integration/test_reading.py",
]


@pytest.mark.slow
def test_the_stores_and_the_library_work_on_the_newest_release(tmp_path: Path) -> None:
    with LocalServer(tmp_path, "newest-and-local", short_lived=True, release=NEWEST) as server:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-m", "neo4j", *SUITES],
            cwd=ROOT,
            env={**os.environ, "NEO4J_URI": server.uri, "NEO4J_PASSWORD": server.password},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:]
