"""The notebooks of the documentation run, and show what their files say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

if TYPE_CHECKING:
    from tests.servers import Server

notebooks = pytest.importorskip("tools.notebooks", reason="needs nbclient and ipykernel")
pytest.importorskip("altair", reason="needs the extra report: pip install '.[report]'")

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "ciaodvd"
LARGEST = 800_000
"""Bytes of a notebook with its pictures."""

# The libraries of a kernel leave sockets and event loops to the garbage collector.
pytestmark = pytest.mark.filterwarnings("default")


def shows_what_its_file_says(name: str, folder: Path, **environment: str) -> None:
    path = notebooks.FOLDER / f"{name}.ipynb"
    found = notebooks.executed(path, folder, environment)
    assert notebooks.texts(found) == notebooks.texts(nbformat.read(path, as_version=4))


def test_the_first_steps(tmp_path: Path) -> None:
    shows_what_its_file_says("first-steps", tmp_path)


@pytest.mark.ci
@pytest.mark.skipif(not DATA.exists(), reason="the data of ../shared are not on this machine")
def test_a_real_data_set(tmp_path: Path) -> None:
    shows_what_its_file_says("real-data", tmp_path, CIAODVD=str(DATA))


@pytest.mark.ci
def test_your_neo4j(tmp_path: Path, empty_neo4j: Server) -> None:
    address = {"NEO4J_URI": empty_neo4j.uri, **empty_neo4j.environment}
    shows_what_its_file_says("neo4j", tmp_path, **address)


@pytest.mark.parametrize("path", sorted(notebooks.FOLDER.glob("*.ipynb")), ids=lambda p: p.stem)
def test_a_notebook_is_small_and_names_no_place_or_password(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text) < LARGEST
    for word in ("/home/", "/root/", "/tmp/", "/work/", "bolt://", "Traceback"):
        assert word not in text, word
    cells = nbformat.read(path, as_version=4).cells
    assert any(cell.get("outputs") for cell in cells)
