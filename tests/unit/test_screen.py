"""Clustering of a trait by distance: against loops over pairs, and published figures."""

import sys
from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest

from influence.calibration.screen import Snapshot, permuted, screen
from influence.errors import NothingToShow, UsageError
from influence.progress import silent
from influence.reports.screen import clustering
from influence.tables import EMPTY, Tables, merge, validate
from tests import naive
from tests.builders import random_network
from tests.commands import influence

pytest.importorskip("statsmodels")


def snapshot(network, seed, strata=3):
    rng = np.random.default_rng(seed)
    n = network.n
    return Snapshot(
        trait=rng.random(n) < 0.4,
        known=rng.random(n) < 0.9,
        strata=rng.integers(0, strata, n),
        communities=None,
        covariates=np.zeros((n, 0)),
    )


@pytest.mark.parametrize("seed", range(3))
def test_shares_are_those_of_all_ordered_pairs_at_a_distance(seed):
    network = random_network(40, 60, seed)
    given = snapshot(network, seed)
    names = network.keys.to_pylist()
    arcs = {(names[i], names[j]): 1.0
            for i, j in zip(network.sources, network.indices, strict=True)}  # fmt: skip
    at = dict(zip(names, range(40), strict=True))
    for found in screen(network, given, 3, 5, 0):
        pairs = [
            (given.trait[at[i]], given.trait[at[j]])
            for i in names
            for j, d in naive.shell(arcs, i, 3).items()
            if d == found.distance and given.known[at[i]] and given.known[at[j]]
        ]
        having = [other for one, other in pairs if one]
        lacking = [other for one, other in pairs if not one]
        assert found.pairs == len(pairs)
        assert found.with_trait == pytest.approx(np.mean(having))
        assert found.without_trait == pytest.approx(np.mean(lacking))
        assert found.ratio == pytest.approx(np.mean(having) / np.mean(lacking))


def test_a_permutation_keeps_strata_and_leaves_out_the_unknown():
    given = snapshot(random_network(60, 60, 0), 0)
    has_it = given.trait & given.known
    mixed = permuted(has_it, given, np.random.default_rng(1)).astype(bool)
    assert (mixed != has_it).any()
    assert not mixed[~given.known].any()
    for stratum in range(3):
        mine = given.strata == stratum
        assert mixed[mine].sum() == has_it[mine].sum()


def company(n=400, alike=True, seed=0):
    """Customers of two sorts, who mostly know their own sort; a trait that goes with the sort."""
    rng = np.random.default_rng(seed)
    sort = rng.integers(0, 2, n)
    one, other = rng.integers(0, n, (2, 4 * n))
    keep = (sort[one] == sort[other]) | (rng.random(4 * n) < 0.1)
    keep &= one != other
    likes = rng.random(n) < (0.2 + 0.5 * sort if alike else 0.4)
    customers = pd.DataFrame({"id": [f"{i:03}" for i in range(n)], "clv": 0.0, "likes": likes,
                              "sort": sort, "level": rng.integers(0, 6, n)})  # fmt: skip
    ties = pd.DataFrame({"source": [f"{i:03}" for i in one[keep]],
                         "target": [f"{i:03}" for i in other[keep]]})  # fmt: skip
    return merge(EMPTY, validate(Tables(customers=customers, ties=ties)).tables)


def test_homophily_clusters_and_strata_explain_it():
    tables = company()
    plain = clustering(tables, "likes", permutations=199, tell=lambda _: None)
    within = clustering(tables, "likes", strata=("sort",), permutations=199, tell=lambda _: None)
    assert plain[0].p_value < 0.01
    assert plain[0].risk_ratio > 1.1
    assert within[0].p_value > 0.05
    assert abs(within[0].risk_ratio - 1) < 0.1
    known = clustering(
        tables, "likes", covariates=("sort",), cluster="level", permutations=9, tell=lambda _: None
    )
    assert abs(known[0].risk_ratio - 1) < 0.1
    assert known[0].low is None  # six clusters are too few


def test_a_trait_is_a_column_of_yes_and_no_or_a_condition():
    tables = company()
    found = clustering(tables, "level >= 4", depth=1, permutations=9, tell=lambda _: None)
    assert found[0].ratio == pytest.approx(1.0, abs=0.3)
    with pytest.raises(UsageError, match="'level >= 4'"):
        clustering(tables, "level", tell=lambda _: None)
    with pytest.raises(UsageError, match="no column"):
        clustering(tables, "colour = red", tell=lambda _: None)
    with pytest.raises(NothingToShow, match="0 of 400"):
        clustering(tables, "level > 9", tell=lambda _: None)


def test_the_command_calls_it_clustering_and_keeps_nothing(tmp_path, capsys):
    customers = ["id,clv,likes", *(f"{i},1,{i % 2}" for i in range(30))]
    ties = ["source,target", *(f"{i},{i + 1}" for i in range(29))]
    (tmp_path / "customers.csv").write_text("\n".join(customers))
    (tmp_path / "ties.csv").write_text("\n".join(ties))
    store = ("--store", tmp_path / "store")
    influence(capsys, "load", "tables", tmp_path / "customers.csv", tmp_path / "ties.csv", *store)
    found = influence(capsys, "calibrate", "--screen", "likes", *store)
    assert found.code == 0, found.err
    assert [row["distance"] for row in found.json] == [1, 2, 3]
    assert [row["with_trait"] for row in found.json] == [0.0, 1.0, 0.0]
    assert "clustering, not influence" in found.err
    assert influence(capsys, "run", "--preset", "calibrated", *store).code == 2
    shown = influence(capsys, "calibrate", "--screen", "likes", "--format", "table", *store)
    assert "Clustering, not influence: likes" in shown.out


def test_progress_bars_are_gone_before_the_table_is_printed(tmp_path, capsys, monkeypatch):
    @contextmanager
    def bars(*, quiet):
        yield silent
        sys.stdout.write("the bars are gone")

    (tmp_path / "customers.csv").write_text("id,clv,likes\nA,1,yes\nB,1,no\nC,1,yes\nD,1,no\n")
    (tmp_path / "ties.csv").write_text("source,target\nA,B\nB,C\nC,D\n")
    influence(capsys, "load", "tables", tmp_path, "--store", tmp_path / "store")
    monkeypatch.setattr("influence.cli.commands.calibrate.progress", bars)
    shown = influence(capsys, "calibrate", "--screen", "likes", "--format", "table", "--store",
                      tmp_path / "store")  # fmt: skip
    assert shown.out.startswith("the bars are gone"), shown.err
    assert "distance" in shown.out
