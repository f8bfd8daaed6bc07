"""The source of a table of several files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from influence import open_store
from influence.loaders.mapped import read
from influence.tables import Source
from tests.examples import examples


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=4),
    st.lists(st.booleans(), min_size=16, max_size=16),
    st.booleans(),
)
@examples()
def test_each_row_is_found_in_its_file_also_after_rows_were_left_out(lengths, keep, twice) -> None:
    rows = [(f"{part}.csv", 2 + row) for part, n in enumerate(lengths) for row in range(n)]
    parts = tuple(Source(f"{part}.csv", 2, length=n) for part, n in enumerate(lengths))
    source = Source("all", parts=parts)
    for _ in range(1 + twice):
        kept = np.flatnonzero(keep[: len(rows)])
        source = source.taking(kept, len(rows) - len(kept))
        rows = [rows[at] for at in kept]
    found = {}
    for part, at, numbers in source.located(np.arange(len(rows))):
        found |= {int(i): (part.file, int(row)) for i, row in zip(at, numbers, strict=True)}
    assert [found[i] for i in range(len(rows))] == rows
    assert source.dropped == sum(lengths) - len(rows)
    assert [length for _, _, length in source.spans(0)] == [
        sum(file == f"{part}.csv" for file, _ in rows) for part in range(len(lengths))
    ]


def test_rows_of_forgotten_customers_are_left_out_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        '[[file]]\nname = "people"\n[[file.rows]]\ntable = "customers"\ncolumns.id = "Id"\n'
        'columns.joined = "Since"\n'
    )
    for name, since in (("a", "31/12/2024"), ("b", "12/31/2024")):
        (tmp_path / f"{name}.csv").write_text(f"Id,Since\n{name}1,{since}\n{name}2,{since}\n")
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    store = open_store(str(tmp_path / "store"))
    store.write_tables(read(paths, tmp_path / "m.toml"))
    store.forget("a1")
    loaded = store.write_tables(read(paths, tmp_path / "m.toml"))
    assert loaded.rows["customers"].to_dict() == {
        "rows": 4, "read": 3, "merged": 0, "dropped": 1, "refused": 0,
    }  # fmt: skip
    days = store.tables().customers["joined"].to_pylist()
    assert {str(day) for day in days} == {"2024-12-31"}
    assert len(days) == 3
