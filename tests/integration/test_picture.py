"""Pictures of one customer: as files, and as bars in the terminal."""

from __future__ import annotations

import sys

import pytest

import influence
from influence.cli.bars import COLUMN, with_bars
from influence.customer.explain import SHOWN
from influence.customer.parts import gross_parts, value_sums
from influence.demo.company import sample_company
from influence.tables.notes import ignore
from tests import commands
from tests.pages import Page, addresses

HOSTILE = "</script><script>alert(1)</script>\u202e"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with influence.open_store(tmp_path_factory.mktemp("picture") / "store") as opened:
        opened.write_tables(influence.Tables(**sample_company(customers=200)))
        hostile = {"id": ["rich"], "name": [HOSTILE], "clv": [90_000.0]}
        opened.write_tables(
            influence.Tables(customers=hostile, ties={"source": ["rich"], "target": ["C0001"]})
        )
        influence.run(opened, tell=ignore)
        yield opened


def explain(capsys, store, *arguments):
    return commands.influence(capsys, "explain", *arguments, "--store", store.url)


@pytest.mark.parametrize(
    ("suffix", "begin"), [(".svg", b"<svg"), (".png", b"\x89PNG"), (".html", b"<!doctype"),
                          (".SVG", b"<svg")]
)  # fmt: skip
def test_a_picture_is_written_beside_the_usual_result(store, tmp_path, capsys, suffix, begin):
    file = tmp_path / f"picture{suffix}"
    done = explain(capsys, store, "C0001", "--picture", file)
    assert done.code == 0
    assert done.json["customer"] == "C0001"
    assert file.read_bytes().lstrip().startswith(begin)
    assert str(file) in done.err
    first = file.read_bytes()
    explain(capsys, store, "C0001", "--picture", file, "--quiet")
    assert file.read_bytes() == first


@pytest.mark.parametrize("file", ["picture.jpg", "picture", "C0001"])
def test_another_ending_is_refused_before_the_store_is_opened(tmp_path, capsys, file):
    absent = tmp_path / "absent"
    done = commands.influence(capsys, "explain", "C0001", "--picture", file, "--store", absent)
    assert done.code == 2
    assert "ends in .svg, .png or .html" in done.err
    assert not absent.exists()


def test_without_a_file_the_parts_have_bars(store, capsys):
    done = explain(capsys, store, "C0001", "--picture")
    assert done.code == 0
    assert "What the value consists of" in done.out
    assert "█" in done.out
    assert "█" not in explain(capsys, store, "C0001", "--format", "table").out


@pytest.mark.parametrize("form", ["json", "csv"])
def test_bars_and_data_exclude_each_other(store, capsys, form):
    done = explain(capsys, store, "C0001", "--format", form, "--picture")
    assert done.code == 2
    assert "exclude each other" in done.err


def test_the_page_is_safe_and_has_the_tables_behind_its_charts(store, tmp_path, capsys):
    file = tmp_path / "picture.html"
    explain(capsys, store, "rich", "--picture", file)
    text = file.read_text("utf-8")
    page = Page(text)
    assert addresses(text) == []
    assert {"script", "img", "link"}.isdisjoint(tag for tag, _ in page.elements)
    assert "\u202e" not in page.texts.get("title", [""])[0]
    figures = store.scores(["rich"]).row("rich")
    amounts = [row["amount, in money"] for row in page.tables["parts-of-one"]]
    assert amounts == [*gross_parts(figures).values(), *value_sums(figures).values()]
    assert len(page.tables["around"]) <= SHOWN
    for name in ("picture.svg", "picture.png"):
        assert explain(capsys, store, "rich", "--picture", tmp_path / name).code == 0
    assert "<script" not in (tmp_path / "picture.svg").read_text("utf-8")


def test_ids_only_leaves_names_out_of_the_picture(store, tmp_path, capsys):
    names = store.customers(["id", "name"]).to_pylist()
    name = next(row["name"] for row in names if row["id"] == "C0001")
    file = tmp_path / "picture.svg"
    explain(capsys, store, "C0001", "--picture", file)
    assert name in file.read_text("utf-8")
    explain(capsys, store, "C0001", "--picture", file, "--ids-only")
    assert name not in file.read_text("utf-8")


def test_a_customer_without_contacts_has_a_picture_of_the_parts(tmp_path):
    with influence.open_store(tmp_path / "store") as opened:
        opened.write_tables(influence.Tables(customers={"id": ["A"], "clv": [5.0]}))
        influence.run(opened)
        explained = influence.explain(opened, "A")
        for suffix in (".svg", ".html"):
            assert influence.write_picture(explained, tmp_path / f"a{suffix}").exists()


def test_parts_add_up_to_the_gross_network_value(store):
    for row in store.scores().table.to_pylist():
        sums = value_sums(row)
        assert sum(gross_parts(row).values()) == pytest.approx(sums["gross network value"])


def test_without_the_extra_one_sentence_names_it(store, tmp_path, capsys, monkeypatch):
    drawing = ("influence.charts", "influence.report_page", "influence.customer.picture")
    for name in [name for name in sys.modules if name.startswith(drawing)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "altair", None)
    done = explain(capsys, store, "C0001", "--picture", tmp_path / "a.svg")
    assert done.code == 2
    assert "pip install '.[report]'" in done.err
    assert explain(capsys, store, "C0001", "--picture").code == 0


def test_bars_are_as_long_as_their_numbers():
    rows = with_bars([{"x": 8.0}, {"x": 4.0}, {"x": 0.0}, {"x": None}], "x", width=8)
    assert [row[COLUMN] for row in rows] == ["█" * 8, "█" * 4, "", ""]


def test_bars_of_losses_end_at_zero():
    rows = with_bars([{"x": -4.0}, {"x": 4.0}], "x", width=8)
    assert [row[COLUMN] for row in rows] == ["█" * 4, " " * 4 + "█" * 4]


def test_rows_without_any_number_have_no_bars():
    assert [row[COLUMN] for row in with_bars([{"x": 0.0}, {"x": None}], "x")] == ["", ""]
    assert with_bars([], "x") == []


def on_terminal(monkeypatch, columns):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.parametrize(("columns", "by", "bars"), [(160, "gross", True), (80, "gross", False),
                                                     (160, "rank", False)])  # fmt: skip
def test_a_ranking_has_bars_in_a_wide_terminal(store, capsys, monkeypatch, columns, by, bars):
    on_terminal(monkeypatch, columns)
    done = commands.influence(capsys, "top", "--by", by, "--store", store.url)
    assert done.code == 0
    assert ("█" in done.out) == bars


def test_a_ranking_in_a_pipe_has_no_bars(store, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    done = commands.influence(capsys, "top", "--format", "table", "--store", store.url)
    assert "█" not in done.out
    assert COLUMN not in commands.influence(capsys, "top", "--store", store.url).json[0]
