"""What results show in a notebook: the essential, rounded, with names, and escaped."""

from __future__ import annotations

import polars as pl
import pytest

import influence
from influence import Network, Tables
from influence.customer.explain import explain_tables
from influence.notebook import MOST_COLUMNS, html_table
from influence.parameters import Parameters
from influence.tables import complete
from influence.tables.notes import ignore
from tests.pages import Page

HOSTILE = "</td><script>alert(1)</script><b>"


def company(name="Ann", **more):
    """Ten customers around one, with names."""
    people = [f"c{at}" for at in range(10)]
    return Tables(
        customers={"id": people, "clv": [1234.567 * at for at in range(10)],
                   "name": [name, *people[1:]], "currency": ["EUR"] * 10, **more},
        ties={"source": ["c0"] * 9, "target": people[1:]},
    )  # fmt: skip


@pytest.fixture
def store(tmp_path):
    with influence.open_store(tmp_path) as opened:
        opened.write_tables(company())
        influence.run(opened, tell=ignore)
        yield opened


def cells(html):
    """The texts of all cells, row by row, of all tables."""
    page = Page(html)
    return [tuple(row.values()) for row in page.tables[""]], page.texts


def test_scores_show_the_first_customers_with_names_and_the_currency():
    scores = influence.compute(company(HOSTILE), tell=ignore)
    html = scores._repr_html_()
    assert "amounts in EUR" in html
    assert "gross network value" in html
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "1,234.57" in html
    rows, _ = cells(html)
    assert len(rows) == 10
    assert len(rows[0]) <= MOST_COLUMNS


def test_a_network_shows_its_size():
    html = Network.from_edges(["A", "B"], ["B", "C"], [1.0, 2.5])._repr_html_()
    for text in ("customers", ">3<", ">2<", "1 to 2.5", "1.33"):
        assert text in html
    assert "customers" in Network.from_edges([], [])._repr_html_()


def test_tables_show_their_rows_and_columns():
    rows, _ = cells(company(**{HOSTILE: ["x"] * 10})._repr_html_())
    assert rows[0][0] == "customers"
    assert rows[1][:2] == ("ties", "9")
    assert HOSTILE in rows[0][2]


def test_many_columns_are_counted():
    html = company(**{f"own{at}": ["x"] * 10 for at in range(20)})._repr_html_()
    assert "and 12 more" in html


def test_a_run_shows_what_was_computed(store):
    html = store.runs()[0]._repr_html_()
    for text in ("finished, current", "EUR", "shells", "0.45, 0.25, 0.1", "UTC"):
        assert text in html


def test_a_run_of_estimates_shows_its_caveat():
    run = influence.compute(company(), Parameters(method="sketch", registers=64), tell=ignore).run
    assert "standard error" in run._repr_html_()


def test_an_explanation_shows_figures_distances_and_contributions(store):
    html = influence.explain(store, "c0")._repr_html_()
    assert "Ann c0" in html
    for text in ("network value", "rank by CLV", "distance", "contribution", "EUR"):
        assert text in html
    assert html.count("<table>") == 3


def test_an_explanation_hides_those_who_are_not_profiled_and_escapes_the_others(tmp_path):
    tables = complete(company(HOSTILE, do_not_profile=[False] * 4 + [True] * 6))
    with influence.open_store(tmp_path) as opened:
        opened.write_tables(tables)
        influence.run(opened, tell=ignore)
        html = influence.explain(opened, "c0")._repr_html_()
    assert "(6 not profiled, together)" in html
    assert "<script" not in html
    assert "c9" not in html
    scores = influence.compute(tables, tell=ignore)
    assert "c9" not in explain_tables(tables, scores, "c0")._repr_html_()


def test_a_table_has_at_most_eight_columns():
    row = {f"column{at}": at for at in range(12)}
    html = html_table([row], {name: name for name in row})
    assert html.count("<th>") == MOST_COLUMNS


def test_scores_become_a_polars_frame():
    scores = influence.compute(company(), tell=ignore)
    frame = scores.to_polars()
    assert isinstance(frame, pl.DataFrame)
    assert frame["customer"].to_list() == scores.table["customer"].to_pylist()
    assert frame["network_value"].to_list() == scores.table["network_value"].to_pylist()


def test_the_first_customers_of_a_store_have_names(store):
    found = influence.top(store, 3, "gross", where="clv > 0", ascending=True)
    assert found.column_names[:2] == ["customer", "name"]
    assert found["customer"].to_pylist() == ["c1", "c2", "c3"]
    assert "c1" in repr(found)
    assert "name" in repr(found)
    with pytest.raises(influence.UsageError, match="no column 'nothing'"):
        influence.top(store, by="nothing")


def test_scores_are_ordered_by_short_names_of_columns(store):
    scores = store.scores()
    by_name = scores.top(3, "network_value_gross").to_pylist()
    assert scores.top(3, "gross").to_pylist() == by_name


def test_a_question_and_score_cards_are_one_call(store):
    assert [row["customer"] for row in influence.query(store, "top", limit=2)] == ["c9", "c8"]
    (card,) = influence.scorecard(store, ["Ann"])
    assert card["customer"] == "c0"
    with pytest.raises(influence.UsageError, match="no query 'tops'; did you mean top"):
        influence.query(store, "tops")


def test_the_checks_of_doctor_are_one_call(store, tmp_path):
    assert {one.state for one in influence.doctor(str(tmp_path))} <= {"ok", "warning"}
