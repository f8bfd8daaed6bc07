"""`run --report-text`: its figures are those of `summary`, `top` and `compare`."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.commands import influence, prepare

Capture = pytest.CaptureFixture[str]


def write(folder: Path, customers: list[str], ties: str, header: str = "id,name,clv") -> Path:
    folder.mkdir()
    (folder / "customers.csv").write_text("\n".join([header, *customers]) + "\n")
    (folder / "ties.csv").write_text(f"source,target\n{ties}")
    return folder


def some(n: int = 30, first: float = 500.0) -> list[str]:
    coin = random.Random(5)
    rows = [f"K{i:03},Name {i},{coin.randrange(10_000, 99_999) / 100}" for i in range(1, n)]
    return [f"K000,Ada,{first}", *rows]


TIES = "".join(f"K{i:03},K{i * 7 % 29:03}\n" for i in range(1, 30) if i != i * 7 % 29)


@pytest.fixture
def store(tmp_path: Path) -> str:
    url = str(tmp_path / "store")
    prepare("load", "tables", write(tmp_path / "one", some(), TIES), "--store", url)
    return url


def numbers(line: str) -> list[float]:
    return [float(text.replace(",", "")) for text in re.findall(r"-?[\d,]+\.\d\d", line)]


def rows_below(text: str, title: str) -> list[str]:
    """The rows of the table with this title."""
    block = text.split(f"{title}\n")[1].split("\n\n", maxsplit=1)[0]
    return block.splitlines()[2:]


def rounded(*values: float) -> list[float]:
    return [round(value, 2) for value in values]


def test_the_figures_are_those_of_summary_top_and_compare(
    store: str, tmp_path: Path, capsys: Capture
) -> None:
    text = influence(capsys, "run", "--store", store, "--report-text").out
    assert "This is the first run" in text
    again = influence(capsys, "run", "--store", store, "--report-text").out
    assert "Nothing changed" in again
    assert rows_below(again, "Totals") == rows_below(text, "Totals")

    prepare("load", "tables", write(tmp_path / "two", some(first=900.0), TIES), "--store", store)
    outcome = influence(capsys, "run", "--store", store, "--report-text", "--set", "margin=0.5")
    text = outcome.out
    (total,) = influence(capsys, "summary", "--store", store).json
    (line,) = rows_below(text, "Totals")
    assert line.split()[1:3] == [str(total["customers"]), str(total["free"])]
    assert numbers(line) == rounded(total["clv"], total["network_value"])

    top = influence(capsys, "top", "--store", store).json
    for line, row in zip(rows_below(text, "Top 10 by network value"), top, strict=True):
        assert line.split()[:2] == [str(row["rank"]), row["customer"]]
        assert row["name"] in line
        assert numbers(line) == rounded(row["network_value"], row["clv"])

    compared = influence(capsys, "compare", "previous", "latest", "--store", store)
    counts = re.search(r"\d+ of \d+ customers changed", compared.err)
    assert counts
    assert counts[0] in text
    shown = rows_below(text, "Largest changes of network value")
    assert len(shown) == min(10, len(compared.json)) > 1
    for line, row in zip(shown, compared.json, strict=False):
        assert line.split()[0] == row["customer"]
        assert numbers(line) == rounded(row["change"], row["network_value_after"])


def test_lines_are_short_and_plain(tmp_path: Path, capsys: Capture) -> None:
    url = str(tmp_path / "store")
    names = [f'A-very-long-identifier-{i:020},"Ünal-Größe {i} 山田太郎 \x1b[31m{"x" * 60}",{i}'
             for i in range(12)]  # fmt: skip
    prepare("load", "tables", write(tmp_path / "in", names, ""), "--store", url)
    prepare("run", "--store", url)
    outcome = influence(capsys, "run", "--store", url, "--report-text", "--weights", "0.5,0.3")
    assert outcome.code == 0
    assert max(map(len, outcome.out.splitlines())) < 78
    assert "\x1b" not in outcome.out


def test_customers_who_are_no_longer_profiled_or_there_are_counted_and_not_named(
    store: str, tmp_path: Path, capsys: Capture
) -> None:
    prepare("run", "--store", store)
    header = "id,name,clv,do_not_profile"
    rows = [f"{row},{'yes' if row[:4] == 'K000' else 'no'}" for row in some(29)]
    ties = "".join(f"{line}\n" for line in TIES.splitlines() if "K029" not in line)
    folder = write(tmp_path / "two", rows, ties, header)
    prepare("load", "tables", folder, "--replace", "--allow-removal", "--store", store)
    outcome = influence(capsys, "run", "--store", store, "--report-text")
    assert "customers changed" in outcome.out
    for hidden in ("K000", "Ada", "K029", "Name 29"):
        assert hidden not in outcome.out


def test_the_warnings_of_the_run_are_printed(store: str, capsys: Capture) -> None:
    outcome = influence(capsys, "run", "--store", store, "--report-text", "--method", "sketch")
    assert "estimates from sketches" in outcome.out.split("\nWarnings\n")[1]
    outcome = influence(capsys, "run", "--store", store, "--report-text")
    assert outcome.out.endswith("\nNo warnings\n")
    influence(capsys, "run", "--store", store)
    unknown = ("--direction", "nobody=reversed")
    outcome = influence(capsys, "run", "--store", store, "--report-text", "--force", *unknown)
    assert "nobody" in outcome.out.split("\nWarnings\n")[1]
    assert "nobody" in outcome.err


def test_text_and_json_exclude_each_other(store: str, capsys: Capture) -> None:
    outcome = influence(capsys, "run", "--store", store, "--report-text", "--format", "json")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--report-text exclude each other" in outcome.err
