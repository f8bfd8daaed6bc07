"""What every CRM that scores are pushed to must do, against servers that answer as it does."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyarrow as pa
import pytest

from influence.errors import CrmError, UsageError
from influence.loaders.crm import VENDORS, Access, connect, push
from influence.loaders.crm.salesforce import BULK_FROM
from tests.fake_crm import ID, REFRESH, SECRET, Answer, FakeCrm, serving
from tests.fake_hubspot import FakeHubSpot
from tests.fake_salesforce import FakeSalesforce

if TYPE_CHECKING:
    from collections.abc import Iterator

    from influence.loaders.crm import HubSpot, PushResult, Salesforce

COLUMNS = ("network_value", "rank", "quadrant")
LONGEST_ADDRESS = 16_000
"""Characters of an address that Salesforce accepts."""


class Setup:
    """A server with contacts 1, 2 …, and a connection to it."""

    destination: Salesforce | HubSpot

    def __init__(self, fake: FakeCrm, url: str) -> None:
        self.fake, self.url = fake, url
        self.waits: list[float] = []

    def connect(self, **credentials: str) -> AbstractContextManager[Salesforce | HubSpot]:
        access = Access(self.url, VENDORS[self.fake.vendor].version, **credentials)
        return connect(self.fake.vendor, access, self.waits.append)

    def contacts(self, number: int, **values: Any) -> None:
        for each in range(1, number + 1):
            self.fake.put(self.fake.contact, self.fake.id_of(each), **self.named(values))

    def named(self, values: dict[str, Any]) -> dict[str, Any]:
        return {self.fake.names[name]: value for name, value in values.items()}

    def rows(self, number: int, **values: Any) -> pa.Table:
        """The same values for contacts 1, 2 …."""
        ids = [self.fake.id_of(each) for each in range(1, number + 1)]
        return pa.table({"customer": ids, **{name: [v] * number for name, v in values.items()}})

    def push(self, rows: pa.Table, **options: Any) -> PushResult:
        fields = {name: self.fake.names[name] for name in COLUMNS if name in rows.column_names}
        result = push(self.destination, rows, fields, **options)
        total = result.sent + result.unchanged + result.failed + result.no_match
        assert total == len(rows)
        assert result.failed == len(result.errors)
        return result

    def value(self, number: int, column: str) -> Any:
        value = self.fake.records[self.fake.contact][self.fake.id_of(number)]
        return value.get(self.fake.names[column])

    def writes(self) -> int:
        """The number of requests that may have changed something."""
        reads = ("batch/read", "search")
        return sum(each.method != "GET" and not each.path.endswith(reads)
                   for each in self.fake.requests)  # fmt: skip


@contextmanager
def connected(fake: FakeCrm) -> Iterator[Setup]:
    with serving(fake) as url:
        setup = Setup(fake, url)
        with setup.connect(token=fake.token) as setup.destination:
            yield setup


@pytest.fixture(params=[FakeSalesforce, FakeHubSpot], ids=["salesforce", "hubspot"])
def crm(request: pytest.FixtureRequest) -> Iterator[Setup]:
    with connected(request.param()) as setup:
        yield setup


def test_values_that_differ_are_sent_and_sent_only_once(crm: Setup) -> None:
    crm.contacts(5, network_value=None)
    crm.contacts(2, network_value=12.35)
    rows = crm.rows(5, network_value="12.35")
    first = crm.push(rows)
    assert (first.sent, first.unchanged) == (3, 2)
    assert float(crm.value(5, "network_value")) == 12.35
    before = crm.writes()
    again = crm.push(rows)
    assert (again.sent, again.unchanged) == (0, 5)
    assert crm.writes() == before


def test_only_the_fields_that_differ_are_sent(crm: Setup) -> None:
    crm.contacts(1, network_value=1.0, rank=7, quadrant="miser")
    result = crm.push(crm.rows(1, network_value=2.5, rank=7, quadrant="miser"))
    (change,) = result.changes
    assert change.values == {crm.fake.names["network_value"]: 2.5}
    (sent,) = crm.fake.sent("batch/update") or crm.fake.sent("composite/sobjects")
    assert crm.fake.names["rank"] not in str(sent.body)


def test_a_dry_run_shows_the_difference_and_sends_nothing(crm: Setup) -> None:
    crm.contacts(2, network_value=1.0)
    result = crm.push(crm.rows(2, network_value=3.0), dry_run=True)
    assert result.sent == 2
    assert crm.writes() == 0
    assert [[*change.values.values()] for change in result.changes] == [[3], [3]]
    assert [float(v) for change in result.changes for v in change.before.values()] == [1, 1]
    assert crm.value(1, "network_value") == 1.0


def test_an_empty_batch_sends_no_request(crm: Setup) -> None:
    crm.push(crm.rows(0, network_value=1.0))
    assert crm.fake.requests == []
    assert crm.destination.update(crm.fake.contact, []) == []
    assert crm.fake.requests == []


def test_customers_without_a_record_are_counted_and_never_created(crm: Setup) -> None:
    crm.contacts(2)
    crm.fake.delete(crm.fake.contact, crm.fake.id_of(2))
    strangers = pa.table({"customer": ["o'Neil", "company-1"], "network_value": [1.0, 1.0]})
    rows = pa.concat_tables([crm.rows(4, network_value=1.0), strangers])
    result = crm.push(rows)
    assert (result.sent, result.no_match) == (1, 5)
    assert len(crm.fake.records[crm.fake.contact]) == 2


def test_a_row_that_is_refused_is_reported_and_the_others_are_updated(crm: Setup) -> None:
    crm.contacts(7)
    rows = crm.rows(7, quadrant="miser").to_pylist()
    rows[3]["quadrant"] = "a text that is too long"
    result = crm.push(pa.Table.from_pylist(rows))
    assert (result.sent, result.failed) == (6, 1)
    (error,) = result.errors
    assert error.customer == crm.fake.id_of(4)
    assert "STRING_TOO_LONG" in error.error or "VALIDATION_ERROR" in error.error
    assert [crm.value(each, "quadrant") for each in (3, 4, 5)] == ["miser", None, "miser"]


def test_a_record_that_is_deleted_meanwhile_fails_alone(crm: Setup) -> None:
    crm.contacts(3)
    result = crm.push(crm.rows(3, rank=1), dry_run=True)
    crm.fake.delete(crm.fake.contact, crm.fake.id_of(2))
    errors = crm.destination.update(crm.fake.contact, result.changes)
    assert [error.customer for error in errors] == [crm.fake.id_of(2)]
    assert int(crm.value(3, "rank")) == 1


def test_records_are_found_by_another_key(crm: Setup) -> None:
    for number, key in enumerate(["c-1", "o'Neil\\", "c-3"], 1):
        crm.fake.put(crm.fake.contact, crm.fake.id_of(number), **crm.named({"key": key}))
    rows = pa.table({"customer": ["c-3", "o'Neil\\", "c-9"], "rank": [3, 2, 9]})
    result = crm.push(rows, id_field=crm.fake.names["key"])
    assert (result.sent, result.no_match) == (2, 1)
    assert [crm.value(each, "rank") and int(crm.value(each, "rank")) for each in (1, 2, 3)] == [
        None, 2, 3,
    ]  # fmt: skip


def test_a_column_may_hold_the_key(crm: Setup) -> None:
    crm.contacts(2, key="other")
    crm.fake.put(crm.fake.contact, crm.fake.id_of(2), **crm.named({"key": "ANA@x.example"}))
    rows = pa.table({"customer": ["a", "b"], "email": ["Ana@x.example", None], "rank": [1, 2]})
    result = crm.push(rows, id_field=crm.fake.names["key"], key="email")
    assert (result.sent, result.no_match) == (1, 1)
    assert int(crm.value(2, "rank")) == 1


def test_a_key_of_several_records_is_an_error_of_the_row(crm: Setup) -> None:
    crm.contacts(2, key="c-1")
    crm.fake.put(crm.fake.contact, crm.fake.id_of(3), **crm.named({"key": "c-3"}))
    rows = pa.table({"customer": ["c-1", "c-3"], "rank": [1, 3]})
    result = crm.push(rows, id_field=crm.fake.names["key"])
    assert (result.sent, result.failed) == (1, 1)
    assert "2 records" in result.errors[0].error
    assert crm.value(1, "rank") is None


def test_values_that_are_not_known_empty_the_field(crm: Setup) -> None:
    crm.contacts(2, network_value=5.0, quadrant="miser")
    table = crm.rows(2, network_value=float("nan"), quadrant=None)
    assert crm.push(table).sent == 2
    assert crm.value(1, "network_value") is None
    assert crm.value(1, "quadrant") is None
    assert crm.push(table).unchanged == 2


def test_a_text_for_a_number_is_an_error_of_the_row(crm: Setup) -> None:
    crm.contacts(2)
    ids = [crm.fake.id_of(each) for each in (1, 2)]
    result = crm.push(pa.table({"customer": ids, "rank": ["first", "2"]}))
    assert (result.sent, result.failed) == (1, 1)
    assert "holds numbers, not 'first'" in result.errors[0].error


def test_fields_that_are_missing_or_read_only_are_one_error(crm: Setup) -> None:
    crm.contacts(1)
    fields = {"network_value": "nothing_here", "rank": crm.fake.names["own_key"]}
    with pytest.raises(UsageError, match=r"no nothing_here; .* is read-only"):
        push(crm.destination, crm.rows(1, network_value=1.0, rank=1), fields)
    assert crm.writes() == 0


def test_an_unknown_sort_of_record_is_refused(crm: Setup) -> None:
    with pytest.raises(UsageError, match="no object Robot: there are"):
        crm.push(crm.rows(1, rank=1), target="Robot")


def test_it_waits_as_long_as_the_crm_asks(crm: Setup) -> None:
    crm.contacts(1)
    crm.fake.busy = [{"Retry-After": "7"}, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, {}]
    assert crm.push(crm.rows(1, rank=1)).sent == 1
    assert crm.waits[:2] == [7.0, 0.5]
    assert 0 <= crm.waits[2] <= 30


def test_it_gives_up_if_it_has_to_wait_too_long(crm: Setup) -> None:
    crm.fake.busy = [{"Retry-After": "86400"}]
    with pytest.raises(CrmError, match="answers 429"):
        crm.push(crm.rows(1, rank=1))
    assert crm.waits == []


def test_an_expired_token_is_renewed_once(crm: Setup) -> None:
    crm.fake.page = 100
    crm.contacts(300)
    client = {"client_id": ID, "client_secret": SECRET, "refresh_token": REFRESH}
    with crm.connect(token="old", **client) as destination:
        result = push(destination, crm.rows(300, rank=1), {"rank": crm.fake.names["rank"]})
    assert result.sent == 300
    assert crm.fake.tokens == 2


def test_a_token_is_fetched_where_none_is_given(crm: Setup) -> None:
    crm.contacts(1)
    with crm.connect(client_id=ID, client_secret=SECRET) as destination:
        push(destination, crm.rows(1, rank=1), {"rank": crm.fake.names["rank"]})
    assert crm.fake.tokens == 2


def test_an_expired_token_without_a_client_is_an_error(crm: Setup) -> None:
    crm.fake.expire()
    with pytest.raises(CrmError, match="answers 401"):
        crm.push(crm.rows(1, rank=1))
    assert len(crm.fake.requests) == 1


@pytest.mark.parametrize("secret", [SECRET, "wrong-secret"])
def test_no_message_contains_a_credential(crm: Setup, secret: str) -> None:
    """The server repeats what it was sent; a token that it calls expired is never accepted."""
    crm.fake.token = "never"
    crm.fake.expire = lambda: None  # type: ignore[method-assign]
    client = {"client_id": ID, "client_secret": secret, "refresh_token": "wrong-refresh"}
    with (
        crm.connect(token="old-token", **client) as destination,
        pytest.raises(CrmError) as error,
    ):
        push(destination, crm.rows(1, rank=1), {"rank": "Network_Value_Rank__c"})
    for hidden in ("old-token", ID, secret, "wrong-refresh"):
        assert hidden not in str(error.value)
    assert "***" in str(error.value)


def test_from_2000_changes_on_salesforce_gets_a_job() -> None:
    fake = FakeSalesforce()
    fake.page = 200
    with connected(fake) as crm:
        crm.contacts(BULK_FROM, rank=5)
        crm.fake.put("Contact", fake.id_of(1), Influence_Quadrant__c="miser")
        rows = crm.rows(BULK_FROM, network_value=2.5, rank=5, quadrant="miser").to_pylist()
        rows[7] |= {"quadrant": "a text, that is too long", "rank": None}
        rows[9] |= {"rank": None}
        result = crm.push(pa.Table.from_pylist(rows))
    assert (result.sent, result.failed) == (BULK_FROM - 1, 1)
    assert result.errors[0].customer == fake.id_of(8)
    assert "STRING_TOO_LONG" in result.errors[0].error
    (upload,) = [each for each in fake.requests if each.method == "PUT"]
    head, first, *_ = upload.body.splitlines()
    assert head == "Id,Influence_Quadrant__c,Network_Value_Rank__c,Network_Value__c"
    assert first == f"{fake.id_of(1)},,,2.5"  # what is the same is blank, and stays
    assert [crm.value(1, name) for name in ("rank", "quadrant")] == [5, "miser"]
    assert crm.value(10, "rank") is None
    assert not fake.sent("composite")
    assert crm.waits == [1.0]


def test_hubspot_is_spared_where_every_row_of_a_batch_is_refused() -> None:
    with connected(FakeHubSpot()) as crm:
        crm.contacts(350)
        rows = crm.rows(350, quadrant="a text that is too long")
        assert crm.push(rows).failed == 350
        assert len(crm.fake.sent("batch/update")) == 199


def test_companies_of_hubspot_have_ids_with_a_prefix() -> None:
    fake = FakeHubSpot()
    with connected(fake) as crm:
        crm.contacts(1)
        fake.put("companies", "1")
        rows = pa.table({"customer": ["1", "company-1"], "rank": [1, 2]})
        assert crm.push(rows, target="companies").no_match == 1
        assert fake.records["companies"]["1"]["network_value_rank"] == "2"
        assert crm.push(rows).no_match == 1
        assert crm.value(1, "rank") == "1"


def test_long_keys_are_asked_for_in_queries_that_fit_an_address() -> None:
    with connected(FakeSalesforce()) as crm:
        crm.fake.page = 1000
        keys = [f"{'ü' * 80}{each}@x.example" for each in range(60)]
        for number, key in enumerate(keys, 1):
            crm.fake.put("Contact", crm.fake.id_of(number), Customer_No__c=key)
        rows = pa.table({"customer": keys, "rank": [1] * 60})
        assert crm.push(rows, id_field="Customer_No__c").sent == 60
        queries = [each.query["q"] for each in crm.fake.sent("/query")]
        assert all(len(quote(query)) < LONGEST_ADDRESS for query in queries)
        assert crm.push(pa.table({"customer": [], "rank": []})).no_match == 0


def test_numbers_are_rounded_as_the_field_of_salesforce_is() -> None:
    fake = FakeSalesforce()
    with connected(fake) as crm:
        crm.contacts(1)
        rows = crm.rows(1, network_value=-12.345678, rank=0.0001, quadrant=0.25)
        assert crm.push(rows).sent == 1
        assert [crm.value(1, each) for each in COLUMNS] == [-12.35, 0, "0.25"]
        assert crm.push(rows).unchanged == 1


def test_ids_of_salesforce_may_have_15_characters() -> None:
    fake = FakeSalesforce()
    with connected(fake) as crm:
        crm.contacts(1)
        rows = pa.table({"customer": [fake.id_of(1)[:15]], "rank": [1]})
        assert crm.push(rows).sent == 1
        twice = pa.table({"customer": [fake.id_of(1)[:15], fake.id_of(1)], "rank": [1, 2]})
        assert crm.push(twice).failed == 2


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://me:pass@crm.example", "must not contain"),
        ("http://crm.example", "unencrypted"),
        ("crm.example", "must be https"),
        ("https://crm.example:port", "must be https"),
        ("", "must be https"),
    ],
)
def test_credentials_are_sent_only_to_a_safe_address(url: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as error:
        Access(url, "v3", token="the-token")
    assert "pass" not in str(error.value).replace("password", "")


def test_a_credential_with_a_line_break_is_refused_and_not_shown() -> None:
    with pytest.raises(UsageError, match="line break") as error:
        Access("https://crm.example", "v3", token="the\ntoken")
    assert "token" not in str(error.value)


def test_a_page_instead_of_an_answer_is_an_error(crm: Setup) -> None:
    crm.fake.answer = lambda _: Answer("<html>Log in</html>")  # type: ignore[method-assign]
    with pytest.raises(CrmError, match="answers 200: no JSON"):
        crm.push(crm.rows(1, rank=1))


def test_access_needs_credentials_and_does_not_show_them() -> None:
    with pytest.raises(UsageError, match="no credentials"):
        Access("https://crm.example", "v3", client_id="x")
    access = Access("https://crm.example", "v3", token="the-token", client_secret="hush")
    assert "the-token" not in repr(access)
    assert "hush" not in repr(access)
