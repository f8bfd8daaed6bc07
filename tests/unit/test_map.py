"""Proposing a mapping from names and values."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import UsageError, validate
from influence.loaders.mapped import propose_mapping, read, read_mapping, to_toml
from tests.commands import influence
from tests.examples import examples

ORDERS = "Kunde;Datum;Betrag\nK1;03.04.2024;1.234,50 €\nK2;13.04.2024;7,00 €\nK1;14.04.2024;1,5 €\n"


def write(folder: Path, **files: str) -> list[Path]:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return [folder / f"{name}.csv" for name in files]


def found(folder: Path, **files: str) -> dict[str, tuple[str, str]]:
    """Propose meanings: column → (meaning, how sure); of several meanings the first."""
    proposals, _ = propose_mapping(write(folder, **files))
    each: dict[str, tuple[str, str]] = {}
    for proposal in proposals:
        for f in proposal.findings:
            meaning = f"{f.table}.{f.meaning}" if f.table else ""
            each.setdefault(f.column.name, (meaning, f.confidence))
    return each


def toml(folder: Path, **files: str) -> dict[str, Any]:
    return tomllib.loads(to_toml(propose_mapping(write(folder, **files))[0]))


def test_a_proposal_loads_as_it_is_where_nothing_is_left_to_decide(tmp_path: Path) -> None:
    paths = write(tmp_path, orders=ORDERS)
    mapping = tmp_path / "m.toml"
    mapping.write_text(to_toml(propose_mapping(paths)[0]), encoding="utf-8")
    tables = validate(read(paths, mapping)).tables
    assert tables.transactions["amount"].to_pylist() == [1234.5, 7.0, 1.5]
    assert str(tables.transactions["date"][0].as_py()) == "2024-04-03"
    assert tables.customers["id"].to_pylist() == ["K1", "K2"]


@pytest.mark.parametrize(
    ("cells", "key", "readings"),
    [
        (("03/04/2024", "05/06/2024"), "dates", ("2024-04-03 (day-first)", "2024-03-04 (month")),
        (("24-01-02", "23-01-02"), "dates", ("2002-01-24 (day-first)", "2024-01-02 (year-first)")),
    ],
)
def test_dates_that_can_be_read_in_two_ways_are_left_to_a_person(
    tmp_path: Path, cells, key, readings
) -> None:
    text = "customer,date,amount\n" + "".join(f"A,{cell},1\n" for cell in cells)
    paths = write(tmp_path, orders=text)
    written = to_toml(propose_mapping(paths)[0])
    assert f'{key} = "?"' in written
    assert all(reading in written for reading in readings)
    mapping = tmp_path / "m.toml"
    mapping.write_text(written, encoding="utf-8")
    with pytest.raises(UsageError, match=r"columns\.date\.dates: not decided yet"):
        read_mapping(mapping)
    mapping.write_text(written.replace('"?"', '"day-first"'), encoding="utf-8")
    assert len(validate(read(paths, mapping)).tables.transactions) == 2


def test_numbers_that_can_be_read_in_two_ways_are_left_to_a_person(tmp_path: Path) -> None:
    text = "customer;date;amount\nA;2024-01-01;1.234\nA;2024-01-02;2.500\n"
    written = to_toml(propose_mapping(write(tmp_path, orders=text))[0])
    assert '\'1.234\' is 1.234 (decimal = ".") or 1234 (decimal = ",", thousands' in written
    clear = to_toml(propose_mapping(write(tmp_path, orders=text.replace("2.500", "2.5")))[0])
    assert "?" not in clear.split("\n\n", 1)[1]


def test_two_columns_that_may_be_the_id_are_left_to_a_person(tmp_path: Path) -> None:
    people = "id,new_id,views\n7,0,5\n9,1,5\n5,2,6\n"
    assert found(tmp_path, people=people)["id"] == ("customers.id", "undecided")
    assert toml(tmp_path, people=people)["file"][0]["rows"][0]["columns"]["id"] == "?"


def test_the_first_name_comes_first(tmp_path: Path) -> None:
    columns = toml(tmp_path, people="id,last_name,first_name\n1,Ruiz,Ana\n2,Li,Bo\n")
    named = columns["file"][0]["rows"][0]["columns"]["name"]
    assert named == {"join": ["first_name", "last_name"]}


def test_the_ids_of_another_file_show_which_column_is_the_id(tmp_path: Path) -> None:
    people = "id,new_id,views\n7,0,5\n9,1,5\n5,2,6\n"
    meanings = found(tmp_path, people=people, ties="from,to\n0,1\n1,2\n")
    assert meanings["new_id"] == ("customers.id", "sure")
    file = toml(tmp_path, people=people, ties="from,to\n0,1\n1,2\n")["file"][0]
    assert file["rows"][0]["columns"] == {"id": "new_id", "own_id": "id"}
    assert file["rows"][0]["attributes"] == ["views"]


@pytest.mark.parametrize(
    ("header", "row", "meanings"),
    [
        ("user,invited_by,joined", "{i},1,2024-01-0{i}",
         {"user": "referrals.referred", "invited_by": "referrals.referrer"}),
        ("Respondent ID,NPS", "{i},9",
         {"Respondent ID": "surveys.customer", "NPS": "surveys.score"}),
        ("id,How likely?", "{i},{i} - well", {"How likely?": "surveys.score"}),
        ("user,event,at", "1,open,2024-01-0{i}", {"event": "engagements.kind"}),
        ("email,qty,unit_price,created_at", "a@x.de,{i},2.5,2024-01-0{i}",
         {"email": "transactions.customer", "qty": "transactions.amount"}),
        ("id,customer_email,created_at,total_price", "{i},a@x.de,2024-01-0{i},5",
         {"id": "", "customer_email": "transactions.customer"}),
        ("order_id,customer_id,date,amount", "{i},c{i},2024-01-0{i},5",
         {"order_id": "transactions.order", "customer_id": "transactions.customer"}),
        ("id,email,account_id,created_at", "{i},a{i}@x.de,9,2024-01-0{i}",
         {"id": "customers.id", "account_id": "customers.attributes"}),
        ("N° client;Date commande;Montant TTC", "12;{i} février 2024;1 234,5{i} €",
         {"N° client": "transactions.customer", "Montant TTC": "transactions.amount"}),
        ("会員ID,購入日,金額", "A1,2024年3月{i}日,12{i}", {"会員ID": "transactions.customer"}),
        ("CustomerID,InvoiceDate,Total", "1785{i}.0,2024-01-0{i},5",
         {"CustomerID": "customers.id"}),
        ("a,b", "x,y", {"a": "", "b": ""}),
        ("Source,Target,Weight", "{i},0,2", {"Weight": "ties.strength"}),
        ("trustor,trustee,rating", "{i},0,-{i}", {"rating": "ties.sentiment"}),
        ("customer_id,email,phone,city", "{i},a{i}@x.de,1,Bonn",
         {"email": "", "phone": "", "city": "customers.attributes"}),
    ],
)  # fmt: skip
def test_what_names_and_values_mean(tmp_path: Path, header, row, meanings) -> None:
    text = header + "\n" + "".join(row.format(i=i) + "\n" for i in range(1, 5))
    each = found(tmp_path, file=text)
    assert {name: each[name][0] for name in meanings} == meanings


def test_ties_that_rows_may_imply_are_proposed_as_comments(tmp_path: Path) -> None:
    people = "id,household,email\n1,h1,a@x.de\n2,h1,b@x.de\n3,h2,c@gmail.com\n"
    orders = "id,date,amount,sku\n1,2024-01-01,5,s\n1,2024-01-02,6,s\n2,2024-01-02,6,s\n"
    paths = write(tmp_path, people=people, orders=orders)
    written = to_toml(propose_mapping(paths)[0])
    assert "[[file.groups]]" not in {line.strip() for line in written.splitlines()}
    mapping = tmp_path / "m.toml"
    marks = ("[[file.groups]]", "customer =", "by =", "kind =", "shared =", "strength =")
    lines = [line.replace("# ", "", 1) if line.strip().startswith(tuple(f"# {m}" for m in marks))
             else line for line in written.splitlines()]  # fmt: skip
    mapping.write_text("\n".join(lines), encoding="utf-8")
    ties = validate(read(paths, mapping)).tables.ties
    assert {*ties["kind"].to_pylist()} == {"same household", "same domain"}


def test_attributes_in_national_forms_get_a_type(tmp_path: Path) -> None:
    people = "id;points;last visit\n1;1,5;31.12.2024\n2;2,5;30.12.2024\n"
    paths = write(tmp_path, people=people)
    mapping = tmp_path / "m.toml"
    mapping.write_text(to_toml(propose_mapping(paths)[0]), encoding="utf-8")
    found = validate(read(paths, mapping)).tables.customers
    assert found["points"].to_pylist() == [1.5, 2.5]
    assert str(found["last visit"][0]) == "2024-12-31"


def test_a_file_whose_rows_have_no_meaning_asks_for_the_table(tmp_path: Path) -> None:
    paths = write(tmp_path, file="a,b\nx,y\nx,y\n")
    mapping = tmp_path / "m.toml"
    mapping.write_text(to_toml(propose_mapping(paths)[0]), encoding="utf-8")
    with pytest.raises(UsageError, match="table: not decided yet"):
        read_mapping(mapping)


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=5, unique=True))
@examples()
def test_every_name_of_a_column_gives_valid_toml(tmp_path_factory, names) -> None:
    import pyarrow as pa

    from influence.loaders.mapped.profile import profile
    from influence.loaders.mapped.propose import propose

    names = ["id", "household\n", *(name for name in names if name.strip())]
    columns = [profile(name, pa.chunked_array([["1", "2"]])) for name in dict.fromkeys(names)]
    columns[1] = profile(names[1], pa.chunked_array([["1", "1"]]))
    (folder := tmp_path_factory.mktemp("toml") / "m.toml").write_text(
        to_toml(propose([('a "file"\\', columns)])), encoding="utf-8"
    )
    tomllib.loads(folder.read_text(encoding="utf-8"))


def test_the_command_lists_columns_and_never_overwrites_unless_told(tmp_path: Path, capsys) -> None:
    paths, output = write(tmp_path, orders=ORDERS), tmp_path / "m.toml"
    done = influence(capsys, "map", *paths, "--output", output)
    assert done.code == 0
    assert done.json[0] == {
        "file": "orders", "column": "Kunde", "meaning": "transactions.customer",
        "confidence": "sure", "why": "by its name",
    }  # fmt: skip
    before = output.read_text()
    refused = influence(capsys, "map", *paths, "--output", output)
    assert (refused.code, output.read_text()) == (2, before)
    assert "--force overwrites it" in refused.err
    assert influence(capsys, "map", *paths, "--output", output, "--force").code == 0
    loaded = influence(capsys, "load", "mapped", *paths, "--mapping", output, "--store",
                       tmp_path / "store", "--format", "json")  # fmt: skip
    assert loaded.json["rows"]["customers"]["merged"] == 1
    again = influence(capsys, "load", "mapped", *paths, "--mapping", output, "--store",
                      tmp_path / "store")  # fmt: skip
    assert "2 unchanged" in again.err
