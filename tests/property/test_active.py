"""Active and passive influence, service value, and the ledger by relation."""

import random
from datetime import date, timedelta

import pytest

from influence import Parameters, Rules, Selection, Tables, compute, open_store
from influence.scores import NOT_PROFILED
from influence.value.conventions import Conventions
from tests import graphs, naive

KINDS = ("review", "share", "answer", "email_open", "read", "tweet")
RECEIVED = {"email_sent", "email_open", "email_click", "read"}
LAST = date(2026, 6, 30)


def company(seed):
    """A random company with acts, referrals and two relations, and values that may be negative."""
    coin = random.Random(seed)
    customers, ties = graphs.random_company(
        seed, n=14, ties=26, networks=("", "blue"), directed_share=0.4
    )
    for customer in customers:
        customer["relation"] = coin.choice(["buyer", "seller", "fan"])
    names = [customer["id"] for customer in customers]
    acts = [
        {
            "customer": coin.choice(names),
            "kind": coin.choice(KINDS),
            "date": coin.choice([None, LAST - timedelta(days=coin.randrange(700))]),
            "other": coin.choice([None, coin.choice(names)]),
            "network": coin.choice(["", "blue"]),
        }
        for _ in range(25)
    ]
    acts.append({"customer": names[0], "kind": "read", "date": LAST, "other": None, "network": ""})
    referrals = [
        {"referrer": names[i], "referred": names[i + 1], "incentive": 3.0,
         "acquisition_saved": 10.0, "date": LAST - timedelta(days=coin.randrange(700))}
        for i in range(0, 10, 2)
    ]  # fmt: skip
    return customers, ties, acts, referrals


def scores_of(customers, ties, acts, referrals, **conventions):
    tables = Tables(
        customers={name: [row.get(name) for row in customers] for name in
                   ("id", "clv", "relation")},
        ties={name: [row[name] for row in ties] for name in ties[0]},
        engagements={name: [row[name] for row in acts] for name in acts[0]},
        referrals={name: [row[name] for row in referrals] for name in referrals[0]},
    )  # fmt: skip
    parameters = Parameters(graphs.WEIGHTS, conventions=Conventions(**conventions))
    return compute(tables, parameters, tell=lambda _: None)


def active_twin(customers, ties, acts, referrals):
    """The model page, section 3: influence along the arcs on which the influencer acted."""
    survivors, _ = naive.last_row_wins(ties)
    arcs = naive.arcs(survivors)
    begin = LAST - timedelta(days=364)

    def counts(row):
        return row["date"] is None or begin <= row["date"] <= LAST

    active = set()
    for row in filter(counts, referrals):
        active |= {(row["referrer"], row["referred"])} & arcs.keys()
    for act in filter(counts, acts):
        if act["kind"] in RECEIVED:
            continue
        if act["other"] is not None:
            active |= {(act["customer"], act["other"])} & arcs.keys()
        else:
            networks = None if act["network"] == "" else {act["network"]}
            there = naive.arcs(survivors, networks=networks)
            active |= {arc for arc in there if arc[0] == act["customer"]}
    value = {customer["id"]: customer["clv"] for customer in customers}
    return naive.shells_gain(value, dict.fromkeys(active, 1.0), value, graphs.WEIGHTS)


@pytest.mark.parametrize("seed", range(6))
def test_active_influence_runs_along_the_arcs_of_acts_in_the_window(seed):
    given = company(seed)
    rows = scores_of(*given).table.to_pylist()
    expected = active_twin(*given)
    assert {row["customer"]: row["influence_active"] for row in rows} == pytest.approx(expected)
    assert any(expected.values())
    for row in rows:
        assert row["influence_active"] + row["influence_passive"] == pytest.approx(row["influence"])


@pytest.mark.parametrize("seed", range(6))
def test_passive_influence_is_not_negative_where_no_value_is(seed):
    customers, *rest = company(seed)
    customers = [row | {"clv": abs(row["clv"])} for row in customers]
    for row in scores_of(customers, *rest).table.to_pylist():
        assert row["influence_passive"] >= -1e-9


@pytest.mark.parametrize("seed", range(6))
def test_network_value_sums_to_value_and_savings_less_expected_costs(seed):
    customers, ties, acts, referrals = company(seed)
    scores = scores_of(customers, ties, acts, referrals, answer_saved=7.0)
    rows = scores.table.to_pylist()
    begin = LAST - timedelta(days=364)
    answers = sum(
        act["kind"] == "answer" and act["other"] not in {None, act["customer"]}
        and (act["date"] is None or act["date"] >= begin)
        for act in acts
    )  # fmt: skip
    assert sum(row["service_value"] for row in rows) == 7.0 * answers
    total = sum(row["clv"] for row in customers) + 7.0 * answers + 7.0 * len(referrals)
    assert sum(row["network_value"] for row in rows) == pytest.approx(total)
    for row in rows:
        parts = ("own_kept", "referral_value", "credit_received", "service_value")
        assert row["network_value"] == pytest.approx(sum(row[part] for part in parts))
        parts = ("clv", "crv", "influence", "service_value")
        assert row["network_value_gross"] == pytest.approx(sum(row[part] for part in parts))


@pytest.mark.parametrize("seed", range(6))
def test_the_ledger_by_relation_says_whose_value_is_credited_to_whom(seed):
    customers, ties, acts, referrals = company(seed)
    scores = scores_of(customers, ties, acts, referrals, answer_saved=7.0)
    relation = {row["id"]: row["relation"] for row in customers}
    credited, totals = scores.run.credited, {}
    for row in scores.table.to_pylist():
        name = relation[row["customer"]]
        totals[name] = totals.get(name, 0.0) + row["network_value"]
    assert {name: sum(row.values()) for name, row in credited.items()} == pytest.approx(totals)
    # Without the value of one relation, exactly what it brought is missing.
    for source in totals:
        without = [row | {"clv": 0.0} if row["relation"] == source else row for row in customers]
        other = scores_of(without, ties, acts, referrals, answer_saved=7.0).run.credited
        for name, row in credited.items():
            for column, amount in row.items():
                if column != source:
                    assert other[name][column] == pytest.approx(amount)


def test_a_company_of_one_relation_has_no_ledger_by_relation():
    assert compute(graphs.tables_of(graphs.worked())).run.credited == {}


def test_acts_towards_customers_without_a_tie_are_counted():
    customers, ties = graphs.worked()
    notes = []
    scores = compute(
        Tables(
            customers={name: [row[name] for row in customers] for name in customers[0]},
            ties={name: [row[name] for row in ties] for name in ties[0]},
            engagements={"customer": ["A", "A"], "kind": ["share"] * 2, "other": ["F", "B"]},
        ),
        Parameters(selection=Selection()),
        tell=notes.append,
    )
    (note,) = (note for note in notes if note.event == "acts_without_tie")
    assert note.fields["acts"] == scores.run.acts_without_tie == 1


def test_a_dated_referral_alone_makes_a_tie_active():
    tables = Tables(
        customers={"id": ["A", "B"], "clv": [10.0, 100.0]},
        ties={"source": ["A"], "target": ["B"]},
        referrals={"referrer": ["A"], "referred": ["B"], "date": [LAST]},
    )
    rows = compute(tables, tell=lambda _: None).table.to_pylist()
    assert [row["influence_active"] for row in rows] == pytest.approx([45.0, 0.0])


def test_the_order_of_acts_does_not_change_the_fingerprint():
    customers, ties, acts, referrals = company(1)
    one = scores_of(customers, ties, acts, referrals)
    other = scores_of(customers, ties, acts[::-1], referrals[::-1])
    assert one.run.fingerprint == other.run.fingerprint
    fewer = scores_of(customers, ties, acts[1:], referrals)
    assert fewer.run.fingerprint != one.run.fingerprint


def test_values_of_both_signs_do_not_cancel_in_the_ledger_by_relation():
    tables = Tables(
        customers={"id": ["A", "B", "F"], "clv": [100.0, -100.0, 0.0],
                   "relation": ["customer", "partner", "fan"]},
        ties={"source": ["F", "F"], "target": ["A", "B"], "directed": [True, True]},
    )  # fmt: skip
    credited = compute(tables, tell=lambda _: None).run.credited
    assert credited["fan"] == pytest.approx({"customer": 22.5, "partner": -22.5, "fan": 0.0})


def test_the_ledger_by_relation_is_left_out_where_it_could_reveal_a_value():
    frames = {
        "customers": {"id": ["A", "B", "H"], "clv": [10.0, 5.0, 777.0],
                      "relation": ["customer", "partner", "customer"],
                      "do_not_profile": [False, False, True]},
        "ties": {"source": ["A"], "target": ["B"]},
    }  # fmt: skip
    assert compute(Tables(**frames), tell=lambda _: None).run.credited
    referred = Tables(**frames, referrals={"referrer": ["A"], "referred": ["H"]})
    assert compute(referred, tell=lambda _: None).run.credited == {}


@pytest.mark.parametrize("method", ["exact", "sketch"])
@pytest.mark.parametrize("hidden", [0, 4, 5, 9])
def test_the_value_of_five_hidden_customers_is_one_column_of_the_ledger_by_relation(hidden, method):
    ids = ["A", "B", *(f"H{i}" for i in range(hidden))]
    tables = Tables(
        customers={
            "id": ids,
            "clv": [10.0, 5.0, *([100.0] * hidden)],
            "relation": ["customer", "partner", *(["customer"] * hidden)],
            "do_not_profile": [name.startswith("H") for name in ids],
        },
        ties={"source": ["A"] * (hidden + 1), "target": ids[1:], "directed": [True] * (hidden + 1)},
        referrals={"referrer": ["A", "H0"], "referred": ["B", "H1"]} if hidden else None,
    )
    scores = compute(tables, Parameters(method=method), tell=lambda _: None)
    credited = scores.run.credited
    assert bool(credited) == (hidden != 4)
    for relation, row in zip(credited, scores.table.to_pylist(), strict=False):
        found = credited[relation]
        assert sum(found.values()) == pytest.approx(row["network_value"])
        assert (NOT_PROFILED in found) == (hidden > 4)
    if hidden > 4:
        assert credited["customer"][NOT_PROFILED] == pytest.approx(22.5 * hidden - 11.25)
        assert credited["partner"][NOT_PROFILED] == 0


def test_savings_by_referring_customers_without_a_value_are_in_the_ledger_by_relation(tmp_path):
    tables = Tables(
        customers={"id": list("ABU"), "clv": [10.0, 5.0, None],
                   "relation": ["customer", "partner", "fan"]},
        ties={"source": ["A"], "target": ["B"]},
        referrals={"referrer": ["B"], "referred": ["U"], "acquisition_saved": [20.0]},
    )  # fmt: skip
    with open_store(str(tmp_path)) as store:
        store.write_tables(tables, rules=Rules(missing_clv="drop"))
        scores = compute(store.tables(), tell=lambda _: None)
    assert scores.run.credited["partner"][NOT_PROFILED] == 20
    total = sum(map(sum, (row.values() for row in scores.run.credited.values())))
    assert total == pytest.approx(sum(scores.table["network_value"].to_pylist()))
