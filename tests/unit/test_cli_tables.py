"""Tables and messages fit the terminal; numbers are never cut."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest
from rich.cells import cell_len

from influence.cli.output import emit, say_commands, warn
from influence.cli.tables import cell

Capsys = pytest.CaptureFixture[str]
AMOUNTS = [123_456_789_012.34, -98_765_432_109.87, 0.5]
NAMES = [
    "Wolfeschlegelsteinhausenbergerdorff Maximiliane",
    "山田太郎（東京支店）",
    "[red] :smile: 🎉",
]
ROWS: list[dict[str, Any]] = [
    {"customer": f"C{at}", "name": name, **{f"amount_{i}": amount * (i + 1) for i in range(6)}}
    for at, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True))
]
COLUMNS = {name: name.replace("_", " ") for name in ROWS[0]}


def terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """Make stdout a terminal of the given width."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for name, value in {"COLUMNS": str(width), "TERM": "xterm", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("width", [80, 120])
def test_a_table_fits_the_terminal_and_names_hidden_columns(
    width: int, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal(monkeypatch, width)
    emit(ROWS, COLUMNS, None, title="Title", caption="Caption")
    out = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert max(cell_len(line) for line in out.splitlines()) <= width
    shown = [name for name in COLUMNS if cell(ROWS[0][name]) in out or name == "name"]
    assert 2 < len(shown) < len(COLUMNS)
    said = " ".join(out.split("not shown at this width: ")[1].split())
    for name, heading in COLUMNS.items():
        assert (heading in said) == (name not in shown)
    for row in ROWS:
        assert all(cell(row[name]) in out for name in shown if name != "name")


def test_text_is_printed_without_markup(capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal(monkeypatch, 80)
    emit(ROWS[2:], {"customer": "customer", "name": "name"}, None)
    assert "[red] :smile: 🎉" in capsys.readouterr().out


def test_a_pipe_gets_all_columns_without_colours(
    capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    emit(ROWS, COLUMNS, "table", title="Title", caption="Caption")
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "not shown" not in out
    assert all(cell(value) in out for row in ROWS for value in row.values() if value != NAMES[0])


def test_control_characters_and_joiners_do_not_reach_the_terminal() -> None:
    assert cell("a\x1b[31mb") == "a\\x1b[31mb"
    assert cell(["a\x1b", "b"]) == "a\\x1b, b"
    assert cell("👩\u200d👧") == "👩👧"


def test_messages_are_wrapped_between_words_on_a_terminal_only(
    capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "/a-long/path/" + 8 * "without-blanks/"
    text = f"{'some words of a message ' * 8}{path}\n  {'and an indented line ' * 8}end"
    monkeypatch.setenv("COLUMNS", "80")
    warn(text, "event")
    assert capsys.readouterr().err == f"warning: {text}\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    warn(text, "event")
    lines = capsys.readouterr().err.splitlines()
    assert " ".join(" ".join(lines).split()) == " ".join(f"warning: {text}".split())
    assert [line for line in lines if len(line) > 80] == [path]
    assert lines[-1].startswith("  ")
    say_commands(text, "event")
    assert capsys.readouterr().err == f"{text}\n"


def test_a_narrow_terminal_keeps_the_figure_that_orders_the_rows(
    capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal(monkeypatch, 80)
    emit(ROWS, COLUMNS, None, keep={"amount_5"})
    out = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert max(cell_len(line) for line in out.splitlines()) <= 80
    assert all(cell(row["amount_5"]) in out and row["customer"] in out for row in ROWS)
    assert "not shown at this width: amount 1" in " ".join(out.split())


def test_headings_are_wrapped_to_the_width_of_their_cells(
    capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal(monkeypatch, 40)
    rows = [{"c": "C1", "n": 1, "v": 123_456_789.0, "t": "yes"}]
    columns = {"c": "c", "n": "rank by CLV", "v": "a sum of several words", "t": "of the others"}
    emit(rows, columns, None)
    out = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert [line.rstrip() for line in out.splitlines() if line.strip()][:3] == [
        "    rank",
        "      by        a sum of  of the",
        "c    CLV   several words  others",
    ]
