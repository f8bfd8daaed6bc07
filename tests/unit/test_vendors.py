"""The mappings that are shipped, on small synthetic exports in the shapes of the vendors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest

from influence import Rules, validate
from influence.cli.commands.load_mapped import load_mapped
from influence.loaders.mapped import propose_mapping, read, read_mapping, vendors
from influence.loaders.mapped.matching import bare, parts_of
from influence.loaders.mapped.schema import Rows

EXPORTS = Path(__file__).parents[1] / "vendors"
SHAPES = Path(__file__).parents[2].parent / "shared" / "data" / "crm-export-shapes" / "columns.json"

ROWS: dict[str, dict[str, set[tuple[Any, ...]]]] = {
    "salesforce": {
        "customers.id,relation": {
            ("001A", "account"), ("001B", "account"), ("003A", "contact"), ("003B", "contact"),
            ("003C", "contact"),
        },
        "ties.source,target,kind": {
            ("001B", "001A", "subsidiary of"), ("003A", "001A", "works for"),
            ("003B", "001A", "works for"), ("003B", "003A", "reports to"),
            ("003A", "001B", "influencer"), ("003A", "001B", "executive sponsor"),
            ("003B", "001B", "tie"),
        },
        "transactions.customer,amount,order": {("001A", 1200.5, "006A"), ("001B", 300.0, "006C")},
        "engagements.customer,kind,network": {("003A", "campaign_response", "701A")},
    },
    "hubspot": {
        "customers.id,name,relation": {
            ("101", "Ana Ruiz", "customer"), ("102", "Bo Li", "lead"), ("103", "Cy", "customer"),
            ("201", "Di Ott", "customer"), ("202", "Ed", "lead"),
            ("company-7", None, "company"), ("company-8", None, "company"),
        },
        "ties.source,target,kind": {
            ("101", "company-7", "works for"), ("101", "company-8", "works for"),
            ("102", "company-7", "works for"), ("201", "company-7", "works for"),
        },
        "transactions.customer,amount,order": {("101", 500.0, "901")},
    },
    "mailchimp": {
        "customers.id,relation": {
            ("ana@acme.example", "subscriber"), ("bo@acme.example", "subscriber"),
            ("cy@gmail.com", "subscriber"), ("di@gmail.com", "subscriber"),
            ("ed@x.example", "unsubscribed"),
        },
        "ties.source,target,kind": {("ana@acme.example", "bo@acme.example", "same domain")},
        "engagements.customer,kind,network": {
            ("ana@acme.example", "email_open", "e-mail"),
            ("bo@acme.example", "email_click", "e-mail"),
            ("ana@acme.example", "bounce", "e-mail"),
        },
    },
    "nps": {
        "surveys.customer,score": {
            ("c1", 10.0), ("c2", 0.0), ("c4", 7.0), ("c5", 3.0), ("c6", 10.0),
        },
    },
    "shopify": {
        "customers.id,name": {
            ("ana@x.example", "Ana Ruiz"), ("bo@x.example", "Bo Li"), ("cy@x.example", None),
        },
        "transactions.customer,amount,order": {
            ("ana@x.example", 15.0, "#1001"), ("ana@x.example", 10.0, "#1002"),
            ("ana@x.example", -4.0, "refund of #1002"), ("bo@x.example", 10.0, "#1003"),
        },
        "ties.source,target,kind,strength": {
            ("ana@x.example", "bo@x.example", "same address", 1.0),
            ("ana@x.example", "bo@x.example", "same products", 3.0),
        },
    },
    "stripe": {
        "customers.id,name": {("cus_1", "Ana Ruiz"), ("cus_2", "Bo Li")},
        "transactions.customer,amount,order,currency": {
            ("cus_1", 19.99, "ch_1", "EUR"), ("cus_2", 30.0, "ch_2", "EUR"),
            ("cus_2", -30.0, "refund of ch_2", "EUR"), ("cus_1", 19.99, "ch_5", "EUR"),
            ("cus_1", -5.0, "refund of ch_5", "EUR"),
        },
    },
    "referrals": {
        "referrals.referrer,referred": {
            ("ana@x.example", "bo@x.example"), ("11", "12"),
        },
    },
}  # fmt: skip
"""Vendor → table and columns → the rows of its fixtures."""


@pytest.mark.parametrize("vendor", vendors())
def test_a_shipped_mapping_reads_the_exports_of_its_vendor(vendor: str) -> None:
    checked = validate(read([EXPORTS / vendor], vendor), Rules(add_missing=0.0))
    for place, rows in ROWS[vendor].items():
        table, columns = place.split(".")
        found = checked.tables[table]
        cells = [found[column].to_pylist() for column in columns.split(",")]
        assert {*zip(*cells, strict=True)} == rows, place
    for counts in checked.rows.values():
        assert counts.rows == counts.read + counts.merged + counts.dropped
        assert counts.refused == 0


@pytest.mark.parametrize("vendor", vendors())
def test_every_kind_of_file_has_a_fixture_or_is_from_general_knowledge(vendor: str) -> None:
    notes = read([EXPORTS / vendor], vendor).notes
    absent = {name for note in notes if note.event == "files_absent"
              for name in note.fields["names"]}  # fmt: skip
    assert absent <= {"companies"}


@pytest.mark.parametrize("vendor", vendors())
def test_map_recognises_the_exports_of_a_vendor(vendor: str) -> None:
    _, notes = propose_mapping([EXPORTS / vendor])
    recognised = [note for note in notes if note.event == "vendor_recognised"]
    assert recognised
    assert {note.fields["vendor"] for note in recognised} == {vendor}


def test_the_help_names_the_shipped_mappings() -> None:
    option = next(p for p in load_mapped.params if p.name == "mapping")
    assert isinstance(option, click.Option)
    assert option.help is not None
    assert all(vendor in option.help for vendor in vendors())


@pytest.mark.skipif(not SHAPES.exists(), reason="the data of ../shared are not here")
@pytest.mark.parametrize(
    ("vendor", "file", "shape"),
    [
        ("salesforce", "accounts", "salesforce_account"),
        ("salesforce", "contacts", "salesforce_contact"),
        ("salesforce", "account-contact relations", "salesforce_account_contact_relation"),
        ("salesforce", "campaign members", "salesforce_campaign_member"),
        ("hubspot", "contacts", "hubspot_contacts_export"),
        ("hubspot", "contacts of the API", "hubspot_contact_api"),
        ("mailchimp", "subscribed", "mailchimp_audience_export"),
        ("nps", "answers", "nps_survey_csv"),
        ("referrals", "rewardful", "referral_rewardful"),
        ("referrals", "smile.io", "referral_smile_io"),
        ("referrals", "firstpromoter", "referral_firstpromoter"),
        ("referrals", "saasquatch", "referral_saasquatch"),
        ("referrals", "open loyalty", "referral_open_loyalty"),
        ("referrals", "list of addresses", "referral_generic_csv"),
    ],
)
def test_the_columns_are_those_of_the_vendor(vendor: str, file: str, shape: str) -> None:
    """Of names that a mapping must find, every one occurs in an export of the vendor."""
    columns = {*map(bare, json.loads(SHAPES.read_text("utf-8"))[shape]["columns"])}
    kind = next(each for each in read_mapping(vendor).file if each.name == file)
    for part in parts_of(kind):
        cells = part.columns.values() if isinstance(part, Rows) else (part.customer, part.by)
        for value in cells:
            known = {*map(bare, value.names)} & columns
            assert known or value.constant is not None or value.optional, value
