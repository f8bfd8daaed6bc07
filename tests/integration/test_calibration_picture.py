"""The picture of a calibration: its weights beside the published presets."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from influence.calibration.record import Calibration, Rung
from influence.calibration.weights import Weight
from influence.errors import NothingToShow, UsageError
from influence.models.weights import PRESETS
from influence.report_page.picture import write_weights
from tests import commands
from tests.builders import scattered
from tests.pages import Page, addresses
from tests.worlds import spread, write

NEAR, FAR = Weight(1, 0.03, 0.004, 0.06, 0.04, 0.08), Weight(2, 0.0, 0.01, -0.01, -0.04, 0.02)
FOUND = Calibration(
    id="20240101-120000-abcdef", made_at="", version="", source="hazard",
    events="<b>events</b>.csv", verdict="found", weights=(0.06,), estimates=(NEAR, FAR), window=2,
    stale=3, period="month",
    ladder=(Rung("naive", (NEAR, FAR), 0.0), Rung("stale placebo", (NEAR, FAR), 0.1)),
)  # fmt: skip


def rows_of(chart):
    """All rows of data in a chart."""
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def test_estimates_have_intervals_and_every_preset_is_beside_them_as_far_as_they_go():
    rows = rows_of(FOUND.plot.weights())
    own = [row for row in rows if row["low"] is not None]
    assert [(row["distance"], row["weight"], row["low"], row["high"]) for row in own] == [
        (1, 0.06, 0.04, 0.08), (2, -0.01, -0.04, 0.02)]  # fmt: skip
    for name, weights in PRESETS.items():
        drawn = {row["distance"]: row["weight"] for row in rows if row["label"] == name}
        assert drawn == dict(enumerate(weights[:2], 1))


def test_the_title_tells_the_verdict_and_what_a_run_would_use():
    subtitle = " ".join(FOUND.plot.weights().to_dict()["title"]["subtitle"])
    assert "Verdict: found; weights for a run: 0.060." in subtitle
    none = replace(FOUND, verdict="none found", weights=())
    assert "Verdict: none found." in " ".join(none.plot.weights().to_dict()["title"]["subtitle"])


def test_the_page_has_the_figures_behind_the_chart_and_the_ladder(tmp_path):
    text = write_weights(FOUND, tmp_path / "w.html").read_text("utf-8")
    page = Page(text)
    assert addresses(text) == []
    assert len(page.tables["weights"]) == 2 + sum(len(w[:2]) for w in PRESETS.values())
    assert [row["explained by"] for row in page.tables["ladder"]] == [
        "naive", "naive", "stale placebo", "stale placebo"]  # fmt: skip
    assert "<b>events" not in text


def test_without_weights_there_is_nothing_to_draw(tmp_path):
    with pytest.raises(NothingToShow, match="no weights"):
        write_weights(replace(FOUND, estimates=(), weights=()), tmp_path / "w.svg")
    assert not (tmp_path / "w.svg").exists()


def test_without_the_extra_one_sentence_names_it(monkeypatch):
    monkeypatch.delitem(sys.modules, "influence.calibration.plots", raising=False)
    monkeypatch.setitem(sys.modules, "altair", None)
    for name in [name for name in sys.modules if name.startswith("influence.charts.")]:
        if name != "influence.charts.extra":
            monkeypatch.delitem(sys.modules, name)
    with pytest.raises(UsageError, match="pip install"):
        _ = FOUND.plot


def test_the_command_draws_beside_its_usual_result(tmp_path, capsys):
    pytest.importorskip("statsmodels")
    write(tmp_path, *spread(scattered(200, 5, seed=2), 0.1, seed=3))
    store = ("--store", tmp_path / "store")
    commands.prepare("load", "tables", tmp_path / "customers.csv", tmp_path / "ties.csv", *store)
    ask = ("calibrate", "--events", tmp_path / "events.csv", "--depth", 1, "--dry-run", *store)
    for suffix, begin in ((".svg", b"<svg"), (".png", b"\x89PNG")):
        done = commands.influence(capsys, *ask, "--picture", tmp_path / f"w{suffix}")
        assert done.code == 0, done.err
        assert done.json["estimates"]
        assert (tmp_path / f"w{suffix}").read_bytes().startswith(begin)
        assert f"w{suffix}: a picture of the weights" in done.err
    wrong = commands.influence(capsys, *ask, "--picture", tmp_path / "w.jpg")
    assert (wrong.code, "ends in .svg, .png or .html" in wrong.err) == (2, True)
    ratios = commands.influence(capsys, *ask, "--form", "logit", "--picture", tmp_path / "r.svg")
    assert (ratios.code, "draws weights" in ratios.err) == (2, True)
