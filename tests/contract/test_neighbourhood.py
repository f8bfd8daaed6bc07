"""The neighbourhood of a customer, from each store and from the tables."""

import numpy as np
import pytest

from influence import Parameters, Selection, Tables, run
from influence.customer.explain import explain_tables, explanation
from tests import graphs


def company(seed, hidden):
    """Random customers, some of them not profiled, with ties of all sorts and several referrers."""
    customers, ties = graphs.random_company(
        seed, n=40, ties=70, kinds=graphs.KINDS, networks=graphs.NETWORKS, directed_share=0.4
    )
    rng = np.random.default_rng(seed)
    names = [customer["id"] for customer in customers]
    order = rng.permutation(names).tolist()
    referrals = {"referrer": [], "referred": [], "date": [], "margin": []}
    for place in range(1, len(order)):
        for referrer in {*rng.choice(order[:place], size=2).tolist()}:
            referrals["referrer"].append(referrer)
            referrals["referred"].append(order[place])
            referrals["date"].append(rng.choice([None, "2024-01-01", "2024-02-01"]))
            referrals["margin"].append(rng.choice([None, 3.0, 50.0]))
    return Tables(
        customers={
            "id": names,
            "clv": [customer["clv"] for customer in customers],
            "do_not_profile": [name in set(order[:hidden]) for name in names],
        },
        ties={name: [tie.get(name) for tie in ties] for name in
              ("source", "target", "kind", "network", "strength", "directed")},
        referrals=referrals,
    )  # fmt: skip


PARAMETERS = {
    "default": Parameters(),
    "one kind": Parameters(weights=(0.5, 0.2), selection=Selection(kinds=graphs.KINDS[:1])),
    "directions": Parameters(
        selection=Selection(directions={"tie": "as-written", "trusts": "reversed"})
    ),
    "weights of kinds": Parameters(selection=Selection(kind_weights={"tie": 0.5, "trusts": 0.8})),
    "walk": Parameters(model="walk"),
    "weighted walk": Parameters(model="walk", weighted=True),
    "four steps": Parameters(weights=(0.5, 0.4, 0.3, 0.2)),
}
HIDDEN = (0, 3, 12)
"""How many customers are not profiled, by seed."""


@pytest.mark.parametrize(
    ("seed", "parameters"),
    [
        pytest.param(
            seed,
            parameters,
            id=f"{name}-{seed}",
            marks=() if seed == place % len(HIDDEN) else pytest.mark.ci,
        )
        for place, (name, parameters) in enumerate(PARAMETERS.items())
        for seed in range(len(HIDDEN))
    ],
)
def test_every_store_gives_the_same_explanation_as_the_tables(store, seed, parameters):
    store.write_tables(company(seed, HIDDEN[seed]))
    run(store, parameters)
    tables, scores = store.tables(), store.scores()
    for customer in scores.to_arrow()["customer"].to_pylist()[::3]:
        expected = explain_tables(tables, scores, customer)
        alone = store.scores([customer])
        assert len(alone) == 1
        found = explanation(alone, customer, store.neighbourhood(customer, alone.run))
        assert found.figures == pytest.approx(expected.figures, nan_ok=True)
        assert (found.referred_by, found.referrals, found.stale) == (
            expected.referred_by, expected.referrals, expected.stale,
        )  # fmt: skip
        for one, other in zip(found.by_distance, expected.by_distance, strict=True):
            assert one == pytest.approx(other)
        assert len(found.contributors) == len(expected.contributors)
        mine = {row["customer"]: row for row in found.contributors.to_pylist()}
        for row in expected.contributors.to_pylist():
            assert mine[row["customer"]] == pytest.approx(row)


def test_a_neighbourhood_is_stale_after_a_load_that_affects_figures(store):
    store.write_tables(company(0, 0))
    first = run(store).written.run

    def stale():
        scores = store.scores(["C00"]) if "C00" in ids else store.scores(ids[:1])
        name = scores.to_arrow()["customer"][0].as_py()
        return store.neighbourhood(name, scores.run).stale, store.runs()[0].input_changed

    ids = store.scores().to_arrow()["customer"].to_pylist()
    assert stale() == (False, False)
    store.write_tables(Tables(customers={"id": ids[:1], "name": ["another name"]}))
    assert stale() == (False, False)
    store.write_tables(Tables(customers={"id": ids[:1], "clv": [12345.0]}))
    assert stale() == (True, True)
    assert store.runs()[0].id == first.id
    run(store)
    assert stale() == (False, False)
    store.forget(ids[-1])
    assert stale() == (True, True)


def test_selected_scores_leave_out_customers_without_a_row(store):
    store.write_tables(company(2, 12))
    run(store)
    everyone = store.tables().customers["id"].to_pylist()
    some = store.scores([*everyone, "nobody"]).to_arrow()["customer"].to_pylist()
    assert sorted(some) == store.scores().to_arrow()["customer"].to_pylist()
    assert len(store.scores(["nobody"])) == 0
