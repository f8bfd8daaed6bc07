"""Reading text files: compression, encoding, separator, quotes, comments."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from influence import UsageError
from influence.loaders.text import Reading, Unreadable, read_grid
from influence.loaders.text.encoding import likely
from influence.loaders.text.quotes import quoting
from influence.loaders.text.separator import find_separator


def grid_of(tmp_path: Path, content: str | bytes, **wishes: object):
    path = tmp_path / "file.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_grid(path, Reading(**wishes))


def rows_of(tmp_path: Path, content: str | bytes, **wishes: object) -> list[list[str]]:
    columns = grid_of(tmp_path, content, **wishes).cells.to_pydict().values()
    return [list(row) for row in zip(*columns, strict=True)]


def refusal(tmp_path: Path, content: str | bytes, **wishes: object) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        grid_of(tmp_path, content, **wishes)
    return caught.value


# Separators


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("a,b\nc,d\n", ","),
        ("a;b\nc;d\n", ";"),
        ("a\tb\nc\td\n", "\t"),
        ("a|b\nc|d\n", "|"),
        ("a b\nc d\n", " "),
        ("a  b\n c \t d \n", " "),
        ("1\t2 3 4\n5\t6 7 8\n", " "),
        ('id;"Name, first"\n1;x\n', ";"),
        ("Smith, J;Doe, K\nDoe, K;Roe, L\n", ";"),
        ("a, b\nc, d\n", ","),
        ("Ann Lee\tBob\nCy\tDi\n", "\t"),
        ("lonely\nrow\n", None),
        ("1.5;2,5\n1.5;2,5,0\n", ";"),
    ],
)
def test_the_separator_gives_every_row_the_same_number_of_cells(text: str, mark: str) -> None:
    if mark == " " and text.startswith("1\t"):
        with pytest.raises(Unreadable, match="tabs give 2 cells; blanks give 4 cells"):
            find_separator(text.encode())
        return
    assert find_separator(text.encode()) == mark


def test_the_header_decides_between_several_separators() -> None:
    text = b"id,first name\n1,Ann Lee\n2,Bob Roe\n"
    assert find_separator(text, lambda cells: "id" in cells) == ","
    with pytest.raises(Unreadable, match="commas give 2 cells; blanks give 2"):
        find_separator(text)


def test_a_separator_must_fit_all_rows() -> None:
    rows = b"a b,c d\n" * 2000 + b"a b c d,e\n"
    assert find_separator(rows) == ","


def test_without_a_fitting_separator_the_counts_are_reported(tmp_path: Path) -> None:
    error = refusal(tmp_path, "a,b;c\nd|e\nf\n")
    assert "no separator gives every row the same number of cells" in error.reason
    assert "--separator" in error.reason
    assert error.rows == 3


@pytest.mark.parametrize("name", [",", "comma", "commas", "Comma"])
def test_a_given_separator_is_used(tmp_path: Path, name: str) -> None:
    assert rows_of(tmp_path, "a;b,c\nd;e,f\n", separator=name) == [["a;b", "c"], ["d;e", "f"]]


@pytest.mark.parametrize("name", ["", "ab", '"', "\n", "é"])
def test_a_separator_is_a_single_character(name: str) -> None:
    with pytest.raises(UsageError, match="separator"):
        Reading(separator=name)


def test_a_sep_line_of_excel_sets_the_separator(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, "sep=;\r\na;b,c\r\nd;e,f\r\n")
    assert (grid.first, grid.first_row) == (["a", "b,c"], 2)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_invalid_sep_line_is_a_row(tmp_path: Path, end: str) -> None:
    said = refusal(tmp_path, end.join(["sep=", "a,b", "c,d", "e,f"]))
    assert "this row has 1 cell" in said.reason


def test_blanks_after_a_separator_are_ignored_outside_quotes(tmp_path: Path) -> None:
    assert rows_of(tmp_path, "a, b\nc,  d\n") == [["a", "b"], ["c", "d"]]
    assert rows_of(tmp_path, 'a, " b"\nc, d\n') == [["a", " b"], ["c", "d"]]
    assert rows_of(tmp_path, '"a, x", b\nc, d\n') == [["a, x", "b"], ["c", "d"]]
    assert rows_of(tmp_path, '"x, y",b\n"z, w",d\n') == [["x, y", "b"], ["z, w", "d"]]


def test_runs_of_blanks_are_one_separator(tmp_path: Path) -> None:
    text = "  1  2\t3\n4 \t 5  6  \n\n   \n7 8 9\n"
    assert rows_of(tmp_path, text) == [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]]
    quoted = 'x  "a b"\ny\t"c ""d"\n'
    assert rows_of(tmp_path, quoted) == [["x", "a b"], ["y", 'c "d']]


# Quotes


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('A,1\nB,"2\nC,3\nD,4\n', 2),
        ('A,1\nB,"2\nC,3\nD,"4\n', 2),
        ('"A,1\nB,2\n', 1),
        ('A,"1"x\nB,2\n', 1),
        ('a "b\nc d\n', 1),
    ],
)
def test_an_unclosed_quote_is_refused_at_its_row(tmp_path: Path, text: str, row: int) -> None:
    error = refusal(tmp_path, text)
    assert "quote" in error.reason
    assert "--no-quotes" in error.reason
    assert error.row == row
    assert len(rows_of(tmp_path, text, quotes=False)) == text.count("\n")


def test_a_quoted_cell_that_contains_rows_is_noted(tmp_path: Path) -> None:
    swallowed = 'a,"b\nc,d\ne,f"\ng,h\n'
    assert grid_of(tmp_path, swallowed).doubtful == (1,)
    assert grid_of(tmp_path, 'a,"b\nc,d"\ne,f\n').doubtful == (1,)
    address = 'a,"12 High Street\nSpringfield\nOregon"\nb,c\n'
    assert grid_of(tmp_path, address).doubtful == ()


def test_a_quote_within_a_cell_is_a_character(tmp_path: Path) -> None:
    text = 'A,5" pipe\nB,6"\n'
    assert rows_of(tmp_path, text) == [["A", '5" pipe'], ["B", '6"']]


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r"])
def test_line_breaks_in_cells_are_kept_at_block_boundaries(tmp_path: Path, break_: str) -> None:
    """Arrow's reader loses a byte if a block ends between the two characters of a line break."""
    cells = [f"{'x' * (i % 97)}{break_}{i}" for i in range(30_000)]
    text = "".join(f'{i},"{cell}"\r\n' for i, cell in enumerate(cells))
    grid = grid_of(tmp_path, text)
    assert grid.cells.column(1).to_pylist() == cells
    numbers = grid.row_numbers()
    assert (numbers[0], numbers[1], numbers[-1]) == (1, 3, 2 * len(cells) - 1)


def test_quotes_are_classified_by_their_positions() -> None:
    assert quoting(b"a,b\n", ",") == "none"
    assert quoting(b'"a","b ""c"""\n"",x\n', ",") == "plain"
    for special in (b'a,"b\nc"\n', b'a,"b\n', b'a,b"c"\n', b'"a"x,b\n', b'"a", b\n'):
        assert quoting(special, ",") == "special"


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_set_the_encoding(tmp_path: Path, encoding: str) -> None:
    assert rows_of(tmp_path, "é,ü\nа,б\n".encode(encoding)) == [["é", "ü"], ["а", "б"]]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("id;name\n1;Müller\n2;Zoë – Café\n", "cp1252"),
        ("id,name\n1,Иван Петров\n2,Мария Смирнова\n3,Сергей Волков\n", "cp1251"),
        ("id,name\nA,1\n", "utf-16-le"),
        ("id,name\nA,1\n", "utf-16-be"),
    ],
)
def test_the_likely_encoding_is_suggested(tmp_path: Path, text: str, encoding: str) -> None:
    assert likely(text.encode(encoding)) == encoding
    assert f"--encoding {encoding}" in refusal(tmp_path, text.encode(encoding)).reason
    rows = rows_of(tmp_path, text.encode(encoding), encoding=encoding)
    assert rows[1][1] == text.splitlines()[1].split(text[2])[1]


def test_a_row_in_another_encoding_is_reported(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"a,b\nc,\xff\n").row == 2
    assert refusal(tmp_path, b"a,b\r\xff,d\r").row == 2
    assert refusal(tmp_path, b"a,b\n\x81,d\n", encoding="cp1252").row == 2


def test_a_single_broken_character_does_not_suggest_an_encoding(tmp_path: Path) -> None:
    text = "id,name\n1,Müller\n2,Zoë\n3,Ångström\n".encode()
    assert "is a character cut" in refusal(tmp_path, text + b"4,\xc3\n").reason


def test_a_blank_before_a_quote_is_ignored_with_tabs(tmp_path: Path) -> None:
    assert rows_of(tmp_path, 'a\t "b"\nb\t "c"\n') == [["a", "b"], ["b", "c"]]


def test_damaged_archives_are_reported(tmp_path: Path) -> None:
    packed = bytearray(
        gzip.compress(b"".join(b"%d,%d\n" % (i, i * 7919 % 10007) for i in range(3000)))
    )
    for at in range(2000, 2040):
        packed[at] ^= 0x5A
    assert "damaged" in refusal(tmp_path, bytes(packed)).reason


def test_an_unknown_encoding_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="klingon"):
        Reading(encoding="klingon")


# Compression


def zipped(**files: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return sink.getvalue()


def zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as packed:
        packed.write(content)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    "pack",
    [gzip.compress, bz2.compress, lzma.compress, zstd, lambda content: zipped(inside=content)],
    ids=["gzip", "bzip2", "xz", "zstd", "zip"],
)
def test_compression_is_recognised_by_the_first_bytes(tmp_path: Path, pack: object) -> None:
    content = b"a,b\n" * 5000
    packed = pack(content)  # type: ignore[operator]
    assert len(rows_of(tmp_path, packed)) == 5000
    assert "damaged" in refusal(tmp_path, packed[: len(packed) // 2]).reason


def test_an_archive_without_exactly_one_file_is_refused(tmp_path: Path) -> None:
    assert "a.csv, b.csv" in refusal(tmp_path, zipped(**{"a.csv": b"x", "b.csv": b"y"})).reason
    assert "0 files" in refusal(tmp_path, zipped()).reason
    beside = zipped(**{"a.csv": b"a,b\n", "__MACOSX/._a.csv": b"?"})
    assert rows_of(tmp_path, beside) == [["a", "b"]]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PAR1....", "Parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b'{"source": "a", "target": "b"}\n', "JSON"),
        (b'[["a", "b"]]\n', "JSON"),
        (b"[1,2]\n[2,3]\n", "JSON"),
        (b"('a', 'b')\n('b', 'c')\n", "tuples"),
        (b"<meta charset=x><table>", "HTML"),
        (b"| source | target |\n|---|---|\n| a | b |\n", "Markdown"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "Git LFS"),
        (b"404: Not Found", "server"),
        (b"x" * 100 + b"," * 20_000, "no line breaks"),
        (b"a\0\0\0\0\0b,c\nd\0e,f\n", "compressed twice"),
        (b"<?xml version='1.0'?><graphml/>", "XML"),
        (b"graph [\n node [\n id 1\n", "GML"),
        (b'*Vertices 2\n1 "a"\n', "Pajek"),
        (b"dl n=3 format=edgelist1\n", "UCINET"),
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"# nothing\n% more\n", "nothing but comments"),
        (b"a\0b,c\n", "zero bytes"),
    ],
)
def test_other_formats_are_refused_by_name(tmp_path: Path, content: bytes, what: str) -> None:
    assert what in refusal(tmp_path, content).reason


# Comments, blank lines, empty rows, rows with another number of cells


def test_comments_are_before_the_first_row_by_default(tmp_path: Path) -> None:
    text = "# one\n\n% two\n#a,b\nc,d\n#e,f\n"
    grid = grid_of(tmp_path, text)
    assert (grid.comments, grid.comment, grid.first, grid.first_row) == (3, "# one", ["c", "d"], 5)
    assert len(grid.cells) == 2
    everywhere = grid_of(tmp_path, text, comments=True)
    assert (everywhere.comments, len(everywhere.cells)) == (4, 1)
    nowhere = rows_of(tmp_path, "#a,b\nc,d\n", comments=False)
    assert nowhere == [["#a", "b"], ["c", "d"]]


def test_empty_rows_are_dropped_and_row_numbers_are_kept(
    tmp_path: Path,
) -> None:
    grid = grid_of(tmp_path, "a,b\n,\n\nc,d\n , \ne,f\n")
    assert (grid.dropped, grid.rows) == (2, 5)
    assert grid.row_numbers().tolist() == [1, 4, 6]


def test_rows_with_another_number_of_cells_are_listed(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, "a;b\nc\nd;e;f\n# g\nh;i\nj;k\nl;m\n")
    assert grid.refused == 3
    assert grid.misfits() == [
        (2, "unreadable_file", "1 cell instead of 2 separated by semicolons: c"),
        (3, "unreadable_file", "3 cells instead of 2 separated by semicolons: d;e;f"),
        (4, "comment_or_id", "# g"),
    ]


def test_a_title_above_the_table_is_one_problem(tmp_path: Path) -> None:
    error = refusal(tmp_path, "Report 2024\nid,clv,name\nA,1,x\nB,2,y\n")
    assert error.row == 1
    assert "Report 2024" in error.reason


def test_lines_longer_than_a_block_are_read(tmp_path: Path) -> None:
    long = "x" * (3 << 20)
    assert rows_of(tmp_path, f"a,{long}\nb,c\n")[0][1] == long
