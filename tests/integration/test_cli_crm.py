"""`pull` and `push` as a company runs them: from the CRM to scores, and back."""

from __future__ import annotations

import builtins
import csv
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands import influence
from tests.fake_crm import ID, REFRESH, SECRET, serving
from tests.fake_hubspot import FakeHubSpot
from tests.fake_salesforce import FakeSalesforce

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fake_crm import FakeCrm

TOKEN = "the-access-token"


@pytest.fixture
def salesforce(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeSalesforce]:
    """An org with an account, three contacts, two of whom report to one, and a purchase."""
    fake = FakeSalesforce()
    fake.put("Account", account(), Name="Acme")
    fake.put("Contact", fake.id_of(1), LastName="Ruiz", AccountId=account())
    for number in (2, 3):
        fake.put("Contact", fake.id_of(number), LastName=f"Li {number}", ReportsToId=fake.id_of(1))
    fake.put("Opportunity", "006A", AccountId=account(), StageName="Closed Won", Amount=900.0,
             CloseDate="2026-02-01")  # fmt: skip
    monkeypatch.chdir(tmp_path)
    with serve(fake, monkeypatch):
        yield fake


def account() -> str:
    return "001000000000001AAA"


@contextmanager
def serve(fake: FakeCrm, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve a CRM at the address and with the token of the environment."""
    fake.token = TOKEN
    prefix = fake.vendor.upper()
    with serving(fake) as url:
        monkeypatch.setenv(f"{prefix}_URL", url)
        monkeypatch.setenv(f"{prefix}_ACCESS_TOKEN", TOKEN)
        yield


def test_from_the_crm_to_scores_and_back(
    salesforce: FakeSalesforce, capsys: pytest.CaptureFixture[str]
) -> None:
    pulled = influence(capsys, "pull", "salesforce", "crm")
    assert pulled.code == 0, pulled.err
    assert {row["object"]: row["new"] for row in pulled.json} == {
        "Opportunity": 1, "AccountContactRelation": 0, "Contact": 3, "Account": 1,
    }  # fmt: skip
    load = ("load", "mapped", "crm", "--mapping", "salesforce", "--replace")
    assert influence(capsys, *load).code == 0
    assert influence(capsys, "run").code == 0

    dry = influence(capsys, "push", "salesforce", "--dry-run")
    assert dry.code == 0, dry.err
    assert {row["field"] for row in dry.json} == {"Network_Value__c", "Influence__c"}
    assert "3 records would be sent; nothing was sent" in dry.err
    assert "Network_Value" in dry.err
    assert "Network_Value__c" not in salesforce.records["Contact"][salesforce.id_of(1)]

    pushed = influence(capsys, "push", "salesforce")
    assert pushed.json == [{"sent": 3, "unchanged": 0, "failed": 0, "no_match": 1}]
    again = influence(capsys, "push", "salesforce")
    assert again.json == [{"sent": 0, "unchanged": 3, "failed": 0, "no_match": 1}]

    salesforce.tick(hours=1)
    salesforce.put("Opportunity", "006A", Amount=1000.0)
    assert influence(capsys, "pull", "salesforce", "crm").code == 0
    assert influence(capsys, *load).code == 0
    assert influence(capsys, "run").code == 0
    changed = influence(capsys, "push", "salesforce", "--object", "Account")
    assert changed.json == [{"sent": 1, "unchanged": 0, "failed": 0, "no_match": 3}]
    assert salesforce.records["Account"][account()]["Network_Value__c"] > 0


@pytest.fixture
def scored(salesforce: FakeSalesforce, capsys: pytest.CaptureFixture[str]) -> FakeSalesforce:
    influence(capsys, "pull", "salesforce", "crm")
    influence(capsys, "load", "mapped", "crm", "--mapping", "salesforce")
    influence(capsys, "run")
    return salesforce


def test_rows_that_are_refused_end_with_1_and_are_written_to_a_file(
    scored: FakeSalesforce, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    scored.fields["Contact"]["Influence_Quadrant__c"]["length"] = 3
    done = influence(
        capsys, "push", "salesforce", "--columns", "name", "--field", "name=Influence_Quadrant__c",
        "--errors", "errors.csv", "--where", "name has Ruiz or relation = contact",
    )  # fmt: skip
    assert done.code == 1
    assert done.json == [{"sent": 0, "unchanged": 0, "failed": 3, "no_match": 0}]
    assert "STRING_TOO_LONG" in done.err
    assert "3 customers were not updated" in done.err
    with (tmp_path / "errors.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert {row["customer"] for row in rows} == {scored.id_of(each) for each in (1, 2, 3)}
    assert {row["field"] for row in rows} == {"Influence_Quadrant__c"}


def test_fields_can_be_named(scored: FakeSalesforce, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--columns", "rank", "--field", "network-value=Influence__c")
    assert influence(capsys, "push", "salesforce", *options).code == 0
    row = scored.records["Contact"][scored.id_of(1)]
    assert {"Network_Value_Rank__c", "Influence__c"} <= {*row}
    assert "Network_Value__c" not in row


def test_a_column_of_the_company_needs_a_field(
    scored: FakeSalesforce, capsys: pytest.CaptureFixture[str]
) -> None:
    done = influence(capsys, "push", "salesforce", "--columns", "relation")
    assert done.code == 2
    assert "name the field of relation: --field relation=FIELD" in done.err


def test_fields_that_are_missing_are_named_before_anything_is_sent(
    scored: FakeSalesforce, capsys: pytest.CaptureFixture[str]
) -> None:
    done = influence(capsys, "push", "salesforce", "--columns", "crv,clv,rank")
    assert done.code == 2
    assert "there is no CRV__c; there is no CLV__c" in done.err


def test_scores_go_to_hubspot(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    fake = FakeHubSpot()
    for key in ("1", "2"):
        fake.put("contacts", key, lastname=f"n{key}")
    fake.put("companies", "7", name="Acme")
    fake.links["contacts", "companies"] = {"1": ["7"], "2": ["7"]}
    with serve(fake, monkeypatch):
        assert influence(capsys, "pull", "hubspot", "crm").code == 0
        load = influence(capsys, "load", "mapped", "crm", "--mapping", "hubspot")
        assert load.code == 0, load.err
        assert influence(capsys, "run").code == 0
        pushed = influence(capsys, "push", "hubspot")
        assert pushed.json == [{"sent": 2, "unchanged": 0, "failed": 0, "no_match": 1}]
        assert {"network_value", "influence"} <= {*fake.records["contacts"]["1"]}


@pytest.mark.parametrize("options", [(), ("--debug",), ("--log-format", "json", "--debug")])
@pytest.mark.parametrize("fault", ["token", "client", "address", "lost"])
def test_no_output_contains_a_credential(
    salesforce: FakeSalesforce,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    options: tuple[str, ...],
) -> None:
    """The server rejects the token, or the client and repeats its secret, or is not there."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("influence.loaders.crm.client.LOST_SECONDS", 0.0)
    salesforce.token = "another"
    if fault == "client":
        monkeypatch.setenv("SALESFORCE_CLIENT_ID", ID)
        monkeypatch.setenv("SALESFORCE_CLIENT_SECRET", f"{SECRET}-wrong")
        monkeypatch.setenv("SALESFORCE_REFRESH_TOKEN", REFRESH)
    if fault == "address":
        monkeypatch.setenv("SALESFORCE_URL", f"https://me:{SECRET}@acme.example")
    if fault == "lost":
        monkeypatch.setenv("SALESFORCE_URL", "http://127.0.0.1:9")
    done = influence(capsys, "pull", "salesforce", "crm", *options)
    assert done.code in {1, 2}
    for text in (done.out, done.err, caplog.text):
        for secret in (TOKEN, ID, SECRET, REFRESH):
            assert secret not in text


def test_without_credentials_a_sentence_names_the_variables(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("URL", "ACCESS_TOKEN", "CLIENT_ID"):
        monkeypatch.delenv(f"SALESFORCE_{name}", raising=False)
        monkeypatch.delenv(f"HUBSPOT_{name}", raising=False)
    done = influence(capsys, "pull", "salesforce", "crm")
    assert done.code == 2
    assert "SALESFORCE_URL" in done.err
    done = influence(capsys, "pull", "hubspot", "crm")
    assert done.code == 2
    assert "HUBSPOT_ACCESS_TOKEN" in done.err


def test_without_the_extra_a_sentence_says_what_to_install(
    salesforce: FakeSalesforce,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    real = builtins.__import__

    def without_httpx(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "httpx":
            raise ModuleNotFoundError(name=name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_httpx)
    done = influence(capsys, "pull", "salesforce", "crm")
    assert done.code == 1
    assert "pip install 'customer-influence[crm]'" in done.err
