"""Published studies of contagion, estimated from their data."""

import gzip

import numpy as np
import pandas as pd
import pytest

from influence.network import Selection
from influence.reports.calibrate import Asked, calibrate
from influence.tables import EMPTY, Tables, merge, validate
from tests.golden.published import DATA

pytest.importorskip("statsmodels")


def read(folder, file):
    """A table of a study, ids as text; skips where the data are not there."""
    path = DATA / folder / file
    if not path.exists():
        pytest.skip("the data of ../shared are not on this machine")
    ids = dict.fromkeys(("node", "source", "target"), str)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return pd.read_csv(lines, dtype=ids)


def study(folder, customers, adopted, tmp_path, start=1900):
    """Tables of a study, and a file of events dated by the year; who never adopted has none."""
    edges = read(folder, "edges.csv.gz")[["source", "target"]]
    tables = merge(EMPTY, validate(Tables(customers=customers, ties=edges)).tables)
    dates = [f"{start + int(when)}-01-01" for when in adopted["toa"]]
    events = pd.DataFrame({"customer": adopted["node"], "date": dates})
    events.to_csv(tmp_path / "events.csv", index=False)
    return tables, str(tmp_path / "events.csv")


def test_medical_innovation_is_reproduced_and_no_influence_is_found(tmp_path):
    adoption = read("netdiffuser-medinnovations", "adoption.csv.gz")
    survey = read("netdiffuser-medinnovations", "survey.csv.gz")
    customers = pd.DataFrame(
        {
            "id": adoption["node"],
            "clv": 0.0,
            "city": survey["city"],
            "belief": survey["belief"],
            "proage": survey["proage"],
            "proage_squared": survey["proage"] ** 2,
        }
    )
    adopted = adoption[adoption["adopted"] == 1]
    tables, events = study("netdiffuser-medinnovations", customers, adopted, tmp_path)
    names = {"directions": {"tie": "reversed"}}  # who names another can be influenced by them
    asked = {"strata": ("city",), "covariates": ("belief", "proage", "proage_squared")}
    found = calibrate(
        tables,
        Asked(events, depth=1, form="logit", share=True, selection=Selection(**names), **asked),
        tell=lambda _: None,
    )
    (odds,) = found.odds
    assert round(odds.coefficient, 5) == 0.06835
    assert round(odds.standard_error, 5) == 0.36290
    assert found.facts["person_periods"] == 826
    assert round(found.facts["aic"], 2) == 594.47
    assert found.verdict == "none found"
    hazard = calibrate(
        tables, Asked(events, selection=Selection(**names), **asked), tell=lambda _: None
    )
    assert (hazard.verdict, hazard.weights) == ("none found", ())


@pytest.mark.parametrize("folder", ["netdiffuser-kfamily", "netdiffuser-brfarmers"])
def test_beyond_the_composition_of_villages_nothing_is_found(folder, tmp_path):
    adoption = read(folder, "adoption.csv.gz")
    customers = pd.DataFrame({"id": adoption["node"], "clv": 0.0, "village": adoption["village"]})
    adopted = adoption[adoption["adopted"] == 1].assign(toa=lambda a: a["toa"] % 100)
    tables, events = study(folder, customers, adopted, tmp_path)
    found = calibrate(
        tables,
        Asked(
            events,
            strata=("village",),
            cluster="village",
            selection=Selection(directions={"tie": "reversed"}),
        ),
        tell=lambda _: None,
    )
    assert found.verdict == "none found"
    assert np.isfinite([each.weight for each in found.estimates]).all()
