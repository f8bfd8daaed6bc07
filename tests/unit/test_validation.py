"""Validation out of sample: the split at a date, the measures, their intervals, the verdicts."""

from datetime import date

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from influence import NothingToShow, Parameters, Tables, UsageError, validate_until
from influence.engine.run_input import RunInput
from influence.pipeline import compute_run
from influence.tables import complete
from influence.tables.notes import ignore
from influence.validation.association import Order, associations
from influence.validation.bootstrap import resamples, together
from influence.validation.comparison import compared
from influence.validation.known import known_at
from influence.validation.outcomes import Outcome, relative
from influence.validation.predictors import pagerank, predictors
from tests import histories, naive
from tests.builders import random_network
from tests.commands import influence, prepare
from tests.examples import examples
from tests.histories import UNTIL

small = st.lists(st.integers(0, 4), min_size=2, max_size=9)


@given(st.data())
@examples()
def test_spearman_and_lift_are_those_of_the_pairs_written_out(data):
    m, n = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 6))
    number = st.integers(0, 3)
    x = np.array(data.draw(st.lists(number, min_size=m, max_size=m)), float)
    y = np.array(data.draw(st.lists(number, min_size=n, max_size=n)), float)
    drawn = np.array(data.draw(st.lists(number, min_size=n, max_size=n)), float)
    chosen = np.array(data.draw(st.lists(st.booleans(), min_size=m * n, max_size=m * n)))
    weight = chosen.reshape(m, n) / np.maximum(chosen.reshape(m, n).sum(1, keepdims=True), 1)
    pairs = [
        (x[i], y[j], weight[i, j] * drawn[j])
        for i, j in np.argwhere(weight)
        if weight[i, j] * drawn[j]
    ]
    if not pairs:
        return
    found = associations([Order.of(x)], sp.csr_array(weight), y, drawn[np.newaxis])
    assert found[0][0, 0] == pytest.approx(naive.spearman(pairs), abs=1e-9)
    if any(y * weight for _, y, weight in pairs):
        assert found[1][0, 0] == pytest.approx(naive.lift(pairs))
    else:
        assert np.isnan(found[1][0, 0])


@given(st.integers(0, 10**6))
@examples()
def test_own_behaviour_drawn_twice_is_the_row_repeated(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 9, (2, 30)).astype(float)
    (drawn,) = resamples(np.arange(30), 3, seed)
    found, _ = associations([Order.of(x)], sp.csr_array(np.eye(30)), y, drawn)
    for draw, counts in enumerate(drawn.astype(int)):
        twin = spearmanr(np.repeat(x, counts), np.repeat(y, counts)).statistic
        assert found[draw, 0] == pytest.approx(twin)


def test_resamples_are_customers_drawn_with_replacement_whatever_the_block(monkeypatch):
    (whole,) = resamples(np.arange(7), 50, 3)
    monkeypatch.setattr("influence.validation.bootstrap.CELLS", 15)
    assert np.array_equal(np.concatenate([*resamples(np.arange(7), 50, 3)]), whole)
    rng = np.random.default_rng(3)
    for counts in whole:
        twin = [0] * 7
        for customer in rng.integers(0, 7, 7):
            twin[customer] += 1
        assert counts.tolist() == twin


def test_customers_of_a_cluster_are_drawn_together_and_as_many_clusters_as_there_are():
    clusters = np.array([0, 2, 1, 0, 2, 3])
    (drawn,) = resamples(clusters, 40, 1)
    for counts in drawn:
        of_cluster = {c: {*counts[clusters == c]} for c in range(4)}
        assert all(len(each) == 1 for each in of_cluster.values())
        assert sum(each.pop() for each in of_cluster.values()) == 4


def test_intervals_by_cluster_are_wider_where_whole_clusters_act_alike():
    rng = np.random.default_rng(2)
    clusters = rng.integers(0, 25, 400)
    mood = rng.normal(size=25)
    own = Outcome("own", sp.csr_array(np.eye(400)), mood[clusters] + rng.normal(0, 0.3, 400), 400)
    figures = {"network_value": rng.normal(size=25)[clusters], "other": rng.random(400)}
    (alone, _), (together_, _) = (
        compared([own], figures, each, 200, 0) for each in (np.arange(400), clusters)
    )
    assert alone.spearman == together_.spearman
    width = alone.spearman_high - alone.spearman_low
    assert together_.spearman_high - together_.spearman_low > 2 * width


def test_a_company_validates_by_cluster_and_too_few_are_refused():
    tables = histories.null(0, 200)
    regions = [f"r{at % 20}" for at in range(len(tables.customers))]
    one_region = tables.customers.append_column("region", pa.array(regions))
    one_region = one_region.append_column("country", pa.array(["x"] * len(regions)))
    frames = {name: tables[name] for name in tables} | {"customers": one_region}
    given = Tables(complete=True, **frames)
    found = validate_until(given, UNTIL, draws=100, cluster="region")
    assert (found.cluster, found.clusters) == ("region", 20)
    alone = validate_until(given, UNTIL, draws=100)
    assert [row.spearman for row in found.figures] == [row.spearman for row in alone.figures]
    with pytest.raises(NothingToShow, match="1 clusters by country"):
        validate_until(given, UNTIL, draws=100, cluster="country")
    with pytest.raises(UsageError, match="no column 'planet'"):
        validate_until(given, UNTIL, draws=100, cluster="planet")


def test_intervals_that_hold_together_are_those_of_the_farthest_figure():
    rng = np.random.default_rng(0)
    drawn = rng.normal(0, [1.0, 5.0, 0.0], (400, 3))
    low, high = together(np.zeros(3), drawn)
    inside = sum(bool(((low <= row) & (row <= high)).all()) for row in drawn)
    assert inside == 380  # 95 % of the resamples
    assert (high[1] - low[1]) / (high[0] - low[0]) == pytest.approx(5, rel=0.15)
    assert low[2] == high[2] == 0


def test_pagerank_is_that_of_the_reversed_arcs():
    network = random_network(60, 150, 5)
    twin = nx.pagerank(network.to_networkx().reverse(), tol=1e-13, max_iter=1000, weight=None)
    assert pagerank(network) == pytest.approx([twin[key] for key in network.keys.to_pylist()])
    assert pagerank(network).sum() == pytest.approx(1)


def test_payments_are_ranked_among_customers_of_similar_clv():
    rng = np.random.default_rng(0)
    clv = np.round(rng.lognormal(0, 1, 200), 0)
    joined = rng.integers(0, 9, 200)
    paid = rng.integers(0, 5, 200) * clv
    both = [*zip(clv, joined, strict=True)]
    middle = [(sum(o < own for o in both) + sum(o <= own for o in both)) / 2 for own in both]
    group = [int(m * 10 / 200) for m in middle]
    twin = [
        np.mean([0.5 if o == p else o < p for o, g in zip(paid, group, strict=True) if g == own])
        for p, own in zip(paid, group, strict=True)
    ]
    assert len({*group}) == 10
    assert relative(paid, clv, joined) == pytest.approx(twin)


def figures_at(tables, until=UNTIL):
    then = RunInput.read(known_at(tables, until).tables, None, Parameters(), ignore)
    parameters = Parameters()
    at, found = predictors(then, compute_run(then, parameters, tell=ignore).scores)
    return then.network.keys.take(pa.array(at)).to_pylist(), found


def changed_later(tables, seed):
    """The same tables with everything that is dated after `UNTIL` gone, moved or different."""
    rng = np.random.default_rng(seed)
    frames = {name: tables[name] for name in tables}
    day = pa.scalar(UNTIL)
    for name, column in (("transactions", "date"), ("referrals", "date"), ("ties", "since")):
        later = pc.fill_null(pc.greater(frames[name][column], day), fill_value=False)
        now = frames[name].filter(later)
        now = now.take(pa.array(rng.permutation(len(now))[: len(now) // 2]))
        moved = pa.array([date(2024, 1, 1 + int(d)) for d in rng.integers(0, 30, len(now))])
        now = now.set_column(now.column_names.index(column), column, moved)
        if name == "transactions":
            amount = pa.array(rng.lognormal(5, 2, len(now)))
            now = now.set_column(now.column_names.index("amount"), "amount", amount)
        frames[name] = pa.concat_tables([frames[name].filter(pc.invert(later)), now])
    return Tables(complete=True, **frames)


@pytest.mark.parametrize("seed", range(3))
def test_nothing_dated_later_changes_what_is_computed(seed):
    tables = histories.null(seed, 120)
    keys, figures = figures_at(tables)
    for other in range(3):
        same_keys, same = figures_at(changed_later(tables, other))
        assert same_keys == keys
        for name, values in figures.items():
            assert np.array_equal(values, same[name]), name


def test_what_happens_on_the_day_is_known_and_the_day_after_is_not():
    rows = {
        "customers": {"id": ["A", "B", "C"], "joined": [UNTIL, None, date(2024, 1, 1)]},
        "ties": {
            "source": ["A", "A"],
            "target": ["B", "C"],
            "since": [UNTIL, None],
        },
        "transactions": {
            "customer": ["A", "A", "B"],
            "date": [UNTIL, date(2024, 1, 1), date(2023, 5, 1)],
            "amount": [5.0, 7.0, 9.0],
        },
    }
    known = known_at(complete(Tables(**rows)), UNTIL)
    assert known.tables.customers["id"].to_pylist() == ["A", "B"]
    assert known.tables.ties["target"].to_pylist() == ["B"]
    assert sorted(known.tables.transactions["amount"].to_pylist()) == [5.0, 9.0]
    assert known.left_out["ties"] == known.left_out["transactions"] == 1
    assert known.undated["customers"] == 1
    assert known.undated["ties"] == 0


def test_a_clv_without_a_date_is_set_aside_where_there_are_purchases():
    frames = {
        "customers": {"id": ["A", "B"], "clv": [1000.0, 5.0]},
        "transactions": {"customer": ["B"], "date": [date(2023, 5, 1)], "amount": [9.0]},
    }
    tables = complete(Tables(**frames))
    known = known_at(tables, UNTIL)
    assert (known.given_clv, known.from_purchases) == (2, True)
    assert known.tables.customers["clv"].to_pylist() == [0.0, 0.0]
    earlier = known_at(tables, date(2022, 12, 31))
    assert (earlier.given_clv, earlier.from_purchases) == (2, False)
    assert earlier.tables.customers["clv"].to_pylist() == [1000.0, 5.0]


def test_customers_without_a_date_who_were_referred_later_are_counted():
    frames = {
        "customers": {"id": ["A", "B", "C"], "clv": [1.0, 2.0, 3.0]},
        "referrals": {
            "referrer": ["A", "A"],
            "referred": ["B", "C"],
            "date": [date(2024, 3, 1), date(2023, 3, 1)],
        },
    }
    assert known_at(complete(Tables(**frames)), UNTIL).referred_later == 1


@pytest.fixture(scope="module")
def planted():
    return validate_until(histories.planted(0), UNTIL, draws=300)


def test_network_value_is_first_where_it_decides_what_happens(planted):
    verdicts = {each.outcome: each for each in planted.verdicts}
    for name in ("later_referrals", "purchases_of_contacts"):
        assert verdicts[name].ahead, verdicts[name].sentence
        rows = {r.predictor: r for r in planted.figures if r.outcome == name}
        assert max(rows, key=lambda each: rows[each].spearman) == "network_value"
        assert max(rows, key=lambda each: rows[each].lift) == "network_value"
    assert "is ahead of every other figure for later referrals" in planted.verdict


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_found_where_nothing_is_planted(seed):
    found = validate_until(histories.null(seed), UNTIL, draws=200, seed=seed)
    referrals, contacts, own = found.verdicts
    assert referrals.nothing, referrals.sentence
    assert contacts.nothing, contacts.sentence
    assert own.worse_than == ("clv",), own.sentence  # habits go on, and are CLV's alone
    assert "is not ahead" in found.verdict


def test_the_command_prints_the_figures_and_what_is_taken_as_known(capsys, tmp_path):
    tables = histories.null(0, 200)
    for name in ("customers", "ties", "transactions", "referrals"):
        pq.write_table(tables[name], tmp_path / f"{name}.parquet")
    prepare("load", "tables", tmp_path, "--store", tmp_path / "store")
    asked = ("validate", "--store", tmp_path / "store", "--until", UNTIL, "--draws", 100)
    done = influence(capsys, *asked)
    assert done.code == 0
    found = validate_until(tables, UNTIL, draws=100).to_dict()
    assert done.json["figures"] == [*found["figures"]]
    assert done.json["verdict"] == found["verdict"]
    assert "taken as known at 2023-12-31, without a date" in done.err
    rows = influence(capsys, *asked, "--format", "csv")
    assert len(rows.out.splitlines()) == 1 + len(found["figures"])
    assert found["verdict"] in rows.err
    drawn = influence(capsys, *asked, "--format", "table")
    assert "Own later purchases: 200 customers" in drawn.out
    assert "95 % intervals hold jointly" in drawn.err
    refused = influence(capsys, "validate", "--store", tmp_path / "store", "--until", "2030-01-01")
    assert refused.code == 1
    assert "choose an earlier date" in refused.err
    calibrated = influence(capsys, *asked, "--preset", "calibrated")
    assert calibrated.code == 2
    assert "may come from events after the date" in calibrated.err


def test_the_same_seed_gives_the_same_figures_and_another_only_other_intervals():
    tables = histories.null(1, 200)
    one, same, other = (validate_until(tables, UNTIL, draws=100, seed=s) for s in (0, 0, 1))
    assert one == same
    assert [row.spearman for row in one.figures] == [row.spearman for row in other.figures]
    assert one.figures != other.figures


def test_too_little_history_is_refused_and_says_what_is_needed():
    tables = histories.null(0, 200)
    with pytest.raises(NothingToShow, match=r"no referral or purchase is later than 2025-06-01"):
        validate_until(tables, "2025-06-01")
    with pytest.raises(NothingToShow, match="0 customers were known at 2022-12-31, and 20 are"):
        validate_until(tables, "2022-12-31")
    ids = [f"c{i}" for i in range(30)]
    bought = {"customer": ids, "date": [date(2024, 2, 1)] * 30, "amount": [*range(1, 31)]}
    with pytest.raises(NothingToShow, match="network value at the date differs for 0 customers"):
        validate_until(Tables(customers={"id": ids}, transactions=bought), UNTIL)
    few = Tables(customers={"id": ids, "clv": [*range(30)]}, transactions={
        name: column[:3] for name, column in bought.items()
    })  # fmt: skip
    with pytest.raises(NothingToShow, match="3 people had any after the date, and 20 are needed"):
        validate_until(few, UNTIL)
    with pytest.raises(NothingToShow, match="no dated referrals and no purchases"):
        validate_until(Tables(customers={"id": ["A"], "clv": [1.0]}), UNTIL)
    with pytest.raises(UsageError, match="until soon: a date"):
        validate_until(tables, "soon")
    with pytest.raises(UsageError, match="at least 100"):
        validate_until(tables, UNTIL, draws=10)
