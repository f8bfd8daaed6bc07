"""Reading sheets of workbooks, which the tests write as zipped XML."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from influence import InputRejected, Rules, UsageError, validate
from influence.loaders import edges, tables, workbook
from influence.loaders.text import Reading

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DATE_STYLE = 1


def cell(value: object) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, str) and value.startswith("="):
        return f"<c><f>{value[1:]}</f></c>"
    if isinstance(value, str) and value.startswith("#"):
        return f'<c t="e"><v>{value}</v></c>'
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, dt.date):
        return f'<c s="{DATE_STYLE}"><v>{(value - dt.date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def write(path: Path, **sheets: list[list[object]]) -> Path:
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}"/>'
        for i, name in zip(numbers, sheets, strict=True)
    )
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in numbers
    )
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for i in numbers
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName='
            '"/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            f'spreadsheetml.sheet.main+xml"/>{kinds}</Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        styles = f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/>'
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">{links}{styles}</Relationships>',
        )
        book.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
            "</styleSheet>",
        )
        for i, rows in zip(numbers, sheets.values(), strict=True):
            lines = "".join(
                f'<row r="{r}">{"".join(map(cell, row))}</row>' for r, row in enumerate(rows, 1)
            )
            book.writestr(
                f"xl/worksheets/sheet{i}.xml",
                f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>',
            )
    return path


PEOPLE = [
    ["id", "CLV", "joined", "vip", ""],
    [12, 1.5, dt.date(2024, 5, 1), True, None],
    [None, None, None, None, None],
    ["007", 2, dt.date(2024, 5, 2), False, None],
]


def test_a_sheet_is_read_with_the_types_of_its_cells(tmp_path: Path) -> None:
    path = write(tmp_path / "customers.xlsx", CustomerArrays=PEOPLE)
    checked = validate(tables.read([path]))
    assert checked.tables.customers.to_pylist() == [
        {"id": "12", "clv": 1.5, "joined": dt.date(2024, 5, 1), "vip": True},
        {"id": "007", "clv": 2.0, "joined": dt.date(2024, 5, 2), "vip": False},
    ]
    assert checked.rows["customers"].to_dict() == {
        "rows": 3, "read": 2, "merged": 0, "dropped": 1, "refused": 0,
    }  # fmt: skip
    assert "customers.xlsx: sheet CustomerArrays" in checked.notes


def test_problems_of_a_sheet_have_its_row_numbers(tmp_path: Path) -> None:
    rows = [*PEOPLE, [None, 3, None, None, None], ["x", "much", None, None, None]]
    with pytest.raises(InputRejected) as caught:
        validate(tables.read([write(tmp_path / "customers.xlsx", CustomerArrays=rows)]))
    found = caught.value.problems.to_arrow().select(["row", "column", "problem"]).to_pylist()
    assert found == [
        {"row": 5, "column": "id", "problem": "empty_id"},
        {"row": 6, "column": "clv", "problem": "not_a_number"},
    ]


def test_several_sheets_need_a_name(tmp_path: Path) -> None:
    path = write(tmp_path / "customers.xlsx", A=PEOPLE, B=[["id"], ["z"]], Empty=[[]])
    with pytest.raises(InputRejected, match="several sheets are not empty: A, B; --sheet"):
        validate(tables.read([path]))
    assert len(tables.read([path], Reading(sheet="B")).customers) == 1
    with pytest.raises(UsageError, match="there are A, B, Empty"):
        tables.read([path], Reading(sheet="C"))


def test_an_edge_list_may_be_a_sheet(tmp_path: Path) -> None:
    path = write(tmp_path / "e.xlsx", Ties=[["From", "To", "Weight"], [1, 2, 0.5], [2, "c", 3]])
    found = validate(edges.read(path), Rules(add_missing=0.0)).tables.ties
    assert found.select(["source", "target", "strength"]).to_pylist() == [
        {"source": "1", "target": "2", "strength": 0.5},
        {"source": "2", "target": "c", "strength": 3.0},
    ]


def test_an_invalid_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "customers.xlsx"
    path.write_bytes(b"id,clv\n")
    with pytest.raises(InputRejected, match="not a workbook"):
        validate(tables.read([path]))
    with pytest.raises(InputRejected, match="sheets are empty"):
        validate(tables.read([write(path, Sheet=[[]])]))


def test_without_the_extra_excel_the_error_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(UsageError, match=r"\[excel\]"):
        workbook.read(write(tmp_path / "customers.xlsx", CustomerArrays=PEOPLE))


def test_formulas_without_a_value_are_refused_and_error_cells_are_not_blanks(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "customers.xlsx", A=[["id", "clv"], ["a", 1], ["b", "=B2*2"]])
    with pytest.raises(InputRejected, match=r"1 formulas without a value \(B3: =B2\*2\)"):
        validate(tables.read([path]))
    write(path, A=[["id", "clv"], ["a", 1], ["b", "#DIV/0!"]])
    with pytest.raises(InputRejected, match=r"3: clv: not a number: '#DIV/0!'"):
        validate(tables.read([path]))


def test_long_whole_numbers_keep_their_digits(tmp_path: Path) -> None:
    path = write(tmp_path / "customers.xlsx", A=[["id"], [49170123456789012], [10**20]])
    assert tables.read([path]).customers["id"].to_pylist() == ["49170123456789012", "1" + "0" * 20]


OFFICE_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"


def open_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        kind = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, dt.date):
        kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def write_open(path: Path, **sheets: list[list[object]]) -> Path:
    names = " ".join(f'xmlns:{n}="{OFFICE_NAMES}{n}:1.0"' for n in ("office", "table", "text"))
    tables_ = "".join(
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{''.join(map(open_cell, row))}</table:table-row>"
                  for row in rows) + "</table:table>"
        for name, rows in sheets.items()
    )  # fmt: skip
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = f'xmlns:m="{OFFICE_NAMES}manifest:1.0"'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", kind)
        book.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest {manifest}><m:file-entry m:full-path="/" m:media-type="{kind}"/>'
            "</m:manifest>",
        )
        book.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>{tables_}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def test_an_opendocument_sheet_is_read_as_one_of_excel(tmp_path: Path) -> None:
    path = write_open(tmp_path / "customers.ods", People=PEOPLE)
    checked = validate(tables.read([path]))
    expected = validate(tables.read([write(tmp_path / "customers.xlsx", People=PEOPLE)]))
    assert checked.tables.customers.equals(expected.tables.customers)
    assert checked.rows == expected.rows
    write_open(path, People=[*PEOPLE, ["x", "much", None, None, None]])
    with pytest.raises(InputRejected) as caught:
        validate(tables.read([path]))
    (problem,) = caught.value.problems.to_arrow().to_pylist()
    assert (problem["row"], problem["column"], problem["value"]) == (5, "clv", "much")


def test_an_invalid_opendocument_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "customers.ods").write_bytes(b"id,clv\n")
    with pytest.raises(InputRejected, match="not a workbook"):
        validate(tables.read([tmp_path / "customers.ods"]))
    two = write_open(tmp_path / "customers.ods", A=PEOPLE, B=[["id"], ["z"]])
    with pytest.raises(InputRejected, match="several sheets"):
        validate(tables.read([two]))
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    with pytest.raises(UsageError, match=r"\[excel\]"):
        workbook.read(two)
