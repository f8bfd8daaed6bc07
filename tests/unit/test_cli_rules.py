"""Options for currencies, survey questions and the end of the window, with their messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.commands import influence

if TYPE_CHECKING:
    from pathlib import Path

Capsys = pytest.CaptureFixture[str]
QUESTION = "How likely are you to recommend us to a friend?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "in"
    where.mkdir()
    (where / "customers.csv").write_text("id\nA\nB\nC\n")
    (where / "transactions.csv").write_text(
        "customer,date,amount,currency\n"
        "A,2024-03-01,100,usd\nB,2024-04-01,50,EUR\nC,2024-05-01,10,USD\nC,2204-05-01,10,USD\n"
    )
    (where / "surveys.csv").write_text(
        f"customer,score,date,question\nA,9,2024-05-01,{QUESTION}\nB,2,2024-05-01,Taste?\n"
    )
    return where


def test_mixed_currencies_exit_3_and_name_the_options(folder: Path, capsys: Capsys) -> None:
    outcome = influence(capsys, "check", folder)
    assert outcome.code == 3
    assert "transactions.csv:3: currency" in outcome.err
    assert "EUR (of 3 USD, 1 EUR)" in outcome.err
    assert "--currency" in outcome.err
    assert influence(capsys, "check", folder, "--currency", "USD").code == 0


def test_converted_amounts_are_shown_with_their_currency(
    folder: Path, tmp_path: Path, capsys: Capsys
) -> None:
    rates, store = tmp_path / "rates.csv", tmp_path / "store"
    rates.write_text("\ufeffcurrency,rate\n eur ,2\n", encoding="utf-8")
    options = ("--currency", "usd", "--rates", rates, "--question", QUESTION.upper())
    loaded = influence(capsys, "load", "tables", folder, *options, "--store", store)
    assert loaded.code == 0
    assert "rows converted to USD: 1 of EUR at 2" in loaded.err
    assert "'Taste?' (1)" in loaded.err
    assert "1 of 4 purchases lies after today (the last on 2204-05-01)" in loaded.err
    run = influence(capsys, "run", "--store", store, "--format", "table")
    assert "warning: 1 of 4 purchases lies after today" in run.err
    assert "Σ CLV 522.24, Σ network value 522.24 USD" in run.err
    assert "purchases until 2024-05-01" in run.err
    for command in (["top"], ["explain", "A"], ["triage", "A", "B"], ["summary"]):
        shown = influence(capsys, *command, "--store", store, "--format", "table")
        assert "amounts in USD" in shown.out, command
    again = influence(capsys, "run", "--store", store, "--as-of", "2024-04-01")
    assert (again.json["as_of"], again.json["as_of_asked"]) == ("2024-04-01", True)
    assert again.json["currency"] == "USD"
    ids = [run["id"] for run in influence(capsys, "runs", "--store", store).json]
    compared = influence(capsys, "compare", *ids, "--store", store, "--format", "table")
    assert "Network value in USD" in compared.out


def test_a_warning_of_a_run_is_logged_as_an_event_with_fields(
    folder: Path, tmp_path: Path, capsys: Capsys
) -> None:
    store = tmp_path / "store"
    influence(capsys, "load", "tables", folder, "--currency", "USD", "--store", store)
    run = influence(capsys, "run", "--store", store, "--quiet", "--log-format", "json")
    told = [json.loads(line) for line in run.err.splitlines()]
    assert [(line["event"], line["level"]) for line in told] == [
        ("window_end", "warning"),
        ("no_answer_counts", "warning"),
    ]
    assert (told[0]["as_of"], told[0]["later"], told[0]["purchases"]) == ("2024-05-01", 1, 3)
    assert told[1]["questions"] == {QUESTION: 1, "Taste?": 1}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("currency\nEUR\n", "needs the columns currency and rate"),
        (
            "currency,rate\nEUR,x\nEUR,0\n,1\n",
            "row 2: EUR,x is not a currency and a rate above 0; row 3",
        ),
        ("currency,rate\nEUR,1\neur,2\n", "row 3: EUR has two different rates"),
        ("currency,rate\nGBP,1\n", "no rate for EUR in USD"),
    ],
)
def test_invalid_rates_exit_2(
    folder: Path, tmp_path: Path, capsys: Capsys, text: str, says: str
) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text(text)
    outcome = influence(capsys, "check", folder, "--currency", "USD", "--rates", rates)
    assert outcome.code == 2
    assert says in outcome.err


def test_an_invalid_date_exits_2(folder: Path, tmp_path: Path, capsys: Capsys) -> None:
    store = tmp_path / "store"
    influence(capsys, "load", "tables", folder, "--currency", "USD", "--store", store)
    outcome = influence(capsys, "run", "--store", store, "--as-of", "yesterday")
    assert outcome.code == 2
    assert "as-of" in outcome.err


def test_as_of_can_be_set_in_the_settings(
    folder: Path, tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "influence.toml").write_text("[value]\nas_of = 2024-03-15\n")
    influence(capsys, "load", "tables", folder, "--currency", "USD")
    assert influence(capsys, "run").json["as_of"] == "2024-03-15"
    assert influence(capsys, "run", "--as-of", "2024-03-20").json["as_of"] == "2024-03-20"
