"""The output of `explain`, `triage`, `summary` and `intention`, and the conventions for money."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import influence

Capture = pytest.CaptureFixture[str]

FIELD = {
    "customers.csv": "id,clv,segment,relation\nA,100000,s,customer\nB,30000,s,customer\n"
    "C,40000,s,customer\nD,250000,s,customer\nP,0,s,prospect\n",
    "ties.csv": "source,target\nP,D\n",
    "referrals.csv": "referrer,referred,date,margin\nA,C,2024-01-01,40000\nB,D,2024-01-01,250000\n",
    "surveys.csv": "customer,score,date\nA,10,2024-01-01\nB,3,2024-01-01\nB,9,2024-02-01\n",
}


@pytest.fixture
def store(tmp_path: Path, capsys: Capture) -> str:
    for name, text in FIELD.items():
        (tmp_path / name).write_text(text)
    url = str(tmp_path / "store")
    assert influence(capsys, "load", "tables", tmp_path, "--store", url).code == 0
    assert influence(capsys, "run", "--store", url).code == 0
    return url


def test_triage_matches_the_example_of_the_documentation(store: str, capsys: Capture) -> None:
    rows = influence(capsys, "triage", "A", "B", "--store", store).json
    assert {row["customer"]: row["network_value_gross"] for row in rows} == {
        "A": 140_000,
        "B": 280_000,
    }
    said = influence(capsys, "triage", "A", "B", "--store", store, "--format", "table").out
    assert "what they spend (CLV): A 100,000.00, B 30,000.00" in said
    assert "whom to call first (gross network value): B 280,000.00, A 140,000.00" in said
    assert "by CLV A has 3.3 times the value of B" in said
    assert "; by gross network value A has 0.5 times the value of B" in said


def test_explain_shows_value_referrals_and_sentiment(store: str, capsys: Capture) -> None:
    told = influence(capsys, "explain", "B", "--store", store).json
    assert told["referrals"] == [{"customer": "D", "clv": 250_000.0, "crv": 250_000.0}]
    assert told["referred_by"] is None
    assert (told["crv"], told["referral_value"], told["stance"]) == (250_000, 125_000, "promoter")
    assert influence(capsys, "explain", "D", "--store", store).json["referred_by"] == "B"
    screen = influence(capsys, "explain", "B", "--store", store, "--format", "table").out
    assert "referred D: CRV 250,000.00 (whole tree of referrals 250,000.00), 125,000.00" in screen
    assert "promoter (sentiment +1)" in screen
    assert len(screen.splitlines()) < 40


def test_intervals_are_the_same_in_every_command(store: str, capsys: Capture) -> None:
    ends = ["network_value_low", "network_value_high", "rank_low", "rank_high"]
    assert not {*ends} & {*influence(capsys, "explain", "A", "--store", store).json}
    screen = influence(capsys, "explain", "A", "--store", store, "--format", "table").out
    assert "(95 %)" not in screen
    folder = Path(store).parent
    (folder / "customers.csv").write_text("id,clv,clv_se\nA,100000,30000\nB,30000,9000\n")
    assert influence(capsys, "load", "tables", folder / "customers.csv", "--store", store).code == 0
    assert influence(capsys, "run", "--store", store).code == 0
    explained = influence(capsys, "explain", "A", "--store", store).json
    low, high, *ranks = (explained[name] for name in ends)
    assert low < explained["network_value"] < high
    screen = influence(capsys, "explain", "A", "--store", store, "--format", "table").out
    between = f"network value between {low:,.2f} and {high:,.2f}"
    assert f"{between}, rank between {ranks[0]} and {ranks[1]} (95 %)" in screen
    asked = ("--where", "customer = A", "--columns", ",".join(ends), "--store", store)
    assert influence(capsys, "top", *asked).json == [{name: explained[name] for name in ends}]
    assert influence(capsys, "export", folder / "A.csv", *asked).code == 0
    _, row = (folder / "A.csv").read_text().splitlines()
    assert [float(cell) for cell in row.split(",")] == [low, high, *ranks]
    said = influence(capsys, "summary", "--store", store).err
    assert "95 % intervals of network value and rank include the errors of CLV" in said


def test_summary_by_relation(store: str, capsys: Capture) -> None:
    rows = influence(capsys, "summary", "--by", "relation", "--store", store).json
    prospects = next(row for row in rows if row["relation"] == "prospect")
    assert (prospects["customers"], prospects["free"], prospects["clv"]) == (1, 1, 0)
    assert prospects["network_value"] > 0


def test_score_cards_stand_side_by_side_with_the_contacts_below(
    tmp_path: Path, capsys: Capture
) -> None:
    tables = {
        "customers": "id,name,clv\nA,Ada,10\nB,,5\n",
        "ties": "source,target,network\nA,B,club\n",
        "engagements": "customer,kind\nA,review\n",
        "profiles": "customer,network,contacts\nA,club,7\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    store = tmp_path / "store"
    influence(capsys, "load", "tables", tmp_path, "--store", store)
    influence(capsys, "run", "--store", store)
    ask = ("scorecard", "A", "B", "--store", store)
    shown = influence(capsys, *ask, "--format", "table").out
    lines = [line.split() for line in shown.splitlines()]
    assert ["A", "Ada", "B"] in lines
    assert ["knowledge", "50.00"] in lines
    assert ["CLV", "10.00", "5.00"] in lines
    assert ["A", "Ada", "club", "1", "6", "7"] in lines
    assert "no act, purchase or survey in the window has no score card" in shown
    one, other = influence(capsys, *ask).json
    assert one["networks"] == [{"network": "club", "inside": 1, "outside": 6, "contacts": 7}]
    assert (other["quadrant"], other["networks"][0]["inside"]) == (None, 1)
    table = influence(capsys, *ask, "--ids-only", "--format", "csv").out.splitlines()
    assert table[0].startswith('"customer","quadrant","tier","social_percentile"')
    assert len(table) == 3


def test_groups_without_a_name_are_called_none_on_a_screen(store: str, capsys: Capture) -> None:
    ask = ("summary", "--by", "tier", "--store", store)
    assert "(none)" in influence(capsys, *ask, "--format", "table").out
    assert "" in {row["tier"] for row in influence(capsys, *ask).json}


def test_summary_by_relation_says_why_nobody_is_credited(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "customers.csv").write_text(
        "id,clv,relation,do_not_profile\nA,10,customer,false\nB,5,fan,false\nH,7,fan,true\n"
    )
    (tmp_path / "ties.csv").write_text("source,target\nA,H\n")
    store = tmp_path / "store"
    influence(capsys, "load", "tables", tmp_path, "--store", store)
    influence(capsys, "run", "--store", store)
    found = influence(capsys, "summary", "--by", "relation", "--store", store)
    assert "left out: it could reveal the value of a customer who is not profiled" in found.err
    assert not any(name.startswith("from_") for row in found.json for name in row)
    assert "left out" not in influence(capsys, "summary", "--by", "tier", "--store", store).err


def test_intention_prints_one_sentence_per_segment(store: str, capsys: Capture) -> None:
    (row,) = influence(capsys, "intention", "--store", store).json
    assert (row["segment"], row["answered"], row["said"], row["did"]) == ("s", 2, 2, 2)
    assert "too few to compare" in row["sentence"]
    wrong = influence(capsys, "intention", "--by", "nothing", "--store", store)
    assert (wrong.code, wrong.out) == (2, "")


def test_conventions_are_set_by_flag_and_by_file(
    store: str, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def share(*flags: str) -> float:
        assert influence(capsys, "run", "--store", store, *flags).code == 0
        told: float = influence(capsys, "explain", "B", "--store", store).json["referral_value"]
        return told

    assert share("--set", "referral_share=1") == 250_000
    Path("influence.toml").write_text("[value]\nreferral_share = 0.2\n")
    assert share() == 50_000
    assert share("--set", "referral_share=0") == 0
    for wrong, word in {
        "referral_share=2": "between 0 and 1", "referal_share=1": "did you mean referral_share",
        "margin=much": "valid number", "margin": "NAME=VALUE", "own_value=other": "simple",
    }.items():  # fmt: skip
        refused = influence(capsys, "run", "--store", store, "--set", wrong)
        assert refused.code == 2, wrong
        assert word in refused.err


def test_a_referral_cycle_is_refused_and_shown(store: str, capsys: Capture, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong" / "referrals.csv"
    wrong.parent.mkdir()
    # together with A → C, which the store has
    wrong.write_text("referrer,referred\nC,P\nP,A\nD,D\n")
    refused = influence(capsys, "load", "tables", wrong, "--store", store)
    assert refused.code == 3
    assert "referrals.csv:3: referred: " in refused.err
    assert "A → C → P → A" in refused.err
    assert (
        "referrals.csv:4: referred: referrer and referred are the same customer: 'D'" in refused.err
    )
