"""`influence run` as people meet it: a process of its own on an embedded store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import graphs
from benchmarks.graphs import Graph
from benchmarks.measure import Row, timed
from influence import open_store

CHILD = """
import sys
from benchmarks.measure import resident
from influence.cli import main
try:
    main()
finally:
    print(resident("VmHWM"), file=sys.stderr)
"""
"""The command, and its peak of memory as the last line. (What the system says of a child that has
ended may be its parent's.)"""


@dataclass
class Command:
    """The rows of one graph, repeat by repeat."""

    graph: Graph
    load: Row = field(default_factory=lambda: Row("influence load, Parquet"))
    whole: Row = field(default_factory=lambda: Row("influence run, whole command"))
    stages: dict[str, Row] = field(default_factory=dict)
    again: Row = field(default_factory=lambda: Row("  again, nothing changed"))

    def rows(self) -> list[Row]:
        return [self.load, self.whole, *self.stages.values(), self.again]

    def repeat(self) -> None:
        """A new store; a first run and a second one."""
        import pyarrow.parquet as pq

        tables = graphs.company(self.graph)
        with tempfile.TemporaryDirectory(prefix="influence-bench-") as folder:
            given = [Path(folder, f"{name}.parquet") for name in ("customers", "ties")]
            for path in given:
                pq.write_table(tables[path.stem], path)
            store = ["--store", str(Path(folder, "store"))]
            (_, memory), seconds = timed(influence, "load", "tables", *given, *store)
            self.load.add(seconds, memory)
            (said, memory), seconds = timed(influence, "run", *store, "--format", "json")
            self.whole.add(seconds, memory)
            stages = {"starting": seconds - sum(said["seconds"].values()), **said["seconds"]}
            for stage, spent in stages.items():
                self.stages.setdefault(stage, Row(f"  of it {stage}")).add(spent, of=seconds)
            (_, memory), again = timed(influence, "run", *store, "--format", "json")
            self.again.add(again, memory, of=seconds)
            with open_store(Path(folder, "store")) as opened:
                assert len(opened.scores()) == self.graph.n


def influence(*arguments: object, **environment: str) -> tuple[dict[str, dict[str, float]], int]:
    """What a command prints, where that is JSON, and its peak of memory in bytes."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, arguments)],
        cwd=Path(__file__).parents[1],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"influence {arguments[0]} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout or "{}"), int(done.stderr.splitlines()[-1])
