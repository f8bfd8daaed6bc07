from __future__ import annotations

import pytest

from influence import NothingToShow, Parameters, Tables, compute
from influence.customer.explain import explain_tables
from influence.tables import complete


def company(hidden: str = "") -> Tables:
    """Return a company with the paths A – B – D – E and A – C – D – E."""
    people = "ABCDE"
    return complete(
        Tables(
            customers={
                "id": list(people),
                "clv": [10.0, 20.0, 30.0, 40.0, 50.0],
                "do_not_profile": [name in hidden for name in people],
            },
            ties={"source": list("AABCD"), "target": list("BCDDE")},
        )
    )


def test_through_is_the_smallest_first_id_on_a_shortest_path() -> None:
    explained = explain_tables(company(), compute(company()), "A")
    through = {row["customer"]: row["through"] for row in explained.contributors.to_pylist()}
    assert through == {"B": "B", "C": "C", "D": "B", "E": "B"}


def test_customers_who_are_not_profiled_are_never_named() -> None:
    tables = company(hidden="B")
    explained = explain_tables(tables, compute(tables), "A")
    through = {row["customer"]: row["through"] for row in explained.contributors.to_pylist()}
    assert through == {"C": "C", "D": "C", "E": "C"}
    assert [step["people"] for step in explained.by_distance] == [1, 1, 1]
    with pytest.raises(NothingToShow):
        explain_tables(tables, compute(tables), "B")


def test_through_is_blank_if_every_first_person_is_not_profiled() -> None:
    tables = company(hidden="BC")
    explained = explain_tables(tables, compute(tables), "A")
    through = {row["customer"]: row["through"] for row in explained.contributors.to_pylist()}
    assert through == {"D": None, "E": None}


@pytest.mark.parametrize("model", ["shells", "walk"])
def test_contributions_sum_to_the_influence(model: str) -> None:
    scores = compute(company(), Parameters(model=model))  # type: ignore[arg-type]
    for customer in "ABCDE":
        explained = explain_tables(company(), scores, customer)
        total = sum(explained.contributors["contribution"].to_pylist())
        assert total == pytest.approx(explained.figures["influence"])
        steps = sum(step["influence"] for step in explained.by_distance)
        assert steps == pytest.approx(explained.figures["influence"])


def test_an_explanation_tells_that_the_data_changed_after_the_run() -> None:
    scores = compute(company())
    assert not explain_tables(company(), scores, "A").stale
    assert explain_tables(company(hidden="E"), scores, "A").stale
