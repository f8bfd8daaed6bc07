"""Weights of kinds of ties: factors of their strengths, in weighted walks only."""

import numpy as np
import pytest

from influence import Network, Parameters, Selection, Tables, UsageError, compute
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
    assert strengths(family=0.1, friend=4.0) == {"AB": 2.0, "BC": 0.025}


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


def test_shells_refuse_them_since_strengths_play_no_part():
    with pytest.raises(UsageError, match="--model walk --weighted"):
        Parameters(selection=Selection(kind_weights={"family": 0.8}))


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_a_weight_must_be_a_number_above_zero(weight):
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
