"""The files in a real Neo4j Browser in Chromium: style, guide and saved queries."""

from __future__ import annotations

import base64
import re
import secrets
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import neo4j
import pyarrow as pa
import pytest

import influence
from influence.browser import Examples, bundle
from influence.browser import serve as file_server
from influence.browser.literals import body, literal
from influence.browser.style import NODES
from influence.demo.company import sample_company
from influence.network import Selection
from influence.pipeline import Parameters
from influence.queries import explore
from influence.store import Credentials
from tests.chromium import CHROMIUM, FLAGS
from tests.integration.library import EXPLORE
from tools.neo4j import browser_files
from tools.neo4j.server import LocalServer

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
playwright = pytest.importorskip(
    "playwright.sync_api", reason="needs a browser: pip install '.[browser]'"
)

TIMEOUT_MS = 90_000
"""Long, since a busy machine draws slowly."""
UNUSUAL_ID = 'O\'Hara \\u0027 "x"; // </pre> $limit'
SHORT = {name.removeprefix("explore/"): query for name, query in EXPLORE.items()}


@dataclass(frozen=True)
class Company:
    """A Neo4j with the sample company, the example customers, and the folder of the files."""

    server: LocalServer
    examples: Examples
    folder: Path

    def ask(self, text: str) -> list[dict[str, Any]]:
        auth = (self.server.username, self.server.password)
        with neo4j.GraphDatabase.driver(self.server.uri, auth=auth) as driver:
            return [record.data() for record in driver.execute_query(text).records]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Start the server of `make neo4j` with a smaller company; one customer has an unusual id."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on PATH")
    folder = tmp_path_factory.mktemp("browser")
    listening = file_server.listen()
    settings = browser_files.settings(listening.getsockname()[1])
    server = LocalServer(
        folder / "home", secrets.token_hex(16), short_lived=True, settings=settings
    )
    with server, file_server.server(folder / "out", listening) as files_server:
        threading.Thread(target=files_server.serve_forever, daemon=True).start()
        credentials = Credentials(server.username, server.password)
        with influence.open_store(server.uri, credentials) as store:
            tables = sample_company(customers=400)
            store.write_tables(influence.Tables(**tables))
            friend = tables["customers"]["id"][0].as_py()
            store.write_tables(
                influence.Tables(
                    customers=pa.table({"id": [UNUSUAL_ID], "name": ["Strange"], "clv": [1.0]}),
                    ties=pa.table({"source": [UNUSUAL_ID], "target": [friend]}),
                )
            )
            parameters = Parameters(selection=Selection(directions={"follows": "reversed"}))
            store.write_scores(influence.compute(store.tables(), parameters))
            examples = Examples.of(store.scores(), store.customers())
        bundle.write(folder / "out", examples)
        yield Company(server, examples, folder / "out")
        files_server.shutdown()


class Browser:
    """A window of the Browser, operated with keyboard and mouse."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def login(self, server: LocalServer) -> None:
        query = urlencode({"dbms": f"neo4j://neo4j@localhost:{server.bolt_port}"})
        self.page.goto(f"http://localhost:{server.http_port}/browser/?{query}")
        self.page.get_by_test_id("password").fill(server.password, timeout=TIMEOUT_MS)
        self.page.get_by_test_id("connect").click()
        self.page.wait_for_selector("text=You are connected", timeout=TIMEOUT_MS)
        guide = self.page.get_by_test_id("frame").filter(has_text=":play http")
        playwright.expect(guide).to_be_visible(timeout=TIMEOUT_MS)

    def drop(self, file: Path) -> None:
        """Drop a file onto the window."""
        script = """([name, data]) => {
            const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0))
            const dragged = new DataTransfer()
            dragged.items.add(new File([bytes], name))
            const target = document.querySelector('[data-testid=activeEditor]')
            for (const event of ['dragenter', 'dragover', 'drop'])
                target.dispatchEvent(new DragEvent(
                    event, {bubbles: true, cancelable: true, dataTransfer: dragged}))
        }"""
        self.page.evaluate(script, [file.name, base64.b64encode(file.read_bytes()).decode()])

    def type(self, text: str) -> None:
        self.page.get_by_test_id("activeEditor").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Escape")

    def clear(self) -> None:
        self.type(":clear")
        self.page.keyboard.press("Control+Enter")
        playwright.expect(self.page.get_by_test_id("frame")).to_have_count(0, timeout=TIMEOUT_MS)

    def run(self, text: str) -> Any:
        """Run a text in an empty window, and return its frame when it has an answer."""
        self.clear()
        self.type(text)
        return self.go()

    def go(self) -> Any:
        """Run the text in the editor, and return its frame when it has an answer."""
        self.page.keyboard.press("Control+Enter")
        frame = self.page.get_by_test_id("frame").first
        answered = re.compile(r"ompleted after|Displaying \d|ERROR")
        playwright.expect(frame).to_contain_text(answered, timeout=TIMEOUT_MS)
        assert "ERROR" not in frame.inner_text(), frame.inner_text()
        return frame


@pytest.fixture(scope="module")
def window(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Chromium window."""
    with playwright.sync_playwright() as started:
        context = started.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=CHROMIUM,
            args=FLAGS,
            viewport={"width": 1280, "height": 900},
        )
        yield context.pages[0]
        context.close()


@pytest.fixture(scope="module")
def browser(company: Company, window: Any) -> Browser:
    """The Browser after login."""
    browser = Browser(window)
    browser.login(company.server)
    return browser


# These tests share one window and run in this order.


def test_style_and_guide_load_on_connection(browser: Browser, company: Company) -> None:
    frames = browser.page.get_by_test_id("frame")
    guide = frames.filter(has_text=":play http")
    playwright.expect(guide).to_contain_text("worth through others?", timeout=TIMEOUT_MS)
    playwright.expect(frames.filter(has_text=":style http")).to_be_visible(timeout=TIMEOUT_MS)
    assert "What is a customer worth" in frames.first.inner_text()
    assert guide.locator("code").first.inner_text().strip() == company.examples.customer
    assert "InvalidGrass" not in browser.page.inner_text("body")
    for slide in range(2, 6):
        guide.get_by_test_id("nextSlide").click()
        playwright.expect(guide).to_contain_text(f"{slide} / 5")


def test_clicking_a_query_in_the_guide_copies_it_to_the_editor(browser: Browser) -> None:
    guide = browser.page.get_by_test_id("frame").first
    guide.get_by_test_id("previousSlide").click()
    guide.locator("pre.runnable:visible").first.click()
    editor = browser.page.get_by_test_id("activeEditor")
    playwright.expect(editor).to_contain_text("Strongest advocates and detractors")
    browser.page.get_by_test_id("editor-Run").click()
    frame = browser.page.get_by_test_id("frame").first
    playwright.expect(frame).to_contain_text("influence_signed", timeout=TIMEOUT_MS)


@pytest.mark.parametrize("who", ["customer", "critic"])
def test_nodes_are_drawn_with_the_colours_and_sizes_of_their_labels(
    who: str, browser: Browser, company: Company
) -> None:
    given = {"customer": getattr(company.examples, who), "limit": 30}
    text = body(explore("picture"), given)
    frame = browser.run(text)
    nodes = frame.locator("svg g.node circle.b-outline")
    drawn = company.ask(f"{text.replace('RETURN step.person', 'WITH step.person')}\n"
                        "RETURN labels(person) AS labels, person.name AS name")  # fmt: skip
    playwright.expect(nodes).to_have_count(len(drawn), timeout=TIMEOUT_MS)
    looks: dict[str, str] = {}
    expected = Counter()
    for row in drawn:
        for label in NODES:  # the last one wins
            if label in row["labels"]:
                looks = looks | NODES[label]
        expected[looks["color"], float(looks["diameter"].removesuffix("px")) / 2] += 1
        looks = {}
    found = nodes.evaluate_all(
        "all => all.map(e => [e.getAttribute('fill'), +e.getAttribute('r')])"
    )
    assert Counter(map(tuple, found)) == expected
    assert len({colour for colour, _ in expected}) > 1
    named = frame.locator("svg g.node text.caption").all_text_contents()
    assert drawn[0]["name"].split()[0] in " ".join(named)


def test_dropping_the_zip_adds_a_folder_of_saved_queries(
    browser: Browser, company: Company
) -> None:
    browser.drop(company.folder / bundle.FAVORITES)
    browser.page.get_by_test_id("navigationFavorites").click()
    folder = browser.page.get_by_text("influence", exact=True)
    playwright.expect(folder).to_be_visible(timeout=TIMEOUT_MS)
    folder.click()
    for query in SHORT.values():
        saved = browser.page.get_by_text(query.title, exact=True)
        playwright.expect(saved.first).to_be_visible(timeout=TIMEOUT_MS)
    browser.clear()
    browser.page.get_by_text(SHORT["if-customer-left"].title, exact=True).click()
    browser.page.get_by_test_id("activeEditor").click()
    assert "credit received" in browser.go().inner_text()
    browser.page.get_by_test_id("navigationFavorites").click()


@pytest.mark.parametrize("name", SHORT)
def test_every_saved_query_runs_unchanged(name: str, browser: Browser, company: Company) -> None:
    browser.run(bundle.favorites(company.examples)[name])


@pytest.mark.parametrize("name", SHORT)
def test_every_query_runs_after_its_parameters_are_set(
    name: str, browser: Browser, company: Company
) -> None:
    query = SHORT[name]
    values = query.bind(bundle.given(query, company.examples))
    for key, value in values.items():
        browser.clear()
        browser.type(f":param {key} => {literal(value)}")
        browser.page.keyboard.press("Control+Enter")
        frame = browser.page.get_by_test_id("frame").first
        playwright.expect(frame).to_contain_text(f'"{key}"', timeout=TIMEOUT_MS)
    browser.run(query.text)


def test_an_id_with_quotes_and_escapes_is_only_an_id(browser: Browser) -> None:
    favorites = bundle.favorites(Examples(customer=UNUSUAL_ID, referrer=UNUSUAL_ID))
    for name in ("carriers", "referral-tree", "if-customer-left"):
        frame = browser.run(favorites[name])
        assert "no records" not in frame.inner_text()
