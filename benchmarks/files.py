"""Reading files: our reader beside those of Arrow, polars and pandas, in the same run.

The peers are told what ours finds out: the separator, that every cell is text, and the header. Ours
also looks for quotes that do not close, rows that do not fit, comments and repeated headers.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv

from benchmarks.graphs import SEED
from benchmarks.measure import Row, peak, show, timed
from influence.loaders import edges, tables

Read = Callable[[], int]
"""Reads a file and says how many rows it found."""


@click.command()
@click.option("--rows", type=click.IntRange(1000), default=1_000_000, show_default=True)
@click.option("--repeats", type=click.IntRange(1), default=5, show_default=True)
def main(rows: int, repeats: int) -> None:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        for title, path, ours in written(Path(folder), rows):
            table = [Row(name) for name in ("influence", *(f"  {peer}" for peer in PEERS))]
            for _ in range(repeats):
                own = measured(table[0], ours, rows)
                for row, read in zip(table[1:], PEERS.values(), strict=True):
                    measured(row, lambda read=read, path=path: read(path), rows, of=own)  # type: ignore[misc]
            show(f"{title}, {rows:,} rows", table)


def measured(row: Row, read: Read, rows: int, of: float | None = None) -> float:
    """Time one reading, and count its rows."""
    ((found, seconds), memory) = peak(timed, read)
    assert found == rows, (row.what, found)
    row.add(seconds, memory, of)
    return seconds


def written(folder: Path, rows: int) -> list[tuple[str, Path, Read]]:
    """An edge list, a table of ties, and customers whose names stand in quotes."""
    pairs = np.random.default_rng(SEED).integers(0, rows // 5, (rows, 2)).tolist()
    bare, ties, people = folder / "edges.txt", folder / "ties.csv", folder / "customers.csv"
    bare.write_text("".join(f"{a}\t{b}\n" for a, b in pairs))
    ties.write_text("source,target,strength\n" + "".join(f"{a},{b},1.5\n" for a, b in pairs))
    people.write_text(
        "id,clv,name\n" + "".join(f'{i},{a},"Name, {b}"\n' for i, (a, b) in enumerate(pairs))
    )
    return [
        ("an edge list", bare, lambda: len(edges.read(bare).ties)),
        ("a table of ties", ties, lambda: len(tables.read([ties]).ties)),
        ("customers, names in quotes", people, lambda: len(tables.read([people]).customers)),
    ]


def by_arrow(path: Path) -> int:
    names, mark = layout(path)
    return len(
        arrow_csv.read_csv(
            path,
            read_options=arrow_csv.ReadOptions(column_names=names, skip_rows=path.suffix == ".csv"),
            parse_options=arrow_csv.ParseOptions(delimiter=mark),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string())
            ),
        )
    )


def by_polars(path: Path) -> int:
    import polars as pl

    header = path.suffix == ".csv"
    return len(pl.read_csv(path, separator=layout(path)[1], has_header=header, infer_schema=False))


def by_pandas(path: Path) -> int:
    header: Any = "infer" if path.suffix == ".csv" else None
    return len(pd.read_csv(path, sep=layout(path)[1], header=header, dtype=str))


PEERS: dict[str, Callable[[Path], int]] = {
    "pyarrow.csv": by_arrow,
    "polars": by_polars,
    "pandas": by_pandas,
}


def layout(path: Path) -> tuple[list[str], str]:
    """What the peers are told."""
    return (["a", "b"], "\t") if path.suffix == ".txt" else (["a", "b", "c"], ",")


if __name__ == "__main__":
    main()
