"""The documentation site: it builds without a warning, and needs no network."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

for name in ("sphinx", "furo", "myst_parser", "sphinx_copybutton"):
    pytest.importorskip(name, reason="needs the extra docs: pip install '.[docs]'")

ROOT = Path(__file__).parents[2]
AT_THE_ROOT = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")


def build(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """Build a site as `make docs` does, but report every warning."""
    folders = ["--conf-dir", source / "docs", "--doctree-dir", target.parent / "doctrees"]
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--quiet", *folders]
    return subprocess.run(
        [*map(str, [*command, source, target])], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("docs") / "site"
    done = build(ROOT, target)
    assert done.returncode == 0, done.stderr
    return target


def test_every_page_is_in_the_site(site: Path) -> None:
    sources = {ROOT / name for name in AT_THE_ROOT} | set((ROOT / "docs").rglob("*.md"))
    pages = {site / file.relative_to(ROOT).with_suffix(".html") for file in sources}
    assert len(pages) > 50
    assert [page for page in pages if not page.exists()] == []


def test_the_first_page_leads_to_the_index(site: Path) -> None:
    (target,) = Page((site / "index.html").read_text("utf-8")).links
    assert (site / target).exists()


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    for file in site.rglob("*.html"):
        for tag, given in Page(file.read_text("utf-8")).elements:
            address = given.get("src") or (given.get("href") if tag == "link" else None) or ""
            assert not re.match(r"(https?:)?//", address), (file.name, address)
    for file in site.rglob("*.css"):
        assert not re.search(r"""(url\(|@import )["']?(https?:)?//""", file.read_text("utf-8"))


@pytest.mark.ci
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[gone](gone.md)", "gone.md"),
        ("[gone](README.md#gone)", "gone"),
        ("![gone](gone.png)", "gone.png"),
    ],
)
def test_a_dead_link_fails_the_build(tmp_path: Path, text: str, said: str) -> None:
    done = build(small(tmp_path, f"# Documentation\n\n{text}\n"), tmp_path / "site")
    assert done.returncode != 0
    assert said in done.stderr


@pytest.mark.ci
def test_a_page_that_the_index_leaves_out_fails_the_build(tmp_path: Path) -> None:
    source = small(tmp_path, "# Documentation\n\n[a page](page.md)\n")
    (source / "docs" / "page.md").write_text("# A page\n")
    assert build(source, tmp_path / "site").returncode == 0
    (source / "docs" / "other.md").write_text("# Another page\n")
    done = build(source, tmp_path / "site")
    assert done.returncode != 0
    assert "other.md" in done.stderr


def small(folder: Path, index: str) -> Path:
    """Write a source with the configuration and an index only."""
    docs = folder / "source" / "docs"
    docs.mkdir(parents=True)
    for name in ("conf.py", "index.html"):
        shutil.copy(ROOT / "docs" / name, docs)
    shutil.copytree(ROOT / "docs" / "static", docs / "static")
    (docs / "README.md").write_text(index)
    return docs.parent


@pytest.fixture
def window(chromium: Any, site: Path) -> Iterator[Any]:
    """The first page; anything on its console fails the test."""
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((site / "index.html").as_uri())
    page.wait_for_url("**/docs/README.html")
    yield page
    assert said == []
    context.close()


@pytest.mark.ci
def test_search_finds_pages_without_a_network(window: Any) -> None:
    window.get_by_role("textbox", name="Search").first.fill("detractors")
    window.keyboard.press("Enter")
    found = window.locator("#search-results li a")
    found.first.wait_for()
    assert any("Promoters" in text for text in found.all_inner_texts())


@pytest.mark.ci
@pytest.mark.parametrize("page", ["README", "how-to/choose-your-question", "reference/python"])
def test_pages_are_accessible(chromium: Any, site: Path, page: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = chromium.new_context()
    window = context.new_page()
    window.goto((site / "docs" / f"{page}.html").as_uri())
    found = axe.run(window).response["violations"]
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []
    context.close()


@pytest.mark.ci
def test_a_button_copies_commands_without_prompts(window: Any, site: Path) -> None:
    window.goto((site / "docs" / "tutorial" / "first-steps.html").as_uri())
    block = window.locator(".highlight-console").first
    block.hover()
    block.locator("button.copybtn").click()
    assert window.evaluate("navigator.clipboard.readText()") == "influence demo"
