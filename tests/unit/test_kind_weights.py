"""Weights of kinds of ties: from the selection to the arcs, the record and the command."""

from dataclasses import replace

import numpy as np
import pytest

from influence import Network, Parameters, Selection, Tables, UsageError, compute
from influence.engine.cost import Work
from influence.engine.planner import plan
from influence.models.sketch import Sketch
from influence.parameters import Limits
from influence.runs import Run
from influence.store.neo4j import nodes
from tests.commands import influence

CUSTOMERS = {"id": list("ABC"), "clv": [100.0, 50.0, 10.0]}
TIES = {
    "source": list("AAB"),
    "target": list("BBC"),
    "kind": ["family", "friend", "family"],
    "strength": [1.0, 0.5, 0.25],
}
TABLES = Tables(customers=CUSTOMERS, ties=TIES)


def strengths(**weights):
    network = Network.from_tables(TABLES, Selection(kind_weights=weights))
    keys = network.keys.to_pylist()
    ends = zip(network.sources, network.indices, network.strength, strict=True)
    return {keys[i] + keys[j]: strength for i, j, strength in ends if i < j}


def test_of_several_kinds_between_two_customers_the_strongest_counts():
    assert strengths() == {"AB": 1.0, "BC": 0.25}
    assert strengths(family=0.8) == {"AB": 0.8, "BC": 0.2}
    assert strengths(family=0.1) == {"AB": 0.5, "BC": 0.025}
    assert strengths(family=0.1, friend=0.1) == {"AB": 0.1, "BC": 0.025}


def test_a_weighted_walk_uses_them_and_its_record_names_them():
    def influence_of(weights):
        asked = Parameters(selection=Selection(kind_weights=weights), model="walk", weighted=True)
        return compute(TABLES, asked)

    plain, weighted = (influence_of(weights) for weights in ({}, {"family": 0.5}))
    assert weighted.run.parameters.selection.kind_weights == {"family": 0.5}
    one, other = (scores.table["influence_1"].to_numpy() for scores in (plain, weighted))
    assert np.all(other < one)
    assert weighted.run.fingerprint != plain.run.fingerprint
    again = Run.from_dict(weighted.run.to_dict())
    assert again.parameters == weighted.run.parameters
    assert nodes.run_properties(weighted.run)["kindWeights"] == ["family=0.5"]


def test_shells_count_a_tie_by_the_largest_weight_of_its_kinds():
    scores = compute(TABLES, Parameters(selection=Selection(kind_weights={"family": 0.8})))
    influence = dict(zip("ABC", scores.table["influence"].to_pylist(), strict=True))
    # A and B are friends and family, B and C family only.
    assert influence["A"] == pytest.approx(0.45 * 50 + 0.25 * 0.8 * 10)
    assert influence["C"] == pytest.approx(0.45 * 0.8 * 50 + 0.25 * 0.8 * 100)
    assert scores.table["reach_1"].to_pylist() == [1, 2, 1]


def test_the_ledger_by_relation_adds_up_with_them():
    relations = {"relation": ["buyer", "seller", "buyer"]}
    tables = Tables(customers=CUSTOMERS | relations, ties=TIES)
    scores = compute(tables, Parameters(selection=Selection(kind_weights={"family": 0.3})))
    rows = zip(scores.table["network_value"].to_pylist(), relations["relation"], strict=True)
    expected = {"buyer": 0.0, "seller": 0.0}
    for value, relation in rows:
        expected[relation] += value
    assert {name: sum(row.values()) for name, row in scores.run.credited.items()} == pytest.approx(
        expected
    )


@pytest.mark.parametrize("limits", [Limits(max_seconds=0.0), Limits()])
def test_they_are_never_sketched(limits):
    asked = Parameters(
        selection=Selection(kind_weights={"family": 0.5}), method="auto", limits=limits
    )
    notes = []
    assert compute(TABLES, asked, tell=notes.append).run.method == "exact"
    assert ("weights of kinds" in str(notes[-1])) == (limits.max_seconds == 0)
    with pytest.raises(UsageError, match="--method exact"):
        compute(TABLES, replace(asked, method="sketch"))
    weighed = Network.from_tables(TABLES, asked.selection)
    for refused in (
        lambda: compute(weighed, Parameters(method="sketch"), values=np.ones(3)),
        lambda: Sketch().gain(weighed, 1.0),
        lambda: plan(weighed, Work(3), "sketch", measure_all=True),
    ):
        with pytest.raises(UsageError, match="--method exact"):
            refused()


@pytest.mark.parametrize("weights", [{"family": 1.0}, {"colleague": 0.5}])
def test_weights_that_change_nothing_do_not_hinder_sketches(weights):
    asked = Parameters(
        selection=Selection(kind_weights=weights), method="auto", limits=Limits(max_seconds=0.0)
    )
    run = compute(TABLES, asked, tell=lambda _: None).run
    assert run.method == "sketch"
    assert Run.from_dict(run.to_dict()).parameters.selection == asked.selection


def test_an_unweighted_walk_has_no_strengths_that_they_could_multiply():
    with pytest.raises(UsageError, match="--weighted"):
        Parameters(selection=Selection(kind_weights={"family": 0.8}), model="walk")


@pytest.mark.parametrize("weight", [0.0, -1.0, 1.5, float("nan"), float("inf")])
def test_a_weight_must_be_above_zero_and_at_most_one(weight):
    with pytest.raises(UsageError, match="family"):
        Selection(kind_weights={"family": weight})


def test_an_unknown_kind_is_announced(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    notes = []
    asked = Selection(kind_weights={"colleague": 0.8})
    Network.from_tables(TABLES, asked, notes.append)
    (note,) = notes
    assert note.event == "kind_not_there"
    assert influence(capsys, "run", "--kind-weight", "family=much").code == 2
