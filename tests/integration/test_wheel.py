"""The wheel works by itself in a clean environment."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the files that a build needs, links included."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    for name in ("influence", "cypher", "loaders"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=ignore)
    return folder


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [str(argument) for argument in arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.ci
def test_the_wheel_works_in_a_clean_environment(checkout: Path, tmp_path: Path) -> None:
    built = run(
        sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", tmp_path, ".", cwd=checkout
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    vendors = {path.name for path in (ROOT / "loaders" / "vendors").glob("*.toml")}
    assert {f"influence/loaders/vendors/{name}" for name in vendors} <= {*names}
    of_report = {name for name in names if "/report_page/" in name}
    parts = (
        "base.html", "figures.html", "methods.html", "page.css", "page.html", "page.js",
        "picture.html",
    )  # fmt: skip
    assert {f"influence/report_page/{part}" for part in parts} <= of_report
    venv.create(tmp_path / "clean", with_pip=True)
    python = tmp_path / "clean" / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    done = run(python, "-m", "pip", "install", "-q", "-c", constraints, wheel, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    done = run(
        python, "-c", "from influence import queries; print(len(queries.library()))", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    files = set((ROOT / "cypher").rglob("*.cypher"))
    fragments = {path for path in files if path.parent.name == "fragments"}
    assert int(done.stdout) == len(files - fragments)
    done = run(python.with_name("influence"), "demo", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Whom CLV misjudges most" in done.stdout
    store = tmp_path / "influence-demo" / "store"
    done = run(python.with_name("influence"), "browser", "browser", "--store", store, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "carousel" in (tmp_path / "browser" / "guide.html").read_text("utf-8")


def test_a_checkout_without_links_does_not_build(checkout: Path, tmp_path: Path) -> None:
    link = checkout / "influence" / "cypher"
    link.unlink()
    link.write_text("../cypher")  # what git leaves where links are off
    # As pip runs it, without the environment that pip makes first.
    built = run(sys.executable, "setup.py", "bdist_wheel", "-d", tmp_path, cwd=checkout)
    assert built.returncode != 0
    assert "symbolic link" in built.stderr + built.stdout
