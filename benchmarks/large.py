"""A large company from files to figures: seconds and peak memory of each step.

The company is written chunk by chunk, so its size is bounded by the disk only. Each command is a
process of its own, whose peak memory is what the system counts for it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.command import influence
from benchmarks.graphs import SEED
from benchmarks.measure import Row, show, timed

EXPONENT = 2.5
ROWS_AT_ONCE = 1_000_000
Ints = npt.NDArray[np.int64]


@click.command()
@click.option("--customers", type=click.IntRange(10), default=1_000_000, show_default=True)
@click.option("--ties", type=click.IntRange(1), default=10_000_000, show_default=True)
@click.option("--method", type=click.Choice(["sketch", "exact", "auto"]), default="sketch",
              show_default=True)  # fmt: skip
@click.option("--folder", type=click.Path(path_type=Path), help="Where files stay; a company that "
              "is there already is used. [default: a temporary folder]")  # fmt: skip
def main(customers: int, ties: int, method: str, folder: Path | None) -> None:
    """Measure."""
    with tempfile.TemporaryDirectory(prefix="influence-large-") as temporary:
        place = folder or Path(temporary)
        rows = steps(place, customers, ties, method)
        show(f"{customers:,} customers, {ties:,} rows of ties, Chung–Lu, exponent {EXPONENT}", rows)


def steps(folder: Path, customers: int, ties: int, method: str) -> list[Row]:
    """Write a company, load it, run it, and run it again."""
    given = folder / f"company-{customers}-{ties}"
    rows = []
    if not given.exists():
        rows.append(Row("writing the company"))
        rows[-1].add(timed(write_company, given, customers, ties)[1])
    store = ["--store", str(folder / f"store-{customers}-{ties}"), "--quiet"]
    for what, arguments in (
        ("influence load, Parquet", ("load", "tables", given)),
        (f"influence run --method {method}", ("run", "--force", "--method", method)),
        ("influence run, nothing changed", ("run", "--method", method)),
    ):
        (_, memory), seconds = timed(influence, *arguments, *store)
        rows.append(Row(what))
        rows[-1].add(seconds, memory)
        print(f"{what}: {seconds:,.1f} s, {memory / 1e9:.2f} GB", flush=True)
    return rows


def write_company(folder: Path, customers: int, ties: int) -> None:
    """Write customers and ties as Parquet files into a new folder, in its place when complete."""
    fresh = folder.with_name(f"{folder.name}-unfinished")
    fresh.mkdir(parents=True, exist_ok=True)
    for name, tables in (
        ("customers", customer_chunks(customers)),
        ("ties", tie_chunks(customers, ties)),
    ):
        first = next(tables)
        with pq.ParquetWriter(fresh / f"{name}.parquet", first.schema) as file:
            file.write_table(first)
            for table in tables:
                file.write_table(table)
    fresh.rename(folder)


def customer_chunks(customers: int) -> Iterator[pa.Table]:
    """Yield ids and CLV of all customers, some at a time."""
    rng = np.random.default_rng([SEED, customers])
    for begin in range(0, customers, ROWS_AT_ONCE):
        some = np.arange(begin, min(begin + ROWS_AT_ONCE, customers))
        yield pa.table({"id": ids(some), "clv": np.round(rng.lognormal(5, 1, len(some)), 2)})


def tie_chunks(customers: int, ties: int) -> Iterator[pa.Table]:
    """Yield ties between customers with a power law of degrees, some at a time.

    Both ends are drawn in proportion to expected degrees; loops are left out, repeats are not.
    """
    rng = np.random.default_rng([SEED, customers, ties])
    share = np.cumsum((np.arange(customers) + 10.0) ** (-1 / (EXPONENT - 1)))
    number = rng.permutation(customers)  # customers with many ties are anywhere in the tables
    for begin in range(0, ties, ROWS_AT_ONCE):
        drawn = rng.random((2, min(ROWS_AT_ONCE, ties - begin))) * share[-1]
        ends = number[np.minimum(np.searchsorted(share, drawn), customers - 1)]
        source, target = ends[:, ends[0] != ends[1]]
        yield pa.table({"source": ids(source), "target": ids(target)})


def ids(numbers: Ints) -> pa.Array:
    """Return the ids of customers by number."""
    return pa.array(np.char.add("C", numbers.astype(str)))


if __name__ == "__main__":
    main()
