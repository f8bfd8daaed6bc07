"""The parts of a change between two runs: they add up, and one kind of change is one part."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import influence
from influence import Parameters, Selection, Tables, compute
from influence.reports.why import FIGURES, TOTALS, totals, why
from influence.reports.why_steps import PARTS
from influence.tables.notes import ignore
from influence.value.conventions import Conventions
from tests import graphs
from tests.examples import examples


@st.composite
def inputs(draw):
    """A company with sentiments, hidden customers, referrals, purchases, surveys and acts."""
    people, ties = draw(graphs.companies(max_customers=5, max_ties=8))
    ids = [row["id"] for row in people]
    for row in people:
        row |= {
            "sentiment": draw(st.one_of(st.none(), st.sampled_from((-1.0, 0.5)))),
            "do_not_profile": draw(st.sampled_from((False, False, True))),
        }
    if draw(st.booleans()):  # then CLV comes from purchases
        people = [{name: row[name] for name in row if name != "clv"} for row in people]
    rows = {"customers": people, "ties": ties, "referrals": draw(graphs.forests(ids))}
    day = st.dates(date(2024, 1, 1), date(2024, 12, 31))
    who = st.sampled_from(ids) if ids else st.nothing()
    rows["transactions"] = draw(_some(customer=who, date=day, amount=graphs.money().map(abs)))
    rows["surveys"] = draw(_some(customer=who, date=day, score=st.integers(0, 10)))
    kinds = st.sampled_from(("answer", "review"))
    other = st.one_of(st.none(), who)
    acts = draw(_some(customer=who, date=day, kind=kinds, other=other))
    rows["engagements"] = [row for row in acts if row["customer"] != row["other"]]
    settings = Parameters(
        tuple(draw(graphs.weights())),
        Selection(kinds=tuple(draw(st.sampled_from(((), ("tie",)))))),
        conventions=Conventions(answer_saved=draw(st.sampled_from((0.0, 2.5)))),
    )
    if not any(row["kind"] == "tie" for row in ties):
        settings = replace(settings, selection=Selection())
    return rows, settings


def _some(**columns):
    """Up to four rows; none where there is nobody whom they could name."""
    rows = st.fixed_dictionaries(columns)
    return st.just([]) if columns["customer"].is_empty else st.lists(rows, max_size=3)


def tables_of(rows):
    """Rows by table as tables."""
    made = graphs.tables_of((rows["customers"], rows["ties"]), rows["referrals"])
    more = {
        name: {c: [row[c] for row in given] for c in given[0]}
        for name, given in rows.items()
        if given and name in ("transactions", "surveys", "engagements")
    }
    return Tables(**{name: made[name] for name in made}, **more)


def figures_of(rows, settings):
    """Figures by customer."""
    table = (
        compute(tables_of(rows), settings, tell=ignore).to_arrow().select(["customer", *FIGURES])
    )
    return {row.pop("customer"): row for row in table.to_pylist()}


@examples(100)
@given(before=inputs(), after=inputs())
def test_the_parts_add_up_to_the_change_of_everybody_and_in_total(before, after):
    parts = why(tables_of(before[0]), tables_of(after[0]), before[1], after[1])
    old, new = figures_of(*before), figures_of(*after)
    scale = 1e-9 * (
        1 + sum(abs(v or 0) for f in (old, new) for r in f.values() for v in r.values())
    )
    summed = {}
    for row in parts.to_pylist():
        for name in FIGURES:
            key = row["customer"], name
            summed[key] = summed.get(key, 0) + row[name]
    for customer in old.keys() | new.keys() | {customer for customer, _ in summed}:
        for name in FIGURES:
            change = (new.get(customer, {}).get(name) or 0) - (old.get(customer, {}).get(name) or 0)
            assert summed.get((customer, name), 0) == pytest.approx(change, abs=scale), name
    for name in TOTALS:
        change = sum(r[name] for r in new.values()) - sum(r[name] for r in old.values())
        assert sum(totals(parts)[name].to_pylist()) == pytest.approx(change, abs=scale)
    order = [PARTS.index(part) for part in totals(parts)["part"].to_pylist()]
    assert order == sorted(order)


@examples(40)
@given(company=inputs(), seed=st.randoms(use_true_random=False))
def test_the_same_rows_in_another_order_give_no_parts(company, seed):
    rows, settings = company
    turned = {name: seed.sample(given, len(given)) for name, given in rows.items()}
    turned["ties"] = rows["ties"]  # of a tie that is given twice, the last row counts
    assert len(why(tables_of(rows), tables_of(rows), settings)) == 0
    parts = why(tables_of(rows), tables_of(turned), settings)
    assert np.abs([0, *(x for f in FIGURES for x in parts[f].to_pylist())]).max() < 1e-9


BASE = {
    "customers": [
        {"id": "A", "clv": 100.0, "sentiment": 1.0, "do_not_profile": False},
        {"id": "B", "clv": 40.0, "sentiment": None, "do_not_profile": False},
        {"id": "C", "clv": 0.0, "sentiment": None, "do_not_profile": False},
    ],
    "ties": [{"source": "A", "target": "B", "kind": "tie", "network": "", "directed": False}],
    "referrals": [],
    "transactions": [],
    "engagements": [],
    "surveys": [],
}
TIE = BASE["ties"][0]
REFERRAL = {
    "referrer": "A", "referred": "B", "joined_anyway": 0.0, "margin": None, "incentive": 0.0,
    "marketing": 0.0, "acquisition_saved": 0.0,
}  # fmt: skip
NEW = {"id": "D", "clv": 10.0, "sentiment": None, "do_not_profile": False}
ANSWER = {"customer": "A", "date": date(2024, 5, 1), "kind": "answer", "other": "B"}
CHANGES = {
    "lost customers": {"customers": BASE["customers"][1:], "ties": []},
    "removed ties": {"ties": []},
    "changed ties": {"ties": [TIE | {"directed": True}]},
    "new ties": {"ties": [TIE, TIE | {"target": "C"}]},
    "referrals": {"referrals": [REFERRAL]},
    "CLV": {"customers": [BASE["customers"][0] | {"clv": 70.0}, *BASE["customers"][1:]]},
    "sentiment": {"surveys": [{"customer": "B", "date": date(2024, 5, 1), "score": 10}]},
    "acts": {"engagements": [ANSWER]},
    "other": {"customers": [BASE["customers"][0] | {"do_not_profile": True},
                            *BASE["customers"][1:]]},
    "new customers": {"customers": [*BASE["customers"], NEW],
                      "ties": [TIE, TIE | {"target": "D"}]},
}  # fmt: skip
SETTINGS = {
    "weights": {"weights": (0.3, 0.1)},
    "settings": {"selection": Selection(directions={"tie": "reversed"})},
}


def test_every_part_has_a_case():
    assert {*CHANGES, *SETTINGS} == {*PARTS}


@pytest.mark.parametrize("part", CHANGES)
def test_a_change_of_one_kind_is_one_part(part):
    parts = why(tables_of(BASE), tables_of(BASE | CHANGES[part]))
    assert set(parts["part"].to_pylist()) == {part}


@pytest.mark.parametrize("part", SETTINGS)
def test_a_change_of_parameters_is_one_part(part):
    same = tables_of(BASE)
    parts = influence.why(same, same, Parameters(), replace(Parameters(), **SETTINGS[part]))
    assert set(parts["part"].to_pylist()) == {part}


def test_purchases_that_were_added_are_the_part_clv():
    people = [{"id": row["id"], "sentiment": None, "do_not_profile": False}
              for row in BASE["customers"]]  # fmt: skip
    purchase = {"customer": "A", "date": date(2024, 5, 1), "amount": 30.0}
    rows = BASE | {"customers": people, "transactions": [purchase]}
    more = rows | {"transactions": [purchase, purchase | {"customer": "B"}]}
    parts = why(tables_of(rows), tables_of(more))
    assert set(parts["part"].to_pylist()) == {"CLV"}


def test_what_a_part_is_by_hand():
    """A and B know each other and lose the tie: neither influences the other any more."""
    parts = why(tables_of(BASE), tables_of(BASE | {"ties": []})).to_pylist()
    weight = Parameters().weights[0]
    influence_of = {row["customer"]: row["influence"] for row in parts}
    assert influence_of == pytest.approx({"A": -weight * 40, "B": -weight * 100})
