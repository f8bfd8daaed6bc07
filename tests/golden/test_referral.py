"""Referrals of the model page and of a real programme, with the numbers others published."""

import csv
import gzip
from pathlib import Path

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest

from influence import Network, Shells, Tables
from influence.tables import complete
from influence.tables.rules.forest import counting, cycles
from influence.value import ledger, referral
from influence.value.referral import Referrals

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "lobsters-invitations"
BLANK = np.nan


def referrals_of(keys, rows):
    """From rows of referrer, referred, p, m, a, c, q."""
    at = {key: place for place, key in enumerate(keys)}
    referrer, referred, *figures = zip(*rows, strict=True)
    ends = (np.array([at[key] for key in end], np.intp) for end in (referrer, referred))
    return Referrals(*ends, *(np.array(figure, float) for figure in figures))


def books(values, ties, rows):
    """Column → figures in the order of the values, which is that of the alphabet."""
    tables = Tables(customers={"id": list(values)}, ties=pa.Table.from_pylist(ties))
    network = Network.from_tables(complete(tables))
    assert network.keys.to_pylist() == list(values)
    value = np.array(list(values.values()), float)
    referrals = referrals_of(values, rows)
    taken, brought = referral.settle(network.n, referrals, value)
    shells = Shells()
    influencers = shells.by_distance(network.reversed(), 1.0)[0]
    paid = ledger.shares(value - taken, shells.weights, influencers)
    received = shells.by_distance(network, paid)[0].sum(axis=0)
    spread = ledger.settle(value - taken, shells.weights, influencers, received)
    return {
        "own_kept": spread.own_kept,
        "credit_received": spread.credit_received,
        "credit_given": spread.credit_given,
        "crv": referral.crv(network.n, referrals, value),
        "referral_taken": taken,
        "referral_value": brought,
        "network_value": spread.network_value + brought,
    }


def tie(pair, *, directed=False):
    return {"source": pair[0], "target": pair[1], "directed": directed}


FIRST = {
    "values": {"A": 100, "C": 50, "D": 70, "Z": 0},
    "ties": [tie("AC"), tie("CD")],
    "rows": [("A", "C", 0, 50, 5, 0, 20), ("A", "D", 1, BLANK, 0, 0, 20)],
}
SECOND = {
    "values": {"A": 100, "C": 50, "D": 70, "E": -30, "F": 40},
    "ties": [tie("AC", directed=True), tie("CD"), tie("DE"), tie("EF")],
    "rows": [
        ("A", "C", 0.25, 80, 5, 3, 20),
        ("C", "D", 0.5, 40, 4, 2, 10),
        ("A", "E", 0, BLANK, 1, 0, 5),
        ("D", "F", 0, 25, 0, 0, 0),
    ],
}


def test_the_first_example_of_the_model_page():
    found = books(**FIRST)
    assert found["crv"].tolist() == [85, 0, 0, 0]
    assert found["referral_taken"].tolist() == [0, 25, 0, 0]
    assert found["referral_value"].tolist() == [60, 0, 0, 0]
    expected = [142 + 11 / 12, 48 + 2 / 3, 63 + 5 / 12, 0]
    assert found["network_value"] == pytest.approx(expected, abs=1e-9, rel=0)
    assert found["network_value"].sum() == pytest.approx(220 + 40 - 5, abs=1e-9, rel=0)


def test_the_second_example_of_the_model_page():
    found = books(**SECOND)
    assert found["crv"] == pytest.approx([78, 27, 25, 0, 0], abs=1e-9, rel=0)
    assert found["referral_taken"] == pytest.approx([0, 18.75, 10, 0, 12.5], abs=1e-9, rel=0)
    expected = [143.030208, 44.030208, 54.717708, -6.615625, 19.8375]
    assert found["network_value"] == pytest.approx(expected, abs=5e-7, rel=0)
    assert found["network_value"].sum() == pytest.approx(255, abs=1e-9, rel=0)


def test_the_table_of_the_explanation_is_what_is_computed():
    page = Path(__file__).parents[2] / "docs" / "explanation" / "referrals.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip(" *`") for cell in line.split("|")[1:-1]] for line in lines]
    table = {row[0]: row[1:-1] for row in cells if row}
    found = books(**FIRST)
    assert table["CLV"] == ["100", "50", "70", "0"]
    for column, figures in found.items():
        printed = [float(cell) for cell in table[column]]
        assert printed == pytest.approx(figures.tolist(), abs=0.005, rel=0), column


def test_who_looks_three_times_as_valuable_is_worth_half():
    # A spent 100,000 and referred 40,000; B spent 30,000 and referred 250,000.
    value = np.array([100_000.0, 30_000.0, 40_000.0, 250_000.0])
    rows = [("A", "a", 0, BLANK, 0, 0, 0), ("B", "b", 0, BLANK, 0, 0, 0)]
    gross = value + referral.crv(4, referrals_of("ABab", rows), value)
    assert gross[:2].tolist() == [140_000, 280_000]


# Who invited whom to a forum that can only be joined by invitation


def read(name):
    if not (DATA / name).exists():
        pytest.skip("the data of ../shared are not on this machine")
    with gzip.open(DATA / name, "rt", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def invitations():
    rows = read("invitations.csv.gz")
    return pa.table(
        {
            "referrer": [row["source"] for row in rows],
            "referred": [row["target"] for row in rows],
            "date": pa.array([row["joined_on"] for row in rows]).cast(pa.date32()),
        }
    )


@pytest.fixture(scope="module")
def forest(invitations):
    """The users, the referrals by index, and the same as a networkx graph."""
    pairs = list(
        zip(*(invitations[end].to_pylist() for end in ("referrer", "referred")), strict=True)
    )
    users = sorted({user for pair in pairs for user in pair})
    rows = [(*pair, 0, BLANK, 0, 0, 0) for pair in pairs]
    return users, referrals_of(users, rows), nx.DiGraph(pairs)


def test_every_invitation_counts_and_none_closes_a_chain(invitations):
    assert len(invitations) == 2325
    assert counting(invitations).all()
    assert cycles(invitations) == []


def test_users_stand_in_as_many_trees_as_were_counted(forest):
    users, referrals, _ = forest
    sizes = referral.tree_value(len(users), referrals, np.ones(len(users)))
    generations = {0: 677, 1: 1033, 2: 639, 3: 333, 4: 213, 5: 79, 6: 22, 7: 6}
    assert sum(generations.values()) == len(users)
    assert sizes.sum() == sum((1 + above) * many for above, many in generations.items())


def test_trees_are_as_large_as_networkx_finds_them(forest):
    users, referrals, graph = forest
    assert nx.is_forest(graph)
    sizes = referral.tree_value(len(users), referrals, np.ones(len(users)))
    expected = [1 + len(nx.descendants(graph, user)) for user in users]
    assert sizes.tolist() == expected


def test_trees_are_worth_the_crv_of_all_whom_networkx_finds_in_them(forest):
    users, referrals, graph = forest
    karma = {row["user"]: float(row["karma_last"] or 0) for row in read("users.csv.gz")}
    value = np.array([karma[user] for user in users])
    crv = referral.crv(len(users), referrals, value)
    invited = [sum(max(karma[j], 0) for j in graph.successors(user)) for user in users]
    assert crv.tolist() == invited
    of = dict(zip(users, invited, strict=True))
    found = referral.tree_value(len(users), referrals, crv)
    expected = [of[user] + sum(of[j] for j in nx.descendants(graph, user)) for user in users]
    assert found.tolist() == expected
