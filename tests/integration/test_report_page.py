"""The report page in Chromium without a network: it loads, can be searched, and is accessible."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
import pytest

import influence
from influence.demo.company import sample_company
from influence.network import Selection
from influence.parameters import Parameters
from influence.tables.notes import ignore

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.ci
playwright = pytest.importorskip(
    "playwright.sync_api", reason="needs a browser: pip install '.[browser]'"
)
pytest.importorskip("altair", reason="needs the extra report: pip install '.[report]'")

HOSTILE = "</script><script>document.title='wrong'</script>"
SIZES = {"desk": (1200, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a sample company with intervals in which one customer has a hostile name, and
    beside it the picture of that customer.
    """
    folder = tmp_path_factory.mktemp("report")
    with influence.open_store(folder / "store") as store:
        company = sample_company(customers=300)
        error = pc.multiply(company["customers"]["clv"], 0.2)
        company["customers"] = company["customers"].append_column("clv_se", error)
        store.write_tables(influence.Tables(**company))
        customers = {"id": ["rich"], "name": [HOSTILE], "clv": [90_000.0], "segment": ["special"]}
        store.write_tables(influence.Tables(customers=customers))
        parameters = Parameters(selection=Selection(directions={"follows": "reversed"}))
        influence.run(store, parameters, tell=ignore)
        influence.write_picture(influence.explain(store, "rich"), folder / "picture.html")
        return influence.report(store, folder / "report.html")


@pytest.fixture
def window(chromium: Any, file: Path) -> Iterator[Any]:
    """A page that loaded the file; anything on the console fails the test."""
    context = chromium.new_context()
    found = context.new_page()
    said: list[str] = []
    found.on("console", lambda message: said.append(message.text))
    found.on("pageerror", lambda error: said.append(str(error)))
    found.goto(file.as_uri())
    yield found
    assert said == []
    context.close()


def test_the_page_loads_nothing_and_says_nothing(chromium: Any, file: Path) -> None:
    context = chromium.new_context()
    found = context.new_page()
    asked: list[str] = []
    found.on("request", lambda request: asked.append(request.url))
    found.goto(file.as_uri(), wait_until="networkidle")
    assert asked == [file.as_uri()]
    assert found.title() == "What customers bring in through others"
    paint = found.evaluate("performance.getEntriesByType('paint').length")
    assert paint > 0
    context.close()


def test_search_and_segment_select_points(window: Any) -> None:
    lookup = window.locator("#scatter-lookup")
    status = lookup.get_by_role("status")
    playwright.expect(status).to_have_text("301 of 301 points match")
    lookup.get_by_label("Segment").select_option("special")
    playwright.expect(status).to_contain_text(HOSTILE)
    playwright.expect(status).to_contain_text("CLV 90,000.00")
    lookup.get_by_label("Segment").select_option("")
    lookup.get_by_label("Search").fill("C0001")
    playwright.expect(status).to_contain_text("(C0001)")
    assert window.locator(".points .faint").count() == 300


def test_points_are_reached_by_keyboard_and_pointer(window: Any) -> None:
    chart = window.locator("[data-points=scatter]")
    status = window.locator("#scatter-lookup").get_by_role("status")
    chart.focus()
    window.keyboard.press("ArrowRight")  # the smallest CLV, and before it the largest
    window.keyboard.press("ArrowLeft")
    playwright.expect(status).to_contain_text("rich")
    window.keyboard.press("ArrowRight")
    playwright.expect(status).not_to_contain_text("rich")
    window.locator("[data-points=scatter] .points path").last.dispatch_event("pointerenter")
    assert window.locator(".points .here").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["report.html", "picture.html"])
def test_axe_finds_no_problem(chromium: Any, file: Path, scheme: str, size: str, name: str) -> None:
    pytest.importorskip("axe_playwright_python")
    axe = resources.files("axe_playwright_python") / "axe.min.js"
    width, height = SIZES[size]
    context = chromium.new_context(
        color_scheme=scheme, viewport={"width": width, "height": height}, bypass_csp=True
    )
    found = context.new_page()
    found.goto(file.with_name(name).as_uri())
    found.evaluate(axe.read_text(encoding="utf-8"))
    problems = found.evaluate("axe.run()")["violations"]
    assert [(problem["id"], problem["nodes"][0]["html"]) for problem in problems] == []
    assert found.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_the_page_is_complete_without_its_script(chromium: Any, file: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    found = context.new_page()
    found.goto(file.as_uri())
    assert found.locator("#scatter-lookup").is_hidden()
    assert found.locator("#scatter svg").is_visible()
    context.close()


def test_the_page_prints(window: Any) -> None:
    assert window.pdf(format="A4").startswith(b"%PDF")
