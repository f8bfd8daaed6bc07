"""Public graphs whose counts others published, as they lie beside the repository."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest

from influence import Network, Tables
from influence.tables import EMPTY, Rules, merge, validate

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def reference(name):
    """The published counts of a graph, and its file; skips where the data are not there."""
    path = DATA / "reference_counts.json"
    if not path.exists():
        pytest.skip("the data of ../shared are not on this machine")
    entry = json.loads(path.read_text(encoding="utf-8"))[name]
    if not (DATA / entry["file"]).exists():
        pytest.skip(f"{entry['file']} is not on this machine")
    return entry


def read(file):
    """The first two columns, whatever they are called, as text."""
    with gzip.open(DATA / file, "rt", encoding="utf-8") as lines:
        names = lines.readline().strip().split(",")[:2]
    options = pa.csv.ConvertOptions(
        include_columns=names, column_types=dict.fromkeys(names, pa.string())
    )
    table = pa.csv.read_csv(DATA / file, convert_options=options)
    return table.rename_columns(["source", "target"])


def network_of(file, *, directed):
    """The network in a file of ties, self ties left out."""
    ties = read(file)
    ties = ties.append_column("directed", pa.array([directed] * len(ties)))
    checked = validate(Tables(ties=ties), Rules(add_missing=0.0, drop_self=True))
    return Network.from_tables(merge(EMPTY, checked.tables))
