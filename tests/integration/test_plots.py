"""Charts for notebooks: their data are those of the scores, and they are safe to show."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

import influence
from influence import Network, Scores, Tables
from influence.charts.drawing import svg
from influence.charts.look import ALONE
from influence.demo.company import sample_company
from influence.runs import Run
from influence.score_columns import score_columns
from influence.tables.notes import ignore

NAMES_OF_SCORES = ("quadrants", "concentration", "ranking")
HOSTILE = ("</script><script>alert(1)</script>", "\u202egnp.exe", "a\x08b", "x\ufffe\uffff", "=1+1")


@pytest.fixture(scope="module")
def tables():
    return Tables(**sample_company(customers=300))


@pytest.fixture(scope="module")
def scores(tables):
    return influence.compute(tables, tell=ignore)


def rows_of(chart):
    """All rows of data in a chart."""
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def title_of(chart):
    """Title and subtitle, each as one line."""
    title = chart.to_dict()["title"]
    return " ".join(title["text"]), " ".join(title["subtitle"])


def company(hidden=(), names=()):
    """A chain of seven customers with one hub; some are not profiled."""
    people = [*"ABCDEFG"]
    return Tables(
        customers={"id": people, "clv": [10.0 * at for at in range(7)],
                   "name": [*names, *[None] * (7 - len(names))],
                   "do_not_profile": [name in hidden for name in people]},
        ties={"source": [*"ABCDEFA"], "target": [*"BCDEFGE"]},
    )  # fmt: skip


def large(n=100_000):
    """Scores of many customers, made directly."""
    rng = np.random.default_rng(1)
    ids = [f"{at:06}" for at in range(n)]
    run = Run(fingerprint="", customers=n, ties=n, arcs=n, version="", currency="EUR")
    columns = {"customer": pa.array(ids)}
    for column in score_columns(run.depth):
        values = rng.pareto(1.5, n) * 100
        columns[column.name] = (
            pa.nulls(n, column.type) if column.type == pa.string()
            else pa.array(values).cast(column.type, safe=False)
        )  # fmt: skip
    columns["run"] = pa.array([run.id] * n)
    return Scores(pa.table(columns), run)


def test_the_ranking_draws_the_first_of_top_with_their_parts(scores):
    rows = rows_of(scores.plot.ranking(count=7))
    first = scores.top(7, "network_value_gross").to_pylist()
    assert len({row["label"] for row in rows}) == 7
    drawn = sum(row["value"] for row in rows)
    assert drawn == pytest.approx(sum(row["network_value_gross"] for row in first))


def test_a_ranking_by_a_figure_with_losses_shows_both_sides_of_zero(scores):
    run = replace(scores.run, id="other")
    values = pa.array(-1.0 - scores.table["clv"].to_numpy())
    table = scores.table.set_column(scores.table.column_names.index("crv"), "crv", values)
    rows = rows_of(Scores(table, run).plot.ranking("crv", 5))
    assert {row["gain"] for row in rows} <= {True, False}
    assert "part" not in rows[0]


def test_points_are_the_customers_with_their_figures(scores):
    rows = {row["customer"]: row for row in rows_of(scores.plot.quadrants()) if "customer" in row}
    assert len(rows) == len(scores)
    for row in scores.table.to_pylist():
        assert rows[row["customer"]]["clv"] == row["clv"]
        assert rows[row["customer"]]["influence"] == row["influence"]


def test_influence_by_distance_adds_up_to_the_influence(scores):
    for row in scores.top(3).to_pylist():
        drawn = rows_of(scores.plot.by_distance(row["customer"]))
        assert sum(each["value"] for each in drawn) == pytest.approx(row["influence"])
        assert len(drawn) == scores.run.depth


def test_curves_run_from_nothing_to_everything(scores):
    rows = [row for row in rows_of(scores.plot.concentration()) if "name" in row]
    for name in {row["name"] for row in rows}:
        curve = [row["value"] for row in rows if row["name"] == name]
        assert (curve[0], curve[-1]) == (0.0, pytest.approx(1.0))


def test_charts_name_their_run_and_currency(scores):
    in_euro = Scores(scores.table, replace(scores.run, currency="EUR"), scores.names)
    for name in NAMES_OF_SCORES:
        chart = getattr(in_euro.plot, name)()
        assert scores.run.id in title_of(chart)[1], name
    assert "in EUR" in in_euro.plot.ranking().to_json()
    assert "in money" in scores.plot.ranking().to_json()


def test_charts_are_the_same_each_time(scores, tables):
    for name in NAMES_OF_SCORES:
        assert getattr(scores.plot, name)().to_json() == getattr(scores.plot, name)().to_json()
    network = Network.from_tables(tables)
    first = network.keys[0].as_py()
    assert network.plot.ego(first).to_json() == network.plot.ego(first).to_json()


def test_a_large_company_is_a_sample_and_the_chart_says_so():
    scores = large()
    chart = scores.plot.quadrants()
    assert "2,000 of 100,000 customers are drawn" in title_of(chart)[1]
    drawn = {row["customer"] for row in rows_of(chart) if "customer" in row}
    assert len(drawn) == 2000
    assert {row["customer"] for row in scores.top(10, "clv").to_pylist()} <= drawn
    assert len(chart.to_json()) < 1e6
    assert len(scores.plot.concentration().to_json()) < 1e5


def test_a_large_ego_network_is_capped_and_the_chart_says_so():
    people = [f"{at:05}" for at in range(5000)]
    network = Network.from_edges(["00000"] * 4999, people[1:])
    chart = network.plot.ego("00000")
    assert "120 of 4,999 are drawn" in title_of(chart)[1]
    assert len({row["who"] for row in rows_of(chart) if row.get("group") == "distance 1"}) == 120


def test_the_people_drawn_are_those_within_reach():
    network = Network.from_tables(company())
    rows = [row for row in rows_of(network.plot.ego("A", 2)) if row.get("group")]
    found = {row["who"]: row["group"] for row in rows}
    assert found == {"A": "the customer", "B": "distance 1", "E": "distance 1",
                     "C": "distance 2", "D": "distance 2", "F": "distance 2"}  # fmt: skip


@pytest.mark.parametrize("change", [
    lambda network: network,
    Network.reversed,
    lambda network: network.with_arcs(network.strength > 0),
])  # fmt: skip
def test_a_customer_who_is_not_profiled_is_in_no_picture(change):
    network = change(Network.from_tables(company(hidden="BE")))
    text = network.plot.ego("A", 3).to_json()
    assert '"B"' not in text
    assert '"E"' not in text
    assert '"C"' in text
    with pytest.raises(influence.NothingToShow):
        network.plot.ego("B")


def test_scores_draw_nobody_who_is_not_profiled():
    scores = influence.compute(company(hidden="G", names=[*"abcdef", "secret"]))
    for name in NAMES_OF_SCORES:
        text = getattr(scores.plot, name)().to_json()
        assert "secret" not in text
        assert '"G"' not in text
    with pytest.raises(influence.NothingToShow):
        scores.plot.by_distance("G")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_only_text(name):
    tables = company(names=[name] * 7)
    scores, network = influence.compute(tables), Network.from_tables(tables)
    charts = [getattr(scores.plot, kind)() for kind in NAMES_OF_SCORES]
    charts += [scores.plot.by_distance("A"), network.plot.ego("A", names={"A": name, "B": name})]
    for chart in charts:
        drawn = svg(chart)
        assert "<script" not in drawn
        assert "\u202e" not in chart.to_json() + json.dumps(chart.to_dict(), ensure_ascii=False)


def test_companies_without_value_say_so():
    tables = Tables(customers={"id": ["A", "B"], "clv": [0.0, 0.0]})
    scores = influence.compute(tables)
    with pytest.raises(influence.NothingToShow, match="above 0"):
        scores.plot.concentration()
    assert svg(scores.plot.quadrants())
    assert svg(scores.plot.ranking())
    with pytest.raises(influence.NothingToShow, match="reaches nobody"):
        Network.from_tables(tables).plot.ego("A")


def test_wrong_arguments_are_named(scores):
    network = Network.from_tables(company())
    with pytest.raises(influence.UsageError, match="no score column"):
        scores.plot.ranking("wealth")
    with pytest.raises(influence.UsageError, match="7 customers"):
        network.plot.ego("A", payoff=np.ones(3))
    with pytest.raises(influence.UsageError, match="at least 1"):
        network.plot.ego("A", 0)


def test_without_the_extra_one_sentence_names_it(scores, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("influence.charts")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("influence.plots", "influence.network.plots"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "altair", None)
    for thing in (scores, Network.from_tables(company())):
        with pytest.raises(influence.UsageError, match=r"pip install '\.\[report\]'"):
            _ = thing.plot


def test_the_colours_of_charts_alone_are_the_light_ones_of_the_report():
    from importlib import resources

    css = (resources.files("influence.report_page") / "page.css").read_text("utf-8")
    light = css.partition("}")[0]
    for number, colour in enumerate(ALONE.categories, 1):
        assert f"--c{number}: {colour};" in light
    assert f"--ink: {ALONE.ink}; --muted: {ALONE.muted};" in light
