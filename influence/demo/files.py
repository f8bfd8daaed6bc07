"""Write the sample company as input files."""

from __future__ import annotations

from pathlib import Path

import pyarrow.csv as pc

from influence.demo.company import sample_company


def write_company(directory: Path, seed: int = 7, customers: int = 2000) -> None:
    """Write the sample company's tables as CSV into a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, table in sample_company(seed, customers).items():
        pc.write_csv(table, directory / f"{name}.csv")
