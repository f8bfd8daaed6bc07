"""The report page: its numbers are those of other commands, and it is safe to pass on."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from itertools import combinations

import numpy as np
import pyarrow.compute as pc
import pytest

import influence
from influence import plots
from influence.charts.drawing import cleaned
from influence.demo.company import sample_company
from influence.headings import heading
from influence.network import Selection
from influence.parameters import Parameters
from influence.report_page.report import page
from influence.reports.summary import summarise
from influence.tables.notes import ignore
from influence.value.concentration import curve, gini
from tests import commands
from tests.pages import Page, addresses


def stored(folder, tables, parameters=None):
    """Open a store with the tables and a run."""
    store = influence.open_store(folder)
    store.write_tables(tables)
    influence.run(store, parameters or Parameters(), tell=ignore)
    return store


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """A store with a small sample company that was run twice, with another weight between."""
    folder = tmp_path_factory.mktemp("report")
    selection = Selection(directions={"follows": "reversed"})
    tables = influence.Tables(**sample_company(customers=400))
    with stored(folder, tables, Parameters((0.4, 0.2), selection)) as store:
        influence.run(store, Parameters(selection=selection), tell=ignore)
        yield store


@pytest.fixture(scope="module")
def sample_page(sample):
    return Page(page(sample))


def same_rows(found, expected, names, **other):
    """Compare a table of the page with rows, number by number."""
    assert len(found) == len(expected)
    for row, wanted in zip(found, expected, strict=True):
        for name in names:
            cell = row[other.get(name, heading(name))]
            assert cell == wanted[name] or (cell == "" and wanted[name] is None), (name, row)


def same_as_top_and_summary(store):
    """Compare every table of figures with the functions behind `top` and `summary`."""
    found, scores = Page(page(store)).tables, store.scores()
    top = scores.top(10, "network_value_gross").to_pylist()
    names = ["customer", "network_value_gross", "clv", "influence", "network_value"]
    same_rows(found["first"], top, [name for name in names if heading(name) in found["first"][0]])
    totals = summarise(scores).to_pylist()
    sums = ("customers", "free", "clv", "network_value", "own_kept", "credit_received",
            "referral_value", "service_value", "value_at_risk")  # fmt: skip
    same_rows(found["parts"], totals, sums)
    corners = found["scatter"]
    assert sum(row["customers"] for row in corners) == len(scores)
    for name in ("clv", "network_value"):
        total = scores.table[name].to_numpy().sum()
        assert sum(row[heading(name)] for row in corners) == pytest.approx(total)
    for row in found["views"]:
        figures = scores.row(row["customer"])
        same_rows([row], [figures], ("clv", "network_value_gross", "network_value", "rank"))


@pytest.mark.parametrize("seed", range(4))
def test_numbers_of_a_random_company_are_those_of_top_and_summary(seed, tmp_path):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 40))
    pairs = [*combinations(range(n), 2)]
    chosen = rng.choice(len(pairs), min(len(pairs), 2 * n), replace=False)
    clv = rng.choice([0.0, 5.0, 17.25, -3.0], n) + rng.integers(0, 2, n)
    tables = influence.Tables(
        customers={"id": [f"c{i}" for i in range(n)], "clv": clv},
        ties={"source": [f"c{pairs[at][0]}" for at in chosen],
              "target": [f"c{pairs[at][1]}" for at in chosen]},
    )  # fmt: skip
    with stored(tmp_path, tables) as store:
        same_as_top_and_summary(store)


@pytest.mark.parametrize(("clv", "said"), [
    ([0.0, 0.0], "No customer has a CLV other than 0"),
    ([5.0, -5.0], "a part of the network value is negative"),
])  # fmt: skip
def test_a_company_without_a_positive_total_is_told_why(tmp_path, clv, said):
    with stored(tmp_path, influence.Tables(customers={"id": ["A", "B"], "clv": clv})) as store:
        assert said in page(store)


def test_numbers_of_the_sample_company_are_those_of_top_and_summary(sample):
    same_as_top_and_summary(sample)


def test_tables_by_segment_and_quadrant_are_those_of_summary(sample, sample_page):
    for by, figure in (("segment", "segments"), ("quadrant", "quadrants")):
        rows = influence.summary(sample, by).to_pylist()
        names = ("customers", "clv", "network_value", "value_at_risk")
        same_rows(sample_page.tables[figure], rows, names)


def test_changes_are_those_of_compare(sample, sample_page):
    rows = influence.compare(sample).to_pylist()[:10]
    names = ("customer", "change", "network_value_before", "network_value_after")
    same_rows(sample_page.tables["movers"], rows, names)
    texts = " ".join(sample_page.texts["bdi"])
    assert "Parameter weights: 0.45, 0.25, 0.1, before 0.4, 0.2." in texts


def test_answers_are_those_of_the_queries(sample, sample_page):
    from influence import queries

    for name, figure, columns in (
        ("free-customers", "free-list", ("customer", "network_value", "referral_value")),
        ("at-risk", "at-risk", ("customer", "clv", "value_at_risk", "share")),
        ("advocates-and-detractors", "signed", ("customer", "stance", "influence_signed")),
        ("bridges", "bridges", ("customer", "name", "value")),
    ):
        limit = len(sample_page.tables[figure]) // (2 if figure == "signed" else 1)
        rows = sample.query(queries.explore(name), limit=limit)[1]
        same_rows(sample_page.tables[figure], rows, columns, value="gross value of the tie")


def test_a_run_of_estimates_shows_its_standard_errors(tmp_path):
    tables = influence.Tables(**sample_company(customers=200))
    with stored(tmp_path, tables, Parameters(method="sketch", registers=64)) as store:
        found = Page(page(store))
        rows = store.scores().top(10).to_pylist()
        same_rows(found.tables["intervals"], rows, ("network_value", "network_value_se"))
        assert store.scores().run.caveat in " ".join(found.texts["bdi"])


def test_a_run_with_intervals_shows_them_as_top_and_summary_do(tmp_path, capsys):
    tables = sample_company(customers=200)
    customers = tables["customers"]
    tables["customers"] = customers.append_column("clv_se", pc.multiply(customers["clv"], 0.2))
    with stored(tmp_path, influence.Tables(**tables)) as store:
        found, scores = Page(page(store)), store.scores()
        summary = commands.influence(capsys, "summary", "--store", store.url)
    names = ("network_value", "network_value_low", "network_value_high", "rank", "rank_low",
             "rank_high")  # fmt: skip
    same_rows(found.tables["intervals"], scores.top(10).to_pylist(), names)
    rows = scores.top(10, "network_value_gross").to_pylist()
    for cells, row in zip(found.tables["first"], rows, strict=True):
        low, high = (f"{row[f'network_value_{end}']:,.2f}" for end in ("low", "high"))
        ranks = f"{row['rank']} ({row['rank_low']} to {row['rank_high']})"
        shown = (cells["95 % interval"], cells["rank (95 % interval)"])
        assert tuple(text.replace("\u00a0", " ") for text in shown) == (f"{low} to {high}", ranks)
    texts = found.texts["bdi"]
    assert f"Of the {scores.run.steadiness}." in texts
    assert f"The {scores.run.included}." in texts
    assert scores.run.steadiness in summary.err
    assert scores.run.included == (
        "95 % intervals of network value and rank include the errors of CLV"
    )
    assert "top expected" not in found.text


def test_a_run_without_intervals_shows_none(sample_page):
    assert "95 % interval" not in sample_page.text
    assert "intervals" not in sample_page.tables
    assert "All figures are exact, none is estimated." in sample_page.texts["bdi"]


@pytest.mark.parametrize(
    "customers",
    [{"id": ["A"], "clv": [5.0]}, {"id": ["A", "B"], "clv": [0.0, 0.0]},
     {"id": ["A", "B"], "clv": [-4.0, -1.0]}],
)  # fmt: skip
def test_companies_without_ties_or_value_have_a_page(customers, tmp_path):
    with stored(tmp_path, influence.Tables(customers=customers)) as store:
        found = Page(page(store))
        assert len(found.tables["first"]) == len(customers["id"])


def test_gini_is_half_the_relative_mean_difference():
    values = np.random.default_rng(3).pareto(1.5, 50)
    differences = np.abs(values[:, None] - values[None, :]).mean()
    assert gini(values) == pytest.approx(differences / (2 * values.mean()))


def test_a_lorenz_curve_runs_from_nothing_to_everything():
    customers, value = curve(np.array([3.0, 1.0, 0.0]), 100)
    assert customers.tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert value.tolist() == pytest.approx([0, 0, 0.25, 1])


def test_the_page_refers_to_nothing_outside(sample_page):
    assert addresses(sample_page.text) == []
    names = {tag for tag, _ in sample_page.elements}
    assert names.isdisjoint({"link", "img", "iframe", "object", "embed", "form", "base", "use"})
    attributes = {name for _, given in sample_page.elements for name in given}
    assert attributes.isdisjoint({"src", "style", "srcset", "action"})
    assert not [name for name in attributes if name.startswith("on")]


def test_every_link_leads_to_an_anchor_and_anchors_are_unique(sample_page):
    assert {href.removeprefix("#") for href in sample_page.links} <= set(sample_page.ids)
    assert max(sample_page.ids.values()) == 1


def test_every_figure_has_a_meaning_a_method_and_a_table(sample_page):
    figures = re.findall(r"(?s)<figure id=\"([\w-]+)\">(.*?)</figure>", sample_page.text)
    assert len(figures) > 15
    for name, inner in figures:
        assert '<a href="#how-' in inner, name
        assert "<table>" in inner, name
        assert ("<svg" in inner) == ('role="img" aria-label="' in inner), name


def test_only_the_script_and_the_style_of_the_page_may_run(sample_page):
    policy = next(given["content"] for tag, given in sample_page.elements
                  if tag == "meta" and given.get("http-equiv"))  # fmt: skip
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        (inner,) = re.findall(rf"(?s)<{tag}>(.*?)</{tag}>", sample_page.text)
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


DRAWING = ("influence.charts", "influence.plots", "influence.report_page")
"""Modules that need the extra `report`."""
HOSTILE = (
    "\u202egnp.exe", "</script><script>alert(1)</script>", "</svg><img src=x onerror=alert(1)>",
    "=HYPERLINK(\"http\")", "{{ 7 * 7 }}", "<!--", "]]>",
    "a\x08b", "'; DROP TABLE", "&lt;b&gt;", "\u2028line", "x\ufffe\uffff\x00", "\u2069\u2067Ann",
)  # fmt: skip


def test_hostile_names_are_only_text(tmp_path):
    ids = [f"{name} {at}" for at, name in enumerate(HOSTILE)]
    tables = influence.Tables(
        customers={"id": ids, "name": HOSTILE, "segment": HOSTILE,
                   "clv": [10.0 * at for at in range(len(ids))]},
        ties={"source": ids[:-1], "target": ids[1:]},
        referrals={"referrer": ids[:-1], "referred": ids[1:]},
        surveys={"customer": ids, "score": [10.0 * (at % 2) for at in range(len(ids))]},
    )  # fmt: skip
    with stored(tmp_path, tables) as store:
        text = page(store)
    found = Page(text)
    tags = [tag for tag, _ in found.elements]
    assert tags.count("script") == 2
    assert "img" not in tags
    assert not [name for _, given in found.elements for name in given if name.startswith("on")]
    assert "{{ 7 * 7 }}" in text
    points = json.loads(re.search(r'(?s)id="scatter-points">(.*?)</script>', text)[1])
    assert {row["name"] for row in points} == set(HOSTILE)
    cells = [cell for rows in found.tables.values() for row in rows for cell in row.values()]
    assert not [cell for cell in cells if isinstance(cell, str) and cell.startswith("=")]
    # A name that turns the direction of writing is closed in, and charts have none.
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069](?![^<>]*</(bdi|script)>)", text)


def test_a_chart_keeps_only_what_draws():
    text = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="x()">'
        '<script>x()</script><g class="a points_marks">'
        '<path d="M1.23456,2" style="fill:red" fill="var(--c1)"/></g>'
        '<image href="http://x"/><a href="http://x"><text>t</text></a></svg>'
    )
    kept = '<g class="points"><path d="M1.23,2" fill="var(--c1)" /></g>'
    assert cleaned(text) == f'<svg viewBox="0 0 520 9">{kept}</svg>'


def test_with_ids_only_no_name_is_in_the_file(sample):
    names = set(sample.customers(["name"])["name"].to_pylist())
    text = page(sample, ids_only=True)
    assert not [name for name in names if name and name in text]
    assert "C0001" in page(sample)


def test_a_large_company_is_drawn_as_a_sample_with_all_of_the_top(sample, monkeypatch):
    monkeypatch.setattr(plots, "MOST_POINTS", 100)
    monkeypatch.setattr(plots, "FIRST", 10)
    text = page(sample)
    points = json.loads(re.search(r'(?s)id="scatter-points">(.*?)</script>', text)[1])
    assert len(points) == 100
    for view in ("network_value_gross", "network_value", "clv", "influence"):
        first = set(sample.scores().top(10, view)["customer"].to_pylist())
        assert first <= {row["customer"] for row in points}
    assert "100 of 400 customers are drawn" in text


def test_the_command_writes_the_file_and_says_where(sample, tmp_path, capsys):
    file = tmp_path / "board.html"
    done = commands.influence(capsys, "report", file, "--ids-only", "--store", sample.url)
    assert (done.code, done.out) == (0, "")
    assert str(file) in done.err
    assert file.read_text("utf-8") == page(sample, ids_only=True)


def test_python_writes_the_same_file(sample, tmp_path):
    path = influence.report(sample, tmp_path / "page.html")
    assert path.read_text("utf-8") == page(sample)


def test_without_the_extra_the_error_names_it(sample, tmp_path, capsys, monkeypatch):
    for name in [name for name in sys.modules if name.startswith(DRAWING)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "altair", None)
    file = tmp_path / "page.html"
    done = commands.influence(capsys, "report", file, "--store", sample.url)
    assert done.code == 2
    assert "pip install '.[report]'" in done.err
    assert not file.exists()


def test_a_store_without_a_run_has_no_page(tmp_path, capsys):
    done = commands.influence(capsys, "report", tmp_path / "page.html", "--store", tmp_path / "s")
    assert done.code == 1


@pytest.mark.ci
def test_a_page_of_a_hundred_thousand_customers_has_at_most_three_megabytes(tmp_path):
    rng = np.random.default_rng(0)
    n = 100_000
    ids = np.array([f"customer-{at:09}" for at in range(n)])
    ends = rng.integers(0, n, (2, 3 * n))
    ends = ends[:, ends[0] != ends[1]]
    tables = influence.Tables(
        customers={"id": ids, "clv": rng.pareto(1.2, n).round(2) * 100,
                   "name": [f"Name of customer {at}" for at in range(n)],
                   "segment": [f"segment {at % 7}" for at in range(n)]},
        ties={"source": ids[ends[0]], "target": ids[ends[1]]},
    )  # fmt: skip
    with stored(tmp_path, tables, Parameters(method="sketch", registers=64)) as store:
        assert len(page(store).encode()) <= 3_000_000


def test_a_page_with_calibrated_weights_says_where_they_are_from(tmp_path):
    given = {"customers": {"id": ["A", "B"], "clv": [1.0, 2.0]},
             "ties": {"source": ["A"], "target": ["B"]}}  # fmt: skip
    made = "20240101-120000-abcdef"
    parameters = Parameters(weights=(0.06,), calibration=made)
    with stored(tmp_path / "store", influence.Tables(**given), parameters) as store:
        found = page(store)
    assert f"own data (calibration {made})" in found
    assert "convention until calibrated" not in found
