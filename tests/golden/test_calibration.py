"""Published studies of contagion, estimated from their data."""

import gzip
import json

import numpy as np
import pandas as pd
import pytest

from influence.calibration.comparison import Effect
from influence.calibration.options import CalibrationOptions
from influence.models import preset
from influence.network import Selection
from influence.reports.calibrate import calibrate
from influence.reports.experiment import shares
from influence.reports.screen import clustering
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
        CalibrationOptions(
            events, depth=1, form="logit", share=True, selection=Selection(**names), **asked
        ),
        tell=lambda _: None,
    )
    (odds,) = found.ratios
    assert round(odds.coefficient, 5) == 0.06835
    assert round(odds.standard_error, 5) == 0.36290
    assert found.facts["person_periods"] == 826
    assert round(found.facts["aic"], 2) == 594.47
    assert found.verdict == "none found"
    hazard = calibrate(
        tables,
        CalibrationOptions(events, selection=Selection(**names), **asked),
        tell=lambda _: None,
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
        CalibrationOptions(
            events,
            strata=("village",),
            cluster="village",
            selection=Selection(directions={"tie": "reversed"}),
        ),
        tell=lambda _: None,
    )
    assert found.verdict == "none found"
    assert np.isfinite([each.weight for each in found.estimates]).all()


REFERENCE = {
    "netdiffuser-kfamily: adopted, permuted within village": ("village", "adopted"),
    "netdiffuser-brfarmers: adopted, permuted within village": ("village", "adopted"),
    "netdiffuser-medinnovations: adopted, permuted within city": ("city", "adopted"),
    "netdiffuser-medinnovations: adopted by month 6, permuted within city": ("city", "toa <= 6"),
    "glasgow-s50 wave 1: alcohol >=4, permuted over all": (None, "alcohol_t1 >= 4"),
    "glasgow-s50 wave 2: alcohol >=4, permuted over all": (None, "alcohol_t2 >= 4"),
    "glasgow-s50 wave 3: alcohol >=4, permuted over all": (None, "alcohol_t3 >= 4"),
}


@pytest.mark.parametrize("name", REFERENCE)
def test_clustering_by_distance_is_that_of_the_reference(name):
    path = DATA / "reference_contagion_by_distance.json"
    if not path.exists():
        pytest.skip("the data of ../shared are not on this machine")
    reference = json.loads(path.read_text(encoding="utf-8"))["results"][name]
    stratum, trait = REFERENCE[name]
    folder, _, wave = name.partition(":")[0].partition(" wave ")
    people = read(folder, "girls.csv.gz" if wave else "adoption.csv.gz")
    edges = read(folder, "friendship.csv.gz" if wave else "edges.csv.gz")
    if wave:
        edges = edges[edges["wave"] == int(wave)]
    customers = people.rename(columns={"node": "id"}).assign(clv=0.0)
    checked = validate(Tables(customers=customers, ties=edges[["source", "target"]])).tables
    found = clustering(
        merge(EMPTY, checked),
        trait,
        depth=len(reference),
        strata=(stratum,) if stratum else (),
        permutations=499,
        tell=lambda _: None,
    )
    for each in found:
        known = reference[str(each.distance)]
        assert each.pairs == known["ordered_pairs"]
        assert round(each.with_trait, 5) == known["p_alter_given_ego_yes"]
        assert round(each.without_trait, 5) == known["p_alter_given_ego_no"]
        assert round(each.ratio, 4) == known["ratio"]
        error = known["null_sd"] * 5 / np.sqrt(499)
        assert abs(each.null_mean - known["null_mean_ratio"]) < error
        assert abs(each.p_value - known["p_one_sided"]) < 0.1


def test_the_published_experiment_with_customers_has_its_multiplier():
    """Ascarza et al. 2017: usage of the targeted +35 %, of their contacts +10 %."""
    own = Effect("own", 0, 6000, 3000, 0.35, 0.01, 0.35, 0.01, 0.33, 0.37, 0.001)
    near = Effect("distance 1", 1, 6000, 900, 0.10, 0.02, 0.10, 0.02, 0.06, 0.14, 0.001)
    (weight,) = shares([own, near])
    assert round(weight.weight, 3) == 0.286
    assert preset("ascarza-2017") == (0.28,)
    assert 1 + preset("ascarza-2017")[0] == 1.28
