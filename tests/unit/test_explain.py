from __future__ import annotations

import pytest

from influence import NothingToShow, Parameters, Tables, compute
from influence.customer.explain import explain_tables
from influence.tables import complete


def company(hidden: str = "") -> Tables:
    """A – B – D and A – C – D – E, with B before C in the alphabet."""
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


def test_each_is_reached_through_the_smallest_id_on_a_shortest_way() -> None:
    story = explain_tables(company(), compute(company()), "A")
    through = {row["customer"]: row["through"] for row in story.contributors.to_pylist()}
    assert through == {"B": "B", "C": "C", "D": "B", "E": "B"}


def test_who_is_not_to_be_profiled_is_named_nowhere() -> None:
    tables = company(hidden="B")
    story = explain_tables(tables, compute(tables), "A")
    through = {row["customer"]: row["through"] for row in story.contributors.to_pylist()}
    assert through == {"C": "C", "D": "C", "E": "C"}
    assert [step["people"] for step in story.by_distance] == [1, 1, 1]
    with pytest.raises(NothingToShow):
        explain_tables(tables, compute(tables), "B")


def test_where_every_way_begins_with_somebody_hidden_the_first_person_is_blank() -> None:
    tables = company(hidden="BC")
    story = explain_tables(tables, compute(tables), "A")
    through = {row["customer"]: row["through"] for row in story.contributors.to_pylist()}
    assert through == {"D": None, "E": None}


@pytest.mark.parametrize("model", ["shells", "walk"])
def test_the_contributions_add_up_to_the_influence(model: str) -> None:
    scores = compute(company(), Parameters(model=model))  # type: ignore[arg-type]
    for customer in "ABCDE":
        story = explain_tables(company(), scores, customer)
        total = sum(story.contributors["contribution"].to_pylist())
        assert total == pytest.approx(story.figures["influence"])
        steps = sum(step["influence"] for step in story.by_distance)
        assert steps == pytest.approx(story.figures["influence"])


def test_a_story_says_when_the_data_changed_since_the_run() -> None:
    scores = compute(company())
    assert not explain_tables(company(), scores, "A").stale
    assert explain_tables(company(hidden="E"), scores, "A").stale
