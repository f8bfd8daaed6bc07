"""Field names and formats of the programs that import scores."""

import re
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.errors import UsageError
from influence.reports.spreadsheet import formulas, harmless, harmless_texts, is_formula
from influence.reports.targets import CHOSEN, PICKLISTS, SHARES, TARGETS, cells, field_names
from influence.score_columns import score_columns
from tests.examples import examples

FIGURES = score_columns(4, "sketch", intervals=True)
COLUMNS = ["customer", *(column.name for column in FIGURES), "run"]
PATTERNS = {
    "salesforce": r"[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)*__c",
    "hubspot": r"[a-z][a-z0-9_]*",
    "mailchimp": r"[A-Z][A-Z0-9_]{0,9}",
    "csv": r"[a-z][a-z0-9_]*",
}


@pytest.mark.parametrize("target", TARGETS)
def test_every_figure_has_a_field_of_its_own_that_the_target_allows(target):
    names = field_names(target, COLUMNS)
    assert list(names) == COLUMNS
    assert len({name.lower() for name in names.values()}) == len(COLUMNS)
    del names["customer"]
    assert [name for name in names.values() if not re.fullmatch(PATTERNS[target], name)] == []


def test_columns_of_the_company_get_names_by_the_same_rules():
    own = ["Last Visit", "größe"]
    assert [*field_names("salesforce", own).values()] == ["Last_Visit__c", "Grosse__c"]
    assert [*field_names("hubspot", own).values()] == ["last_visit", "grosse"]
    assert [*field_names("mailchimp", own).values()] == ["LASTVISIT", "GROSSE"]
    assert [*field_names("csv", own).values()] == own


@pytest.mark.parametrize(
    ("target", "columns", "why"),
    [
        ("salesforce", ["network_value", "Network Value"], "another column has the field"),
        ("mailchimp", ["date"], "Mailchimp has a merge tag DATE of its own"),
        ("hubspot", ["2024 spend"], "does not begin with a letter"),
        ("salesforce", ["a" * 41], "is too long"),
        ("mailchimp", ["größe", "Grosse!"], "'größe': another .*'Grosse!': another"),
        ("hubspot", ["顧客"], "does not begin with a letter"),
    ],
)
def test_a_name_that_the_target_cannot_have_is_refused(target, columns, why):
    with pytest.raises(UsageError, match=why):
        field_names(target, columns)


def test_the_id_field_can_be_named():
    assert field_names("salesforce", ["customer"], "Loyalty_Id__c") == {"customer": "Loyalty_Id__c"}


def test_every_figure_that_is_a_fraction_and_no_money_has_three_decimals():
    columns = score_columns(3, intervals=True)
    floats = [c for c in columns if pa.types.is_floating(c.type)]
    assert {c.name for c in floats if c.unit != "money"} == {*SHARES}
    assert {c.name for c in columns if pa.types.is_string(c.type)} == {*PICKLISTS, "roles"}
    assert {*CHOSEN} <= {c.name for c in columns}


@pytest.mark.parametrize("target", TARGETS)
def test_values_are_written_as_the_target_reads_them(target):
    def texts(column, values):
        return cells(target, column, pa.chunked_array([values])).to_pylist()

    whole = target == "csv"
    assert texts("network_value", [1234.5678, -0.001, None]) == (
        ["1234.5678", "-0.001", None] if whole else ["1234.57", "0.00", None]
    )
    assert texts("network_value_low", [1.2345]) == (["1.2345"] if whole else ["1.23"])
    assert texts("coverage", [0.12345]) == (["0.12345"] if whole else ["0.123"])
    assert texts("spend", [1234.5678]) == ["1234.5678"]  # of the company
    assert texts("rank", [12]) == ["12"]
    assert texts("joined", [date(2024, 3, 1)]) == ["2024-03-01"]
    assert texts("active", [True, False]) == ["true", "false"]
    tier = {"csv": [None, "ambassador"], "hubspot": ["none", "ambassador"]}
    assert texts("tier", [None, "ambassador"]) == tier.get(target, ["None", "Ambassador"])


@examples(40)
@given(st.lists(st.one_of(st.none(), st.text("=+-@\t\n'1.5a ", max_size=4))))
def test_formulas_of_a_column_are_those_of_its_texts(texts):
    column = pa.chunked_array([texts], pa.string())
    expected = [text is not None and is_formula(text) for text in texts]
    assert formulas(column).tolist() == expected
    cleaned, changed = harmless_texts(column)
    assert cleaned.to_pylist() == [harmless(text) for text in texts]
    assert changed == sum(expected)
