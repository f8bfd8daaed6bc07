"""One currency in a load: refused, left out or converted."""

import pytest

from influence import InputRejected, Rules, Tables, UsageError
from influence.tables import merge, validate
from influence.tables.merge import EMPTY

USD = {"currency": "usd"}


def company(customers=("USD", "EUR"), bought=("usd ", "eur", ""), referrals=("USD",)):
    return Tables(
        customers={"id": ["A", "B"], "clv": [10.0, 20.0], "currency": list(customers)},
        transactions={
            "customer": ["A"] * len(bought),
            "date": ["2024-01-01"] * len(bought),
            "amount": [float(i + 1) for i in range(len(bought))],
            "currency": list(bought),
        },
        referrals={
            "referrer": ["A"], "referred": ["B"], "incentive": [4.0], "currency": list(referrals),
        },
    )  # fmt: skip


def events(checked):
    return [note.event for note in checked.notes]


def test_case_and_blanks_do_not_matter():
    checked = validate(company(["usd", None], [" USD", "Usd", ""]))
    assert checked.tables.customers["currency"].to_pylist() == ["USD", None]
    assert checked.tables.transactions["currency"].to_pylist() == ["USD", "USD", ""]
    assert not checked.notes


def test_rows_of_another_currency_are_problems_in_every_table_with_all_counts():
    with pytest.raises(InputRejected) as refused:
        validate(company(referrals=["GBP"]))
    found = refused.value.problems.to_arrow().to_pylist()
    assert [(p["table"], p["row"], p["value"]) for p in found] == [
        ("customers", 1, "EUR (of 2 USD, 2 EUR, 1 GBP)"),
        ("referrals", 0, "GBP (of 2 USD, 2 EUR, 1 GBP)"),
        ("transactions", 1, "eur (of 2 USD, 2 EUR, 1 GBP)"),
    ]


def test_rows_in_other_currencies_are_dropped_and_counted():
    checked = validate(company(referrals=["GBP"]), Rules(currency="usd"))
    assert checked.tables.transactions["amount"].to_pylist() == [1.0, 3.0]
    assert len(checked.tables.referrals) == 0
    people = checked.tables.customers
    assert people["clv"].to_pylist() == [10.0, 0.0]
    assert people["clv_computed"].to_pylist() == [False, True]
    assert people["currency"].to_pylist() == ["USD", "USD"]
    assert events(checked) == [
        "currency_not_used", "currency_dropped", "currency_assumed", "currency_dropped",
    ]  # fmt: skip
    rows = {name: (c.rows, c.dropped, c.read) for name, c in checked.rows.items()}
    assert rows == {"customers": (2, 0, 2), "transactions": (3, 1, 2), "referrals": (1, 1, 0)}


def test_problems_after_dropped_rows_have_the_row_numbers_of_the_file():
    tables = company()
    bought = tables.transactions.set_column(0, "customer", [["A", "A", "Z"]])
    with pytest.raises(InputRejected) as refused:
        validate(Tables(customers=tables.customers, transactions=bought), Rules(currency="USD"))
    (problem,) = refused.value.problems.to_arrow().to_pylist()
    assert (problem["row"], problem["value"]) == (2, "Z")


def test_money_is_converted_at_the_given_rates():
    rules = Rules(currency="USD", rates={"eur": 2.0, "GBP": 3.0})
    checked = validate(company(referrals=["gbp"]), rules)
    assert checked.tables.customers["clv"].to_pylist() == [10.0, 40.0]
    assert checked.tables.transactions["amount"].to_pylist() == [1.0, 4.0, 3.0]
    assert checked.tables.referrals["incentive"].to_pylist() == [12.0]
    assert "1 of GBP at 3" in str(checked.notes)
    with pytest.raises(UsageError, match="no rate for EUR in USD"):
        validate(company(), Rules(currency="USD", rates={"GBP": 3.0}))


def test_the_store_keeps_the_currency_that_any_table_names():
    bought = Tables(
        customers={"id": ["A", "B"]},
        transactions={
            "customer": ["A"], "date": ["2024-01-01"], "amount": [1.0], "currency": ["USD"],
        },
    )  # fmt: skip
    known = merge(EMPTY, validate(bought).tables)
    euros = Tables(customers={"id": ["A"], "clv": [1.0], "currency": ["EUR"]})
    with pytest.raises(InputRejected, match="the store holds USD"):
        validate(euros, known=known)
    with pytest.raises(UsageError, match="the store holds USD"):
        validate(euros, Rules(currency="EUR"), known)
    converted = validate(euros, Rules(currency="USD", rates={"EUR": 1.5}), known)
    assert converted.tables.customers["clv"].to_pylist() == [1.5]


@pytest.mark.parametrize(
    "rules",
    [{"currency": " "}, {"question": ""}, {"rates": {"EUR": 1.0}}]
    + [{**USD, "rates": {"EUR": rate}} for rate in (0.0, -1.0, float("nan"), float("inf"))],
)
def test_invalid_rules_are_refused(rules):
    with pytest.raises(UsageError):
        Rules(**rules)
