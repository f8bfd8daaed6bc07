"""Exports for other programs: all rows, or those that changed since the last one."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest

from influence import InfluenceError, NothingToShow, Tables, UsageError, export_for, open_store, run
from influence.reports.targets import field_names
from influence.reports.wanted import Wanted
from tests.commands import influence as command

IDS = [f"C{i}" for i in range(8)]


def company(ids=IDS, clv=10.0, **more):
    """A chain of customers whose first has this CLV."""
    values = {"clv": [clv, *(5.0 + i for i in range(1, len(ids)))], **more}
    return Tables(customers={"id": ids, **values}, ties={"source": ids[:-1], "target": ids[1:]})


@pytest.fixture
def scored(store):
    store.write_tables(company(email=[f"{key}@example.org" for key in IDS]))
    run(store)
    return store


def rows(path):
    """The rows of a file by their first cell."""
    with path.open(encoding="utf-8", newline="") as source:
        return {row[0]: row for row in list(csv.reader(source))[1:]}


def header(path):
    with path.open(encoding="utf-8", newline="") as source:
        return next(csv.reader(source))


@pytest.mark.parametrize("target", ["salesforce", "hubspot", "mailchimp", "csv"])
def test_only_rows_that_changed_are_written(scored, tmp_path, target):
    key = "email" if target == "mailchimp" else None
    full, changed = tmp_path / "full.csv", tmp_path / "changed.csv"

    def export(path, **how):
        return export_for(scored, target, path, key=key, **how)

    first = export(full, changed=True)
    assert (first.customers, first.before, first.other_fields) == (8, None, False)
    before = rows(full)
    assert export(changed, changed=True).customers == 0
    assert (rows(changed), header(changed)) == ({}, header(full))
    scored.write_tables(company(clv=11.0))
    run(scored)
    done = export(changed, changed=True)
    export(full)
    difference = {name: row for name, row in rows(full).items() if before.get(name) != row}
    assert rows(changed) == difference
    assert 0 < len(difference) == done.customers < 8
    # The full export was one, too.
    assert export(changed, changed=True).customers == 0


def test_each_program_has_its_own_last_export(scored, tmp_path):
    path = tmp_path / "a.csv"
    export_for(scored, "hubspot", path)
    assert export_for(scored, "salesforce", path, changed=True).customers == 8
    assert export_for(scored, "hubspot", path, changed=True).customers == 0
    assert scored.last_export("mailchimp") is None


def test_customers_who_left_are_counted_once(scored, tmp_path):
    path = tmp_path / "a.csv"
    export_for(scored, "csv", path)
    scored.write_tables(company(IDS[:-1]), replace=True)
    run(scored)
    done = export_for(scored, "csv", path, changed=True)
    assert done.left == ["C7"]
    assert export_for(scored, "csv", path, changed=True).left == []
    scored.write_tables(company())
    run(scored)
    assert "C7" in rows(path) or export_for(scored, "csv", path, changed=True).customers
    assert "C7" in rows(path)


def test_customers_who_left_are_listed_again_if_their_list_could_not_be_written(files, tmp_path):
    path, left = tmp_path / "a.csv", tmp_path / "left.csv"
    files.write_tables(company())
    run(files)
    export_for(files, "csv", path)
    files.write_tables(company(IDS[:-1]), replace=True)
    run(files)
    with pytest.raises(InfluenceError):
        export_for(files, "csv", path, changed=True, left=tmp_path / "nowhere" / "left.csv")
    assert export_for(files, "csv", path, changed=True, left=left).left == ["C7"]
    assert left.read_text(encoding="utf-8").split() == ['"customer"', '"C7"']


def test_a_failed_export_leaves_the_last_one_as_it_was(scored, tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    export_for(scored, "csv", path)
    before, content = scored.last_export("csv"), path.read_bytes()
    scored.write_tables(company(clv=99.0))
    run(scored)
    with pytest.raises(InfluenceError):
        export_for(scored, "csv", tmp_path / "nowhere" / "a.csv", changed=True)
    with monkeypatch.context() as patch:
        patch.setattr("pyarrow.csv.write_csv", full_disk)
        with pytest.raises(InfluenceError):
            export_for(scored, "csv", path, changed=True)
    after = scored.last_export("csv")
    assert (after.to_dict(), after.rows) == (before.to_dict(), before.rows)
    assert path.read_bytes() == content
    assert export_for(scored, "csv", path, changed=True).customers > 0


def full_disk(*_):
    raise OSError(28, "No space left on device")


def test_other_fields_than_last_time_give_all_rows(scored, tmp_path):
    path = tmp_path / "a.csv"
    some = Wanted(columns=("clv", "network-value"))
    export_for(scored, "hubspot", path, some)
    assert header(path) == ["Record ID", "clv", "network_value"]
    assert export_for(scored, "hubspot", path, some, changed=True).customers == 0
    done = export_for(scored, "hubspot", path, changed=True, id_field="customer_number")
    assert (done.customers, done.other_fields) == (8, True)
    assert header(path)[0] == "customer_number"


def test_a_condition_leaves_other_customers_as_they_were_exported(scored, tmp_path):
    path = tmp_path / "a.csv"
    export_for(scored, "csv", path)
    scored.write_tables(company(clv=11.0))
    run(scored)
    some = Wanted(where="customer in (C0, C1)")
    assert export_for(scored, "csv", path, some, changed=True).customers == 2
    done = export_for(scored, "csv", path, changed=True)
    assert 0 < done.customers <= 6
    assert not {"C0", "C1"} & {*rows(path)}


def test_a_forgotten_customer_is_in_no_last_export(scored, tmp_path):
    export_for(scored, "csv", tmp_path / "a.csv")
    export_for(scored, "hubspot", tmp_path / "b.csv")
    scored.forget("C3")
    run(scored)
    for target in ("csv", "hubspot"):
        found = scored.last_export(target).rows["customer"].to_pylist()
        assert sorted(found) == [key for key in IDS if key != "C3"]
    assert export_for(scored, "csv", tmp_path / "a.csv", changed=True).left == []


def test_a_last_export_of_several_parts_is_read_back(scored, tmp_path, monkeypatch):
    monkeypatch.setattr("influence.store.neo4j.nodes.ROWS_PER_NODE", 3)
    export_for(scored, "csv", tmp_path / "a.csv")
    last = scored.last_export("csv")
    assert last.rows["customer"].to_pylist() == IDS
    nobody = replace(last, rows=last.rows.slice(0, 0))
    scored.write_last_export(nobody)
    kept = scored.last_export("csv")
    assert (kept.to_dict(), kept.rows) == (nobody.to_dict(), nobody.rows)


def test_a_store_without_a_run_has_nothing_to_export(store, tmp_path):
    store.write_tables(company())
    with pytest.raises(NothingToShow):
        export_for(store, "csv", tmp_path / "a.csv")


# Keys and cells, which do not depend on the store


@pytest.fixture
def files(tmp_path):
    with open_store(tmp_path / "store") as store:
        yield store


def test_customers_without_a_key_of_their_own_are_left_out_and_counted(files, tmp_path):
    addresses = ["c0@example.org", None, " ", "nobody", "Twice@example.org", "twice@example.org",
                 "=c6@example.org", "c7@example.org"]  # fmt: skip
    files.write_tables(company(email=addresses))
    run(files)
    path = tmp_path / "a.csv"
    done = export_for(files, "mailchimp", path, key="email")
    assert {*rows(path)} == {"c0@example.org", "c7@example.org"}
    assert done.left_out == {
        "email is blank": 2, "email is no e-mail address": 1,
        "other customers have the same email": 2,
        "a spreadsheet would run email as a formula": 1,
    }  # fmt: skip
    # Only Mailchimp compares without case, and wants addresses.
    assert export_for(files, "hubspot", path, key="email").customers == 5


def test_the_id_can_stand_beside_another_key(files, tmp_path):
    files.write_tables(company(email=[f"{key}@example.org" for key in IDS]))
    run(files)
    path = tmp_path / "a.csv"
    export_for(files, "hubspot", path, Wanted(columns=("email", "id", "clv")), key="email")
    assert header(path) == ["Record ID", "customer", "clv"]
    assert rows(path)["C1@example.org"] == ["C1@example.org", "C1", "6.00"]
    export_for(files, "csv", path, key="email")
    assert header(path)[:3] == ["email", "customer", "clv"]


def test_mailchimp_needs_addresses(files, tmp_path):
    files.write_tables(company())
    run(files)
    with pytest.raises(UsageError, match="--key email"):
        export_for(files, "mailchimp", tmp_path / "a.csv")
    with pytest.raises(UsageError, match="customer is no e-mail address: 8"):
        export_for(files, "mailchimp", tmp_path / "a.csv", key="customer")
    with pytest.raises(UsageError, match="no column 'mail'"):
        export_for(files, "mailchimp", tmp_path / "a.csv", key="mail")
    assert files.last_export("mailchimp") is None


def test_texts_of_the_company_cannot_run_in_a_spreadsheet(files, tmp_path):
    note = ["=1+1", "-5", None, "plain", "@x", "+1", "a,b", 'say "x"\nagain']
    files.write_tables(company(note=note))
    run(files)
    path = tmp_path / "a.csv"
    done = export_for(files, "salesforce", path, Wanted(columns=("note", "clv")))
    assert header(path) == ["Id", "Note__c", "CLV__c"]
    assert [row[1] for row in rows(path).values()] == [
        "'=1+1", "-5", "", "plain", "'@x", "+1", "a,b", 'say "x"\nagain',
    ]  # fmt: skip
    assert done.disarmed == 2


def test_customers_who_are_not_profiled_leave(files, tmp_path):
    files.write_tables(company())
    run(files)
    export_for(files, "csv", tmp_path / "a.csv")
    files.write_tables(company(do_not_profile=[True, *([False] * 7)]))
    run(files)
    done = export_for(files, "csv", tmp_path / "a.csv")
    assert (done.left, done.customers) == (["C0"], 7)
    assert "C0" not in rows(tmp_path / "a.csv")


def test_wrong_use_is_refused(files, tmp_path):
    files.write_tables(company())
    run(files)
    with pytest.raises(UsageError, match=r"is a \.csv file"):
        export_for(files, "hubspot", tmp_path / "a.xlsx")
    with pytest.raises(UsageError, match="no target 'siebel'"):
        export_for(files, "siebel", tmp_path / "a.csv")
    with pytest.raises(UsageError, match="exclude each other"):
        export_for(files, "csv", tmp_path / "a.csv", Wanted(columns=("name",), ids_only=True))


def test_the_command_says_what_it_writes(files, tmp_path, capsys):
    files.write_tables(company())
    run(files)
    path, store = tmp_path / "a.csv", ("--store", tmp_path / "store")

    def export(*options):
        return command(capsys, "export", path, *store, *options)

    first = export("--for", "salesforce", "--changed")
    assert "no export for salesforce is recorded yet, so all rows are written" in first.err
    assert "money is rounded to 2 decimals" in first.err
    assert "8 of 8 customers" in first.err
    assert header(path) == [*field_names("salesforce", [
        "customer", "clv", "crv", "influence", "network_value", "network_value_gross", "rank",
        "stance", "quadrant", "tier", "coverage"]).values()]  # fmt: skip
    files.write_tables(company(IDS[:7], clv=12.0), replace=True)
    run(files)
    left = tmp_path / "left.csv"
    second = export("--for", "salesforce", "--changed", "--left", left)
    assert "those that changed since 20" in second.err
    assert f"no scores any more: 1; the program keeps their old figures ({left} lists" in second.err
    assert left.read_text().split() == ['"customer"', '"C7"']
    other = export("--for", "salesforce", "--changed", "--columns", "clv")
    assert "the last export for salesforce had other fields, so all rows are written" in other.err
    for options in (["--changed"], ["--key", "name"], ["--id-field", "x"], ["--left", left]):
        wrong = export(*options)
        assert (wrong.code, "go with --for" in wrong.err) == (2, True)
    assert export("--for", "csv", "--left", left).code == 2
    assert export("--for", "mailchimp").code == 2
