from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from influence import InputRejected, UsageError, validate
from influence.loaders import edges, tables
from influence.loaders.text import Reading


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(path: Path) -> list[tuple[str, int, str, str, str]]:
    with pytest.raises(InputRejected) as caught:
        validate(tables.read([path]))
    rows = caught.value.problems.to_arrow().to_pylist()
    return [(r["file"], r["row"], r["column"], r["problem"], r["value"]) for r in rows]


def test_cells_are_read_unchanged(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", 'id,clv\n007,1\n7,2\n"a,""b",3\né,4\n" x ",5\nNA,6\nnull,7\n')
    ids = tables.read([tmp_path]).customers["id"].to_pylist()
    assert ids == ["007", "7", 'a,"b', "é", " x ", "NA", "null"]


def test_rows_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    text = 'id,clv,name\nA,1,"two\nlines"\n\nB,x,\n"C\n\nD",2,\nE,y,\n'
    write(tmp_path / "customers.csv", text)
    found = problems(tmp_path)
    lines = text.split("\n")
    assert [(row, lines[row - 1][0]) for _, row, *_ in found] == [(5, "B"), (9, "E")]


def test_a_byte_order_mark_and_windows_line_ends_are_ignored(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", b"\xef\xbb\xbfid,clv\r\nA,1\r\nB,x\r\n")
    assert problems(tmp_path) == [("customers.csv", 3, "clv", "not_a_number", "x")]


def test_records_with_too_few_or_too_many_cells_are_reported(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", "id,clv\nA,1\nB\nC,2,3\nD,4\n")
    assert problems(tmp_path) == [
        ("customers.csv", 3, "", "unreadable_file", "1 cell instead of 2: B"),
        ("customers.csv", 4, "", "unreadable_file", "3 cells instead of 2: C,2,3"),
    ]


@pytest.mark.parametrize(
    ("content", "row", "reason"),
    [
        (b"", 1, "empty"),
        (b"id,clv\nA,1\nB\xff,2\n", 3, "UTF-8"),
        ("id,clv\nA,1\n".encode("utf-16-le"), 1, "utf-16-le"),
        (b"id,id\nA,1\n", 1, "twice"),
    ],
)
def test_an_unreadable_file_is_reported_with_row_and_reason(
    tmp_path: Path, content: bytes, row: int, reason: str
) -> None:
    write(tmp_path / "customers.csv", content)
    ((file, at, _, problem, value),) = problems(tmp_path)
    assert (file, at, problem) == ("customers.csv", row, "unreadable_file")
    assert reason in value


def test_a_damaged_gzip_file_is_reported(tmp_path: Path) -> None:
    whole = gzip.compress(b"id,clv\n" + b"".join(b"%d,1\n" % i for i in range(10_000)))
    write(tmp_path / "customers.csv.gz", whole[: len(whole) // 2])
    ((file, _, _, problem, _),) = problems(tmp_path)
    assert (file, problem) == ("customers.csv.gz", "unreadable_file")


def test_gzip_and_parquet_give_the_same_tables_as_csv(tmp_path: Path) -> None:
    text = "id,clv\nA,1.5\nB,0\n"
    plain = write(tmp_path / "a" / "customers.csv", text)
    packed = write(tmp_path / "b" / "customers.csv.gz", gzip.compress(text.encode()))
    pq.write_table(pa.table({"id": ["A", "B"], "clv": [1.5, 0.0]}), tmp_path / "customers.parquet")
    read = [
        validate(tables.read([path])).tables.customers
        for path in (plain, packed, tmp_path / "customers.parquet")
    ]
    assert read[0].equals(read[1])
    assert read[0].equals(read[2])


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", "id,clv\n")
    assert validate(tables.read([tmp_path])).tables.customers.num_rows == 0


def test_files_with_other_names_are_refused_or_ignored_in_a_directory(tmp_path: Path) -> None:
    other = write(tmp_path / "people.csv", "id\nA\n")
    with pytest.raises(UsageError, match="customers, ties"):
        tables.read([other])
    with pytest.raises(UsageError, match="no table here"):
        tables.read([tmp_path])
    write(tmp_path / "customers.csv", "id\nA\n")
    assert list(tables.read([tmp_path])) == ["customers"]


def test_two_files_of_one_table_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", "id\nA\n")
    write(tmp_path / "customers.csv.gz", gzip.compress(b"id\nA\n"))
    with pytest.raises(UsageError, match="one file per table"):
        tables.read([tmp_path])


@pytest.mark.parametrize("mark", ["\t", ",", ";", " "])
def test_edge_lists_are_read_with_their_own_separator(tmp_path: Path, mark: str) -> None:
    path = write(tmp_path / "e.txt", f"# comment\n% another\n1{mark}2\n2{mark}3\n")
    ties = edges.read(path, kind="trusts").ties
    assert ties.select(["source", "target"]).to_pydict() == {
        "source": ["1", "2"],
        "target": ["2", "3"],
    }
    assert set(ties["kind"].to_pylist()) == {"trusts"}
    assert set(ties["directed"].to_pylist()) == {False}


def test_a_third_column_is_strength_only_with_a_header(tmp_path: Path) -> None:
    rated = write(tmp_path / "a.csv", "source,target,trust\nx,y,5\n")
    strong = write(tmp_path / "b.csv", "Source,Target,strength\nx,y,5\n")
    bare = write(tmp_path / "c.csv", "x,y,5\n")
    assert "strength" not in edges.read(rated).ties.column_names
    assert edges.read(strong).ties["strength"].to_pylist() == ["5"]
    assert "strength" not in edges.read(bare).ties.column_names


def test_reversed_swaps_the_ends_of_ties(tmp_path: Path) -> None:
    path = write(tmp_path / "e.csv", "fan,star\n")
    for ends, source, directed in (
        ("undirected", "fan", False), ("directed", "fan", True), ("reversed", "star", True),
    ):  # fmt: skip
        (tie,) = edges.read(path, ends).ties.to_pylist()
        assert (tie["source"], tie["directed"]) == (source, directed)


def test_a_faulty_edge_is_reported_with_its_row(tmp_path: Path) -> None:
    path = write(tmp_path / "e.csv", "# c\nsource,target,strength\na,b,1\nb,c,-2\nc\n")
    with pytest.raises(InputRejected) as caught:
        validate(edges.read(path))
    rows = caught.value.problems.to_arrow().to_pylist()
    kinds = {(row["row"], row["problem"]) for row in rows}
    assert {(4, "strength_not_positive"), (5, "unreadable_file")} <= kinds


def test_a_single_column_is_refused_as_an_edge_list(tmp_path: Path) -> None:
    for content in ("", "lonely\n"):
        path = write(tmp_path / "e.txt", content)
        with pytest.raises(InputRejected, match=r"e\.txt"):
            validate(edges.read(path))


def test_a_header_of_unknown_names_is_refused_until_columns_are_named(tmp_path: Path) -> None:
    foreign = write(tmp_path / "a.csv", "giver,taker\n1,2\n2,3\n")
    with pytest.raises(InputRejected, match="a header"):
        validate(edges.read(foreign))
    waves = write(tmp_path / "b.csv", "wave,source,target\n1,x,y\n")
    assert edges.read(waves).ties.select(["source", "target"]).to_pylist() == [
        {"source": "x", "target": "y"}
    ]
    words = write(tmp_path / "c.csv", "ann,bob\nbob,cem\n")
    assert len(edges.read(words).ties) == 2


def test_a_header_without_a_line_end_is_an_empty_table(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", "id,clv")
    assert validate(tables.read([tmp_path])).tables.customers.num_rows == 0


def test_a_table_without_a_header_is_refused_until_its_columns_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "customers.csv", "a,1\nb,2\n")
    with pytest.raises(InputRejected, match="--columns A,B,C names the columns"):
        validate(tables.read([path]))
    with pytest.raises(InputRejected, match="a header or data"):
        validate(tables.read([path], Reading(columns=("id", "clv"))))
    found = tables.read([path], Reading(columns=("id", "clv"), header=False)).customers
    assert found.to_pydict() == {"id": ["a", "b"], "clv": ["1", "2"]}
    renamed = write(tmp_path / "ties.csv", "source,to\na,b\n")
    assert len(tables.read([renamed], Reading(columns=("source", "target"))).ties) == 1
    with pytest.raises(UsageError, match="single file"):
        tables.read([path, renamed], Reading(columns=("id", "clv")))


def test_a_title_above_a_header_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", "Our customers, 2024\nid,clv\na,1\n")
    with pytest.raises(InputRejected, match="the header is in a row below"):
        validate(tables.read([tmp_path]))


def test_separators_at_row_ends_are_not_a_title(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", "id,clv\na,1,\nb,2,\n")
    with pytest.raises(InputRejected, match="do rows end with a separator"):
        validate(tables.read([tmp_path]))


def test_ignored_files_of_a_directory_are_noted(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", "id\na\n")
    for name in ("tie.csv", "customers.xls", "notes.md", ".hidden"):
        write(tmp_path / name, "?")
    (tmp_path / "surveys.csv").mkdir()
    (tmp_path / "ties.csv").symlink_to(tmp_path / "nowhere")
    said = " | ".join(tables.read([tmp_path]).notes)
    assert "tie.csv: not read; did you mean ties.csv?" in said
    assert "customers.xls: not read" in said
    assert "notes.md: not read" in said
    assert "surveys.csv: not read; a directory" in said
    assert "ties.csv: not read; not a regular file" in said
    assert "hidden" not in said


def test_the_rows_of_an_unreadable_table_are_counted(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", 'id,clv\na,1\nb,"2\n')
    write(tmp_path / "ties.csv", "source,target\na,b\n")
    with pytest.raises(InputRejected) as caught:
        validate(tables.read([tmp_path]))
    assert caught.value.rows["customers"].to_dict() == {
        "rows": 3, "read": 0, "merged": 0, "dropped": 0, "refused": 3,
    }  # fmt: skip
    assert any("ties.csv" in note for note in caught.value.notes)
    write(tmp_path / "customers.csv", "id,clv,clv\na,1,2\n")
    with pytest.raises(InputRejected) as caught:
        validate(tables.read([tmp_path]))
    assert caught.value.rows["customers"].refused == 2
    (problem,) = caught.value.problems.to_arrow().to_pylist()
    assert (problem["row"], problem["column"], problem["value"]) == (1, "clv", "occurs twice")


def written_in_parts(folder: Path, name: str, *parts: dict[str, list[object]]) -> None:
    """Write a table as Spark does: parts in a folder, beside files that are not data."""
    (folder / name).mkdir(parents=True)
    for number, part in enumerate(parts):
        pq.write_table(pa.table(part), folder / name / f"part-{number:05}-c000.snappy.parquet")
    (folder / name / "_SUCCESS").touch()
    (folder / name / ".part-00000.crc").touch()


def test_a_folder_of_parts_is_one_table(tmp_path: Path) -> None:
    given = tmp_path / "company"
    written_in_parts(given, "customers", {"id": ["B", "A"], "clv": [2, 1]}, {"id": ["C"]})
    written_in_parts(given, "ties.parquet", {"source": ["A"], "target": ["B"]})
    found = tables.read([given])
    assert found.customers.to_pylist() == [
        {"id": "B", "clv": 2}, {"id": "A", "clv": 1}, {"id": "C", "clv": None}
    ]  # fmt: skip
    assert found.ties.to_pylist() == [{"source": "A", "target": "B"}]
    assert not found.notes
    alone = tables.read([given / "customers"])
    assert alone.customers.equals(found.customers)


def test_rows_of_problems_are_counted_through_all_parts(tmp_path: Path) -> None:
    written_in_parts(tmp_path, "customers", {"id": ["A", "B"]}, {"id": ["C", "A"]})
    assert problems(tmp_path) == [("customers", 5, "id", "duplicate_id", "A")]


def test_a_partitioned_folder_is_refused(tmp_path: Path) -> None:
    written_in_parts(tmp_path / "customers", "segment=retail", {"id": ["A"]})
    (problem,) = tables.read([tmp_path]).problems.lines()
    assert "write the table without partitions" in problem


def test_feather_and_json_lines_give_the_same_tables_as_csv(tmp_path: Path) -> None:
    csv = write(tmp_path / "a" / "customers.csv", "id,clv,joined\nA,1.5,2024-05-01\nB,0,\n")
    feather.write_feather(
        pa.table({"id": ["A", "B"], "clv": [1.5, 0.0], "joined": ["2024-05-01", None]}),
        tmp_path / "customers.feather",
    )
    lines = b'{"id": "A", "clv": 1.5, "joined": "2024-05-01"}\n\n{"clv": 0, "id": "B"}\n'
    plain = write(tmp_path / "b" / "customers.jsonl", b"\xef\xbb\xbf" + lines)
    packed = write(tmp_path / "c" / "customers.ndjson.gz", gzip.compress(lines))
    expected = validate(tables.read([csv])).tables.customers
    for path in (tmp_path / "customers.feather", plain, packed):
        assert validate(tables.read([path])).tables.customers.equals(expected), path


def test_json_lines_keep_texts_that_look_like_moments_or_numbers(tmp_path: Path) -> None:
    path = write(
        tmp_path / "customers.jsonl",
        '{"id": "2024-05-01", "note": "2024-05-01T01:00:00+02:00", "code": "007"}\n'
        '{"id": "2024-05-02", "note": null, "code": 8}\n',
    )
    found = tables.read([path]).customers
    assert found["id"].to_pylist() == ["2024-05-01", "2024-05-02"]
    assert found["note"][0].as_py() == "2024-05-01T01:00:00+02:00"
    assert found["code"].to_pylist() == ["007", "8"]


@pytest.mark.parametrize(
    ("content", "row", "reason"),
    [
        ("", 1, "empty"),
        ('{"id": "A"}\n{"id": \n', 2, "not JSON"),
        ('{"id": "A"}\n[1]\n', 2, "a JSON object per line"),
    ],
)
def test_json_lines_that_are_none_are_refused_by_line(tmp_path, content, row, reason) -> None:
    write(tmp_path / "customers.jsonl", content)
    ((_, at, _, problem, value),) = problems(tmp_path)
    assert (at, problem) == (row, "unreadable_file")
    assert reason in value


def test_problems_of_json_lines_are_counted_by_line(tmp_path: Path) -> None:
    path = write(tmp_path / "customers.jsonl", '{"id": "A", "clv": "1"}\n{"id": "B", "clv": "x"}\n')
    assert problems(path) == [("customers.jsonl", 2, "clv", "not_a_number", "x")]
