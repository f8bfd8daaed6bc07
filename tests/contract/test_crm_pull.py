"""Pulling: files in the vendor's shape, that follow what changes in the CRM."""

from __future__ import annotations

import csv
import json
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from influence import Rules, validate
from influence.errors import CrmError, InfluenceError, UsageError
from influence.loaders import mapped
from influence.loaders.crm import VENDORS, Access, connect, pull
from influence.loaders.crm.pull import OVERLAP, STATE
from tests.fake_crm import Answer, FakeCrm, serving
from tests.fake_hubspot import FakeHubSpot
from tests.fake_salesforce import FakeSalesforce

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from influence.loaders.crm import HubSpot, Pulled, Salesforce
    from influence.tables.notes import Note
    from tests.fake_crm import Request

OTHERS = {"salesforce": ("Account", "Opportunity"), "hubspot": ("companies", "deals")}


class Setup:
    """A server with a small company, and a folder that follows it."""

    def __init__(self, fake: FakeCrm, source: Salesforce | HubSpot, folder: Path) -> None:
        self.fake, self.source, self.folder = fake, source, folder

    def pull(self, folder: Path | None = None, **options: Any) -> dict[str, Pulled]:
        files, self.notes = pull(
            self.source, folder or self.folder, clock=lambda: self.fake.now, **options
        )
        return {file.object: file for file in files}

    def rows(self, name: str, folder: Path | None = None) -> list[dict[str, str]]:
        with ((folder or self.folder) / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return [*csv.DictReader(file)]

    def first(self, values: dict[str, Any], number: int = 1) -> None:
        """Make or change a contact."""
        names = {"salesforce": {"first": "FirstName", "last": "LastName"},
                 "hubspot": {"first": "firstname", "last": "lastname"}}  # fmt: skip
        named = {names[self.fake.vendor][name]: value for name, value in values.items()}
        self.fake.put(self.fake.contact, self.fake.id_of(number), **named)

    notes: list[Note]


def salesforce(fake: FakeSalesforce) -> None:
    """Fill an org: two accounts, three contacts, a relation and a purchase."""
    fake.put("Account", "001A", Name="Acme", Industry="Retail",
             CreatedDate="2020-02-03T08:00:00.000+0000")  # fmt: skip
    fake.put("Account", "001B", Name='Nord "and"\nSüd, Ltd', ParentId="001A")
    fake.put("AccountContactRelation", "07kA", AccountId="001B", ContactId=fake.id_of(1),
             Roles="Influencer;Executive Sponsor", IsActive=True)  # fmt: skip
    for number, name in enumerate(("Ruiz", "Li", "Ott"), 1):
        fake.put("Contact", fake.id_of(number), LastName=name, AccountId="001A")
    fake.put("Opportunity", "006A", AccountId="001A", StageName="Gewonnen", IsWon=True,
             Amount=1200.5, CloseDate="2024-03-01")  # fmt: skip
    fake.put("Opportunity", "006B", AccountId="001A", StageName="Prospecting", Amount=9.0)


def hubspot(fake: FakeHubSpot) -> None:
    """Fill an account: two companies, three contacts and two deals, one of them won."""
    fake.put("companies", "7", name="Acme", industry="RETAIL")
    fake.put("companies", "8", name='Nord "and"\nSüd, Ltd')
    for number, name in enumerate(("Ruiz", "Li", "Ott"), 1):
        fake.put("contacts", str(number), lastname=name, createdate="2024-03-12T09:14:00.000Z")
    fake.put("deals", "901", dealname="One", dealstage="31415", hs_is_closed_won="true",
             closedate="2024-04-01T00:00:00Z", amount="500")  # fmt: skip
    fake.put("deals", "902", dealname="Two", dealstage="closedlost", hs_is_closed_won="false")
    fake.links["contacts", "companies"] = {"1": ["8", "7", "9"], "2": ["7"]}
    fake.put("companies", "9", name="Far")
    fake.links["deals", "contacts"] = {"901": ["2", "1"]}


@pytest.fixture(params=["salesforce", "hubspot"])
def crm(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Setup]:
    fake: FakeCrm
    if request.param == "salesforce":
        fake = FakeSalesforce()
        salesforce(fake)
    else:
        fake = FakeHubSpot()
        hubspot(fake)
    with serving(fake) as url:
        access = Access(url, VENDORS[fake.vendor].version, token=fake.token)
        with connect(fake.vendor, access, lambda _: None) as source:
            yield Setup(fake, source, tmp_path / "crm")


def test_the_mapping_of_the_vendor_reads_what_was_pulled(crm: Setup) -> None:
    crm.pull()
    checked = validate(mapped.read([crm.folder], crm.fake.vendor), Rules())
    customers, ties, purchases = (
        {*zip(*(checked.tables[table][name].to_pylist() for name in names), strict=True)}
        for table, names in (
            ("customers", ("id", "relation")),
            ("ties", ("source", "target", "kind")),
            ("transactions", ("customer", "amount")),
        )
    )
    one, two, three = (crm.fake.id_of(each) for each in (1, 2, 3))
    if crm.fake.vendor == "salesforce":
        assert customers == {("001A", "account"), ("001B", "account"), (one, "contact"),
                             (two, "contact"), (three, "contact")}  # fmt: skip
        assert (one, "001B", "executive sponsor") in ties
        assert ("001B", "001A", "subsidiary of") in ties
        assert purchases == {("001A", 1200.5)}
    else:
        assert {key for key, _ in customers} == {one, two, three, "company-7", "company-8",
                                                 "company-9"}  # fmt: skip
        assert ties == {(one, f"company-{key}", "works for") for key in (7, 8, 9)} | {
            (two, "company-7", "works for")
        }
        assert purchases == {("1", 500.0)}
    names = {*checked.tables["customers"]["name"].to_pylist()}
    assert 'Nord "and" Süd, Ltd' in {" ".join(name.split()) for name in names}


def test_a_second_pull_reads_and_writes_only_what_changed(crm: Setup) -> None:
    first = crm.pull()
    contact = crm.fake.contact
    assert (first[contact].rows, first[contact].new, first[contact].whole) == (3, 3, True)
    crm.fake.tick(hours=1)
    crm.first({"first": "Ana"})
    crm.first({"last": "New"}, 4)
    crm.fake.delete(contact, crm.fake.id_of(3))
    second = crm.pull()
    assert second[contact] == first[contact].__class__(
        contact, str(crm.folder / f"{contact}.csv"), 3, new=1, changed=1, removed=1, whole=False
    )
    assert [row["First Name" if "First Name" in row else "FirstName"]
            for row in crm.rows(contact)] == ["Ana", "", ""]  # fmt: skip
    crm.fake.tick(hours=1)
    third = crm.pull()
    assert all((f.new, f.changed, f.removed) == (0, 0, 0) for f in third.values())


def test_the_files_are_those_of_a_pull_of_everything(crm: Setup, tmp_path: Path) -> None:
    """Whatever happens between pulls, merged changes give the same files."""
    coin = random.Random(21)
    sorts = [crm.fake.contact, *OTHERS[crm.fake.vendor]]
    for _ in range(6):
        for _ in range(5):
            crm.fake.tick(minutes=coin.choice([0, 1, 30]))
            sort = coin.choice(sorts)
            prefix = {"Account": "001", "Opportunity": "006", "Contact": "003"}.get(sort)
            number = coin.randrange(1, 9)
            key = f"{prefix}{number:012}AAA" if prefix else str(number)
            if coin.random() < 0.3 and key in crm.fake.alive(sort):
                crm.fake.delete(sort, key)
            else:
                name = "Name" if prefix else "name"
                crm.fake.put(sort, key, **{name: f"n{coin.random()}"})
        crm.pull()
        everything = tmp_path / f"all-{crm.fake.now:%H%M}"
        crm.pull(everything, whole=True)
        for sort in crm.source.objects:
            file = f"{sort}.csv"
            assert (crm.folder / file).read_bytes() == (everything / file).read_bytes()


def test_records_that_become_visible_late_are_read(crm: Setup) -> None:
    crm.first({"last": "Newest"}, 3)
    crm.pull()
    crm.fake.tick(minutes=-9)
    crm.first({"last": "Late"}, 4)
    crm.fake.tick(minutes=30)
    assert crm.pull()[crm.fake.contact].new == 1
    assert timedelta(minutes=9) < OVERLAP


def test_a_sort_that_had_no_records_is_followed_whatever_our_clock_says(crm: Setup) -> None:
    sort = OTHERS[crm.fake.vendor][1]
    crm.fake.records[sort] = {}
    crm.fake.tick(days=1)
    crm.pull()
    crm.fake.tick(days=-1)
    crm.fake.put(sort, "5", Name="x", dealname="x")
    assert crm.pull()[sort].new == 1


def test_an_interrupted_pull_goes_on_where_it_was(crm: Setup) -> None:
    crm.pull()
    crm.fake.tick(hours=1)
    crm.first({"first": "Ana"})
    crm.fake.put(OTHERS[crm.fake.vendor][0], "5", Name="x", name="x")
    state = (crm.folder / STATE).read_text("utf-8")
    crm.pull()
    files = {file.name: file.read_bytes() for file in crm.folder.glob("*.csv")}
    (crm.folder / STATE).write_text(state, "utf-8")  # as if it had ended before the state
    again = crm.pull()
    assert all((f.new, f.changed, f.removed) == (0, 0, 0) for f in again.values())
    assert files == {file.name: file.read_bytes() for file in crm.folder.glob("*.csv")}


def test_a_failure_leaves_the_files_of_before(crm: Setup) -> None:
    crm.pull()
    crm.fake.tick(hours=1)
    crm.first({"first": "Ana"})
    crm.fake.expire()
    files = {file.name: file.read_bytes() for file in crm.folder.iterdir()}
    with pytest.raises(CrmError, match="answers 401"):
        crm.pull()
    assert files == {file.name: file.read_bytes() for file in crm.folder.iterdir()}


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        ("missing", "missing or was changed"),
        ("edited", "missing or was changed"),
        ("late", "days only"),
        ("columns", "other columns"),
    ],
)
def test_where_changes_do_not_suffice_all_records_are_read(
    crm: Setup, spoil: str, why: str
) -> None:
    crm.pull()
    contact = crm.fake.contact
    file, state = crm.folder / f"{contact}.csv", crm.folder / STATE
    if spoil == "missing":
        file.unlink()
    elif spoil == "edited":
        file.write_text("Id,Name\n1,x\n", "utf-8")
    elif spoil == "late":
        crm.fake.tick(days=100)
    else:
        found = json.loads(state.read_text("utf-8"))
        found["objects"][contact]["columns"].pop()
        state.write_text(json.dumps(found), "utf-8")
    again = crm.pull()
    assert again[contact].whole
    assert again[contact].rows == 3
    assert any(why in note for note in crm.notes)


def test_a_folder_of_another_crm_is_refused(crm: Setup) -> None:
    crm.pull()
    state = crm.folder / STATE
    state.write_text(state.read_text("utf-8").replace("127.0.0.1", "other.example"), "utf-8")
    with pytest.raises(UsageError, match=r"has files of http://other\.example"):
        crm.pull(whole=True)


def test_files_that_are_not_from_a_pull_are_not_replaced(crm: Setup) -> None:
    crm.folder.mkdir()
    own = crm.folder / f"{crm.fake.contact}.csv"
    own.write_text("Id\nmine\n", "utf-8")
    with pytest.raises(UsageError, match="not from a pull"):
        crm.pull()
    assert own.read_text("utf-8") == "Id\nmine\n"
    assert crm.pull(whole=True)[crm.fake.contact].rows == 3


def test_a_first_pull_that_was_interrupted_is_repeated(crm: Setup) -> None:
    crm.fake.page = 1
    answer = crm.fake.answer

    def failing(request: Request) -> Answer:
        return answer(request) if len(crm.fake.requests) < 6 else Answer({"message": "down"}, 500)

    crm.fake.answer = failing  # type: ignore[method-assign]
    with pytest.raises(CrmError, match="answers 500: down"):
        crm.pull()
    assert [*crm.folder.glob("*.csv")]
    crm.fake.answer = answer  # type: ignore[method-assign]
    assert crm.pull()[crm.fake.contact].rows == 3


def test_a_folder_that_cannot_be_written_is_an_error(crm: Setup) -> None:
    crm.folder.write_text("a file", "utf-8")
    with pytest.raises(InfluenceError, match="crm: "):
        crm.pull()


def test_a_damaged_state_is_refused(crm: Setup) -> None:
    crm.pull()
    (crm.folder / STATE).write_text("{", "utf-8")
    with pytest.raises(UsageError, match="delete it"):
        crm.pull()


def test_two_pulls_at_once_are_refused(crm: Setup) -> None:
    crm.folder.mkdir()
    with FileLock(crm.folder / f"{STATE}.lock"), pytest.raises(CrmError, match="another pull"):
        crm.pull()


def test_merged_contacts_of_hubspot_are_removed(tmp_path: Path) -> None:
    fake = FakeHubSpot()
    hubspot(fake)
    with (
        serving(fake) as url,
        connect("hubspot", Access(url, "2026-03", token=fake.token)) as source,
    ):
        crm = Setup(fake, source, tmp_path)
        crm.pull()
        fake.tick(hours=1)
        fake.records["contacts"].pop("2")
        fake.put("contacts", "1", hs_merged_object_ids="2;77")
        assert crm.pull()["contacts"].removed == 1


def test_the_older_paths_of_hubspot_have_the_version_first() -> None:
    access = Access("https://api.hubapi.com", "v3", token="x")
    with connect("hubspot", access) as source:
        assert source._path("objects", "contacts") == "/crm/v3/objects/contacts"
        assert (
            source._path("associations", "deals/contacts") == "/crm/v4/associations/deals/contacts"
        )


def test_what_an_org_does_not_have_is_noted(tmp_path: Path) -> None:
    fake = FakeSalesforce()
    salesforce(fake)
    fake.absent.add("AccountContactRelation")
    del fake.fields["Contact"]["Email"]
    with (
        serving(fake) as url,
        connect("salesforce", Access(url, "64.0", token=fake.token)) as source,
    ):
        crm = Setup(fake, source, tmp_path)
        assert "AccountContactRelation" not in crm.pull()
    assert [*map(str, crm.notes)] == [
        "AccountContactRelation cannot be read here",
        "Contact: Email cannot be read here",
    ]
    assert "Email" not in crm.rows("Contact")[0]
