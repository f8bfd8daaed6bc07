"""Hostile input: the guarantees of docs/explanation/security.md."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from influence import StoreError, Tables, UsageError, compute, open_store, queries
from influence.cli.output import write_csv
from influence.reports.export import export
from influence.reports.spreadsheet import harmless, is_formula
from influence.store import Credentials
from influence.tables.reading.ids import NULL_WORDS, stripped
from influence.tables.reading.names import canonical_names
from tests.commands import influence
from tests.examples import examples
from tests.servers import Server

HOSTILE = [
    "'; MATCH (n) DETACH DELETE n //",
    '"}) DETACH DELETE n //',
    "`x` SET c.admin = true //",
    "$id",
    "../../etc/passwd",
    "a\x00b",
    "=cmd|' /C calc'!A0",
    "\u202e\u0000\U0001f600",
    "{{7*7}}",
    "[red]bold[/red]",
    "\x1b[2J",
]
texts = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20
)


def is_bare(text: str) -> bool:
    """Return whether a text has no blanks at its ends and no invisible characters."""
    return text == stripped(pa.chunked_array([[text]]))[0].as_py()


# Ids that a load keeps unchanged: stripped, visible, and not a null word.
ids_kept = texts.filter(
    lambda text: (
        canonical_names([text], "ties") == [text]
        and is_bare(text)
        and text.lower() not in {"", *NULL_WORDS}
    )
)
often = examples(12, suppress_health_check=[HealthCheck.function_scoped_fixture])


def company(ids: list[str], kind: str, column: str) -> Tables:
    return Tables(
        customers={"id": ids, "clv": [1.0] * len(ids), column: ids},
        ties={"source": ids[:-1], "target": ids[1:], "kind": [kind] * (len(ids) - 1)},
    )


@pytest.mark.neo4j
@often
@given(
    ids=st.lists(ids_kept, min_size=2, max_size=5, unique=True),
    kind=texts.filter(str.strip).filter(is_bare),
    column=ids_kept.filter(lambda name: "\0" not in name).filter(
        lambda name: (
            name.lower() not in {"id", "clv", "joined", "sentiment", "do_not_profile", "currency"}
        )
    ),
)
def test_no_statement_is_built_from_data(
    neo4j_server: Server, ids: list[str], kind: str, column: str
) -> None:
    known = {query.text for query in queries.library().values()}
    sent = []
    with open_store(
        neo4j_server.uri, Credentials(neo4j_server.username, neo4j_server.password)
    ) as store:
        run = store._bolt._run  # type: ignore[attr-defined]

        def recorded(query: queries.Query, *rest: object, **named: object) -> object:
            sent.append(query.text)
            return run(query, *rest, **named)

        store._bolt._run = recorded  # type: ignore[attr-defined]
        store.write_tables(company(ids, kind, column), replace=True, allow_removal=True)
        store.write_scores(compute(store.tables()))
        back = store.tables()
    assert sorted(back.customers["id"].to_pylist()) == sorted(ids)
    assert set(back.ties["kind"].to_pylist()) == {kind}
    assert {*sent} <= known


@often
@given(ids=st.lists(ids_kept, min_size=2, max_size=5, unique=True), kind=texts.filter(str.strip))
def test_no_data_causes_a_write_outside_the_directory(
    tmp_path_factory: pytest.TempPathFactory, ids: list[str], kind: str
) -> None:
    around = tmp_path_factory.mktemp("around")
    with open_store(around / "store") as store:
        store.write_tables(company(ids, kind, "plan"))
        store.write_scores(compute(store.tables()))
    assert [path.name for path in around.iterdir()] == ["store"]
    assert all(path.is_file() for path in (around / "store").iterdir())


def test_a_manifest_that_names_a_file_of_another_directory_is_refused(tmp_path: Path) -> None:
    with open_store(tmp_path / "store") as store:
        store.write_tables(company(["A", "B"], "tie", "plan"))
    manifest = tmp_path / "store" / "manifest.json"
    text = manifest.read_text()
    name = next((tmp_path / "store").glob("customers-*.parquet")).name
    (tmp_path / name).write_bytes((tmp_path / "store" / name).read_bytes())
    manifest.write_text(text.replace(name, f"../{name}"))
    with pytest.raises(StoreError, match=re.escape(f"../{name}")):
        open_store(tmp_path / "store").tables()


@often
@given(cells=st.lists(texts, min_size=1, max_size=6))
def test_no_cell_of_a_csv_is_a_formula(cells: list[str]) -> None:
    sink = io.StringIO(newline="")
    write_csv([{"value": cell} for cell in cells], ["value"], sink)
    sink.seek(0)
    read = [row[0] if row else "" for row in csv.reader(sink)][1:]
    assert len(read) == len(cells)
    for cell, shown in zip(cells, read, strict=True):
        assert not is_formula(shown)
        assert shown in {cell, f"'{cell}"}


@pytest.mark.parametrize("value", [-3.5, 0, None, True, "-12", "+4.5", "C0001", "é"])
def test_numbers_and_text_that_is_not_a_formula_do_not_change(value: object) -> None:
    assert harmless(value) == value


def test_an_export_counts_escaped_ids(tmp_path: Path) -> None:
    scores = compute(company(["=1+1", "B"], "tie", "plan"))
    assert export(scores, tmp_path / "s.csv").disarmed == 1
    assert "'=1+1" in (tmp_path / "s.csv").read_text()
    assert export(scores, tmp_path / "s.parquet").disarmed == 0
    with pytest.raises(UsageError, match=r"\.csv"):
        export(scores, tmp_path / "s.ods")


@pytest.mark.parametrize("debug", [[], ["--debug"]])
def test_messages_and_tracebacks_do_not_contain_the_password(debug: list[str]) -> None:
    command = [str(Path(sys.executable).with_name("influence"))]
    done = subprocess.run(
        [*command, "run", "--store", "bolt://127.0.0.1:1", *debug],
        env={**os.environ, "NEO4J_PASSWORD": "hunter2-and-more"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "hunter2" not in done.stdout + done.stderr


def test_terminal_output_has_no_control_characters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store(tmp_path / "store") as store:
        store.write_tables(company(["\x1b[2Jevil", "[red]B[/red]"], "tie", "plan"))
        store.write_scores(compute(store.tables()))
    for command in (["top"], ["explain", "[red]B[/red]"], ["triage", "\x1b[2Jevil"]):
        shown = influence(capsys, *command, "--store", tmp_path / "store", "--format", "table").out
        assert "\x1b[2J" not in shown
        assert "\\x1b[2Jevil" in shown
        assert command != ["top"] or "[red]B[/red]" in shown
