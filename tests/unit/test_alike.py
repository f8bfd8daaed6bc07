"""Ids that are alike, and ids that a spreadsheet has shortened."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import InputRejected, Rules, Tables, open_store, validate
from influence.tables.rules.alike import alike
from tests.examples import examples

MERGE = Rules(merge_ids=True, add_missing=0.0)
NAMES = ["Ana", "ANA", "ana", "Zoë", "Zoe\u0308", "ZOË", "bo", ""]


def fold(id_: str) -> str:
    return unicodedata.normalize("NFC", id_).lower()


@given(st.lists(st.sampled_from(NAMES), max_size=12))
@examples()
def test_ids_are_alike_that_python_folds_to_the_same(ids: list[str]) -> None:
    import pyarrow as pa

    others, firsts = alike([pa.chunked_array([pa.array(ids, pa.string())])])
    expected = {}
    for id_ in dict.fromkeys(ids):
        first = next(each for each in ids if fold(each) == fold(id_))
        if first != id_:
            expected[id_] = first
    assert dict(zip(others.to_pylist(), firsts.to_pylist(), strict=True)) == expected


def test_ids_that_are_alike_are_announced_and_stay_apart() -> None:
    checked = validate(Tables(customers={"id": ["Ana", "ana", "Zoë", "Zoe\u0308"]}))
    assert len(checked.tables.customers) == 4
    (note,) = (note for note in checked.notes if note.event == "ids_alike")
    assert "2 ids differ only by case or the form of Unicode" in note
    assert "'ana' and 'Ana'" in note


def test_they_are_merged_when_asked_in_all_tables() -> None:
    tables = Tables(
        customers={"id": ["Ana", "ana", "bo"], "clv": [5.0, 7.0, 1.0]},
        ties={"source": ["ANA", "BO"], "target": ["bo", "cy"]},
    )
    checked = validate(tables, MERGE)
    assert checked.tables.customers.select(["id", "clv"]).to_pylist() == [
        {"id": "Ana", "clv": 5.0}, {"id": "bo", "clv": 1.0}, {"id": "cy", "clv": 0.0},
    ]  # fmt: skip
    assert checked.tables.ties["source"].to_pylist() == ["Ana", "bo"]
    assert checked.rows["customers"].to_dict() == {
        "rows": 3, "read": 2, "merged": 1, "dropped": 0, "refused": 0,
    }  # fmt: skip
    assert any(note.event == "ids_merged" for note in checked.notes)


def test_the_spelling_in_the_store_counts(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store"))
    store.write_tables(Tables(customers={"id": ["ANA"], "clv": [1.0]}))
    again = Tables(customers={"id": ["ana"], "clv": [2.0]})
    store.write_tables(again, rules=MERGE)
    people = store.tables().customers
    assert people.select(["id", "clv"]).to_pylist() == [{"id": "ANA", "clv": 2.0}]
    assert not store.write_tables(again, rules=MERGE).changed


def test_the_same_id_twice_is_still_a_duplicate() -> None:
    with pytest.raises(InputRejected, match="occurs in an earlier row: 'a'"):
        validate(Tables(customers={"id": ["a", "A", "a"]}), MERGE)


@pytest.mark.parametrize("id_", ["1.23E+15", "4,9E+12", "1E+100"])
def test_an_id_that_a_spreadsheet_has_shortened_is_a_problem(id_: str) -> None:
    with pytest.raises(InputRejected) as caught:
        validate(Tables(customers={"id": [id_, "x"]}))
    assert caught.value.problems.counts() == {"digits_lost": 1}


@pytest.mark.parametrize("id_", ["1E5", "A1.2E+15", "E+15", "12E+15", "1.2e+15x", "C+E+1"])
def test_other_ids_with_such_characters_are_ids(id_: str) -> None:
    assert validate(Tables(customers={"id": [id_]})).tables.customers["id"].to_pylist() == [id_]
