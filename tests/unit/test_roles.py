"""Roles: by rules that a company edits, never guessed from nothing."""

import pytest

from influence import Parameters, Tables, UsageError, compute
from influence.conditions.role_rules import DEFAULT_ROLES, checked_roles

TIES = {"source": list("AAABC"), "target": list("BCDDD")}


def roles_of(rules=None, **frames):
    parameters = Parameters() if rules is None else Parameters(roles=rules)
    tables = Tables(
        customers={"id": list("ABCD"), "clv": [10.0, 20.0, 0.0, 5.0]}, ties=TIES, **frames
    )
    found = compute(tables, parameters, tell=lambda _: None)
    return {row["customer"]: row["roles"] for row in found.table.to_pylist()}


def acts(*rows):
    names = ("customer", "kind", "date", "sentiment")
    return {"engagements": dict(zip(names, zip(*rows, strict=True), strict=True))}


def test_an_innovator_acts_before_contacts_do_and_is_no_label_of_a_form():
    given = acts(
        ("A", "review", "2026-01-01", None), ("B", "review", "2026-02-01", None),
        ("C", "share", "2026-03-01", None), ("D", "reply", "2026-03-02", None),
    )  # fmt: skip
    assert roles_of(**given)["A"] == "innovator"
    later = acts(
        ("A", "review", "2026-04-01", None), ("B", "review", "2026-02-01", None),
        ("C", "share", "2026-03-01", None), ("D", "reply", "2026-03-02", None),
    )  # fmt: skip
    assert roles_of(**later)["A"] is None


def test_several_roles_stand_side_by_side():
    given = acts(*[("B", kind, None, 1.0) for kind in ["review", "answer"] for _ in range(3)])
    assert roles_of(**given)["B"] == "reviewer, advisor, defender"


def test_without_acts_nobody_is_a_sleeper():
    rules = {"sleeper": "acts = 0 and reach_1 >= 3"}
    assert set(roles_of(rules).values()) == {None}
    given = acts(("B", "review", None, None))
    assert roles_of(rules, **given) == {"A": "sleeper", "B": None, "C": None, "D": "sleeper"}


def test_a_company_writes_rules_of_its_own_with_kinds_of_its_own():
    given = acts(*[("C", "podcast", None, None)] * 2)
    rules = {"early_bird": "podcast >= 2 and clv = 0"}
    assert roles_of(rules, **given) == {"A": None, "B": None, "C": "early_bird", "D": None}


def test_an_unknown_column_is_refused_with_a_suggestion():
    with pytest.raises(UsageError, match=r"role fan: no column 'reviws': did you mean reviews?"):
        roles_of({"fan": "reviws > 1"})


@pytest.mark.parametrize("name", ["customer", "influence_run", "ambassador", "a__b"])
def test_a_role_whose_label_stands_for_something_else_is_refused(name):
    with pytest.raises(UsageError, match="label"):
        checked_roles({"a_b": "clv > 1", name: "clv > 1"})


def test_a_kind_of_act_before_the_window_is_known_to_rules():
    given = acts(("A", "podcast", "2020-01-01", None), ("B", "review", "2026-01-01", None))
    assert set(roles_of({"fan": "podcast >= 1"}, **given).values()) == {None}


def test_a_kind_of_act_never_replaces_a_figure():
    given = acts(*[("C", "clv", None, None)] * 30)
    assert roles_of({"rich": "clv >= 20"}, **given)["C"] is None


def test_customers_who_are_not_profiled_are_not_compared_with():
    def found(hidden):
        people = {
            "id": list("ABCD"), "clv": [10.0, 20.0, 0.0, 5.0],
            "do_not_profile": [False, False, False, hidden],
        }  # fmt: skip
        engagements = {
            "customer": list("ABCD"), "kind": ["review"] * 4,
            "date": ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"],
        }  # fmt: skip
        tables = Tables(customers=people, ties=TIES, engagements=engagements)
        asked = Parameters(roles={"first": "ahead_of >= 3"})
        scores = compute(tables, asked, tell=lambda _: None)
        return {row["customer"]: row["roles"] for row in scores.table.to_pylist()}

    assert found(hidden=False)["A"] == "first"
    assert found(hidden=True) == {"A": None, "B": None, "C": None}


@pytest.mark.parametrize("rules", [{"Fan!": "clv > 1"}, {"fan": "clv >"}, {"fan": "__import__"}])
def test_a_rule_that_cannot_be_read_is_refused(rules):
    with pytest.raises(UsageError, match="role"):
        checked_roles(rules)


def test_a_blank_rule_leaves_a_role_out():
    assert checked_roles({**DEFAULT_ROLES, "sleeper": " "}).keys() == DEFAULT_ROLES.keys() - {
        "sleeper"
    }
