"""Files of any content: the fast reader equals the slow one, and every row is counted."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from influence import InputRejected, Rules, Tables
from influence.errors import InfluenceError
from influence.loaders import edges, tables
from influence.loaders.text import Reading, Unreadable, read_grid
from influence.loaders.text.records import Text, columns, is_empty, row_numbers
from influence.loaders.text.separator import find_separator
from influence.store.loading import plan
from influence.tables import EMPTY
from tests.examples import examples

thoroughly = examples(400)
MARKS = [",", ";", "\t", "|", " "]
snippets = st.sampled_from([*'ab1"', '""', ",", ";", "\t", "|", " ", "\n", "\r\n", "\r", "é", "#"])


def one_by_one(text: Text, width: int) -> tuple[list[list[str]], list[int], int, int]:
    """Read the records one by one."""
    kept, rows, refused, dropped = [], [], 0, 0
    for row, cells in text.records():
        if is_empty(cells):
            dropped += 1
        elif len(cells) != width:
            refused += 1
        else:
            kept.append(cells)
            rows.append(row)
    return kept, rows, refused, dropped


@thoroughly
@given(st.lists(snippets, max_size=40), st.sampled_from(MARKS), st.integers(1, 3), st.booleans())
@example(list('a, "b"\n'), ",", 2, True)
@example(list('"a","b\n'), ",", 2, True)
@example(list("a,b\r\r\nc, d"), ",", 2, True)
@example(list("a,\t, "), ",", 3, False)
def test_columns_equal_the_records_read_one_by_one(
    parts: list[str], mark: str, width: int, quotes: bool
) -> None:
    text = Text("".join(parts).encode(), 1, mark, quotes)
    try:
        kept, rows, refused, dropped = one_by_one(text, width)
    except Unreadable as error:
        with pytest.raises(Unreadable) as again:
            columns(text, width)
        assert again.value.args == error.args  # noqa: PT017 - of either
        assert again.value.row == error.row  # noqa: PT017
        return
    found = columns(text, width)
    assert [list(row) for row in zip(*found.cells.to_pydict().values(), strict=True)] == kept
    assert (found.refused, found.dropped) == (refused, dropped)
    assert row_numbers(text, width).tolist() == rows


cells = st.text(st.sampled_from('abcé"\n\r,;|\t 0'), min_size=1, max_size=6).filter(str.strip)


@thoroughly
@given(
    st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_cells_of_a_csv_writer_are_read_back_unchanged(
    rows: list[tuple[str, ...]], mark: str, end: str, encoding: str
) -> None:
    sink = io.StringIO(newline="")
    csv.writer(sink, delimiter=mark, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(sink.getvalue().encode(encoding))
        grid = read_grid(path, Reading())
    assert [list(row) for row in zip(*grid.cells.to_pydict().values(), strict=True)] == [
        list(row) for row in rows
    ]


@thoroughly
@given(st.lists(st.lists(st.sampled_from(["a", "b c", "d;e", "f"]), min_size=2, max_size=3),
                min_size=1, max_size=6))  # fmt: skip
def test_a_detected_separator_fits_every_row(rows: list[list[str]]) -> None:
    text = "".join(",".join(row) + "\n" for row in rows)
    try:
        mark = find_separator(text.encode())
    except Unreadable as error:
        assert "separator" in error.reason  # noqa: PT017 - either way may be taken
        return
    widths = [len(row) for row in rows]
    if len(set(widths)) == 1 and mark != ",":
        assert mark in {";", " "}
        assert len({line.count(mark) for line in text.splitlines()}) == 1


# Mangled files


def edge_lines(draw: st.DrawFn) -> list[str]:
    mark = draw(st.sampled_from([",", ";", "\t", " ", "  ", "|", ", "]))
    ids = draw(
        st.sampled_from(
            [["1", "2", "3"], ["Ann", "Bob", "Zoë"], ["a", "#d", "%e"], ["x y", "z"], ["NULL", "b"]]
        )
    )
    extra = draw(st.integers(0, 2))
    cell = st.sampled_from(["1", "2.5", "-3", "1,5", "2020-01-01", "", '"q"'])
    rows = [
        [draw(st.sampled_from(ids)) for _ in range(2)] + [draw(cell) for _ in range(extra)]
        for _ in range(draw(st.integers(1, 8)))
    ]
    header = draw(st.sampled_from([None, ["source", "target", "weight", "since"], ["who", "whom"]]))
    head = draw(st.sampled_from([[], ["# comment"], ["% asym positive"], ["", "sep=;"]]))
    return head + [mark.join(row[: 2 + extra]) for row in [*([header] if header else []), *rows]]


def customer_lines(draw: st.DrawFn) -> list[str]:
    mark = draw(st.sampled_from([",", ";", "\t"]))
    names = st.sampled_from(
        ["Ann", '"Bob ""B"" Lee"', "Smith, J", "Zoë", '"two\nlines"', " x ", ""]
    )
    values = st.sampled_from(["1", "0", "-2.5", "1,5", "$3", "", "nan"])
    rows = [[f"c{i}", draw(values), draw(names)] for i in range(draw(st.integers(1, 8)))]
    return "\n".join(mark.join(row) for row in [["id", "clv", "name"], *rows]).split("\n")


def mangled(draw: st.DrawFn, lines: list[str]) -> bytes:
    at = draw(st.integers(0, len(lines) - 1))
    line = lines[at]
    cut = draw(st.integers(0, len(line)))
    what = draw(st.sampled_from(["nothing", "join", "insert", "quote", "shuffle", "lose", "cut"]))
    if what == "join":
        lines = lines + lines
    elif what == "insert":
        lines = [
            *lines[:at],
            draw(st.sampled_from(["", "  ", ",,", "# part two", line])),
            *lines[at:],
        ]
    elif what in {"quote", "lose"}:
        lines[at] = line[:cut] + ('"' + line[cut:] if what == "quote" else "")
    elif what == "shuffle":
        lines[at] = "".join(draw(st.permutations(list(line))))
    text = draw(st.sampled_from(["\n", "\r\n", "\r"])).join(lines)
    if what == "cut":
        text = text[: draw(st.integers(0, len(text)))]
    data = text.encode(
        draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le"]))
    )
    if draw(st.booleans()) and data:
        data = bytearray(data)
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


@st.composite
def broken_files(draw: st.DrawFn) -> tuple[bool, bytes]:
    is_edges = draw(st.booleans())
    lines = edge_lines(draw) if is_edges else customer_lines(draw)
    return is_edges, mangled(draw, lines)


def read(folder: Path, is_edges: bool, data: bytes) -> tuple[Tables, Rules, str]:
    path = folder / ("e.txt" if is_edges else "customers.csv")
    path.write_bytes(data)
    if is_edges:
        return edges.read(path), Rules(add_missing=0.0, drop_self=True), "ties"
    return tables.read([path]), Rules(missing_clv="zero"), "customers"


@examples(1000)
@given(broken_files())
def test_every_row_is_read_merged_dropped_or_refused(
    file: tuple[bool, bytes],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        given_tables, rules, name = read(Path(folder), *file)
        try:
            new, loaded, _ = plan(EMPTY, given_tables, rules)
        except InputRejected as error:
            counts = error.rows[name]
            assert counts.refused > 0 or counts.rows == 0
            assert len(error.problems) > 0  # noqa: PT017 - either way may be taken
            assert str(error)  # noqa: PT017
        else:
            counts = loaded.rows[name]
            assert counts.refused == 0
            assert len(new[name]) == counts.read
    parts = np.array([counts.read, counts.merged, counts.dropped, counts.refused])
    assert (parts >= 0).all()
    assert parts.sum() == counts.rows


@examples(300)
@given(broken_files(), st.sampled_from([",", "blank"]), st.sampled_from([None, True, False]))
def test_options_on_a_broken_file_raise_only_errors_of_this_package(
    file: tuple[bool, bytes], separator: str, header: bool | None
) -> None:
    reading = Reading(separator=separator, encoding="cp1252", quotes=False, header=header)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "e.txt"
        path.write_bytes(file[1])
        try:
            plan(EMPTY, edges.read(path, reading=reading, strength="3"), Rules(add_missing=0.0))
        except InfluenceError as error:
            assert str(error)  # noqa: PT017 - there may be no error
