"""Build the documentation site with Sphinx: `make docs`.

The source is the root of the repository, so that the links to README.md and to other files at the
root work in the site as they do on a code-hosting page.
"""

from __future__ import annotations

import re
from importlib.metadata import version as version_of
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[1]
PAGES_AT_THE_ROOT = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"]
INDEXES = {"docs/README", "docs/decisions/README"}
"""Pages whose links are the navigation."""

project = "influence"
release = version = version_of("customer-influence")
extensions = ["myst_parser", "sphinx_copybutton"]
root_doc = "docs/README"
include_patterns = [*PAGES_AT_THE_ROOT, "docs/**.md"]
exclude_patterns = [
    path.name for path in ROOT.iterdir() if path.name not in {*PAGES_AT_THE_ROOT, "docs"}
]
suppress_warnings = ["misc.highlighting_failure"]  # Pygments knows no parameters of Cypher
myst_heading_anchors = 3

html_theme = "furo"
html_title = "influence"
html_extra_path = ["index.html"]
html_static_path = ["static"]
html_js_files = [("accessible.js", {"defer": "defer"})]
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_show_search_summary = False  # a browser fetches no page for a page that it has from a file
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True


def navigation(app: Sphinx, docname: str, content: list[str]) -> None:  # noqa: ARG001
    """Make the links of an index its navigation: a section of links for each heading."""
    if docname not in INDEXES:
        return
    folder = PurePosixPath(docname).parent
    parts = re.split(r"^## (.+)\n", content[0], flags=re.MULTILINE)
    for caption, text in zip(["", *parts[1::2]], parts[::2], strict=True):
        links = re.findall(r"\[([^]]+)\]\(([^)#:]+)\.md\)", text)
        if links:
            pages = "\n".join(f"{title} </{normpath(folder / link)}>" for title, link in links)
            heading = f":caption: {caption}\n" if caption else ""
            content[0] += f"\n\n```{{toctree}}\n:hidden:\n{heading}\n{pages}\n```\n"


def setup(app: Sphinx) -> None:
    """Register what this file adds to Sphinx."""
    app.connect("source-read", navigation)
