"""The report page is the same from both stores, and no customer who is not profiled is in it."""

from __future__ import annotations

from dataclasses import replace

import pyarrow.compute as pc
import pytest

import influence
from influence import Tables, open_store
from influence.demo.company import sample_company
from influence.network import Selection
from influence.parameters import Parameters
from influence.report_page.contents import contents
from influence.report_page.material import Material
from influence.report_page.parts import shown
from influence.report_page.report import page
from influence.tables.notes import ignore

TOGETHER = 5
"""From so many on, customers who are not profiled are shown as a total."""


def visible(section):
    """What a section shows, as text; of the changes without the first line, which has a time."""
    figures = [
        replace(figure, table=[[shown(row[name]) for name in figure.table.headings]
                               for row in figure.table.rows])
        for figure in section.figures
    ]  # fmt: skip
    lead = list(section.lead)[section.id == "changes" :]
    return replace(section, lead=lead, figures=figures)


def test_both_stores_have_the_same_page(store, tmp_path):
    company = sample_company(customers=120)
    customers = company["customers"]
    company["customers"] = customers.append_column("clv_se", pc.multiply(customers["clv"], 0.2))
    tables = Tables(**company)
    parameters = Parameters(selection=Selection(directions={"follows": "reversed"}))
    pages = []
    with open_store(tmp_path / "other") as other:
        for one in (other, store):
            one.write_tables(tables)
            for settings in (replace(parameters, weights=(0.4, 0.2)), parameters):
                influence.run(one, settings, tell=ignore)
            sections = contents(Material(one, one.scores()))
            pages.append([visible(part) for part in sections if part.id != "run"])
    for one, other in zip(*pages, strict=True):
        assert one == other


def company(hidden):
    """Twelve customers in a chain with a hub; some are not profiled, with values of their own."""
    people = [f"person-{at:02}" for at in range(12)]
    gone = people[3 : 3 + hidden]
    value = {name: 7013.37 + 1009.1 * at for at, name in enumerate(gone)}
    return gone, value, Tables(
        customers={
            "id": people,
            "clv": [value.get(name, 10.0 * at) for at, name in enumerate(people)],
            "name": [f"Name of {name}" for name in people],
            "segment": ["rare" if name in gone[:1] else "usual" for name in people],
            "do_not_profile": [name in gone for name in people],
        },
        ties={"source": [*people[:-1], *[people[0]] * 9], "target": [*people[1:], *people[2:-1]]},
        referrals={"referrer": people[:-1], "referred": people[1:], "margin": [5.0] * 11},
        surveys={"customer": people, "score": [10.0, 0.0] * 6},
    )  # fmt: skip


@pytest.mark.parametrize(
    "hidden", [5, 6, *(pytest.param(at, marks=pytest.mark.ci) for at in (1, 4))]
)
def test_a_customer_who_is_not_profiled_is_nowhere_in_the_file(store, hidden):
    gone, value, tables = company(hidden)
    store.write_tables(tables)
    influence.run(store, Parameters((0.4, 0.2)))
    influence.run(store)
    text = page(store)
    assert "person-00" in text
    for name in gone:
        assert name not in text
        for amount in (f"{value[name]:.2f}", f"{value[name]:,.2f}", repr(value[name])):
            assert amount not in text
    assert ("(not profiled)" in text) == (hidden >= TOGETHER)
    assert f"{12 - hidden} customers" in text
    assert ">12<" not in text  # all customers, from which their number would follow
    assert "rare" not in text


def test_a_customer_with_contacts_who_are_not_profiled_has_no_picture_of_them(store):
    people = ["hub", *(f"person-{at}" for at in range(6))]
    store.write_tables(Tables(
        customers={"id": people, "clv": [5.0] * 7, "do_not_profile": [False] + [True] * 6},
        ties={"source": ["hub"] * 6, "target": people[1:]},
    ))  # fmt: skip
    influence.run(store)
    text = page(store)
    assert "person-" not in text
    assert "The people whom hub reaches" not in text


def test_customers_without_names_and_segments_have_a_page(store):
    store.write_tables(Tables(customers={"id": ["A", "B"], "clv": [1.0, 0.0]},
                              ties={"source": ["A"], "target": ["B"]}))  # fmt: skip
    influence.run(store)
    assert "By segment" not in page(store)


def test_both_stores_have_the_same_picture_of_a_customer(store, tmp_path):
    tables = Tables(**sample_company(customers=120))
    pictures = []
    with open_store(tmp_path / "other") as other:
        for one in (other, store):
            one.write_tables(tables)
            influence.run(one, tell=ignore)
            explained = influence.explain(one, "C0001")
            assert explained.names["C0001"]
            drawn = explained.picture().to_json()
            pictures.append(drawn.replace(explained.figures["run"], "run"))
            assert "Influence".lower() in explained._repr_html_()
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("hidden", [1, 6])
def test_a_customer_who_is_not_profiled_is_in_no_picture(store, tmp_path, hidden):
    gone, value, tables = company(hidden)
    store.write_tables(tables)
    influence.run(store)
    explained = influence.explain(store, "person-00")
    for suffix in (".svg", ".html"):
        file = influence.write_picture(explained, tmp_path / f"picture{suffix}")
        text = file.read_text("utf-8")
        assert "person-02" in text
        for name in gone:
            assert name not in text
            assert f"{value[name]:,.2f}" not in text
