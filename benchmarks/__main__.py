"""`make bench`: our times beside those of peers, in the same run on the same graphs.

Absolute times depend on the machine and on its other work; the ratios are what to quote. Every
repeat has a fresh network (the customers renumbered) and a fresh payoff, so nothing of an earlier
one is left; what our search prepares on it counts, compiling does not. Graph objects, ours too,
are built before the clock starts. Every answer is compared with another method's on sampled
customers before its time counts. Peers are asked for as many customers, drawn at random, as fit
into `--seconds`, and extrapolated, which the table says. A row's × is how often the time of the
row that it stands indented under.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click
import psutil

from benchmarks import graphs, limits
from benchmarks.command import Command
from benchmarks.estimates import Estimates
from benchmarks.graphs import Graph
from benchmarks.measure import show
from benchmarks.search import Searches
from influence.engine.warmup import warm_up

REAL = ("soc-epinions1", "soc-slashdot0902")
PARTS = ("search", "estimates", "command")
VERSIONS = ("numpy", "numba", "scipy", "igraph", "python-graphblas", "networkit", "networkx")


@click.command()
@click.option("--scale", type=click.IntRange(100), default=50_000, show_default=True,
              help="Customers to generate, 10,000 to 1,000,000.")  # fmt: skip
@click.option("--graph", "names", multiple=True, type=click.Choice([*graphs.GENERATED, "none"]),
              help="Of the generated ones, only these; may be repeated.")  # fmt: skip
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=graphs.DATA,
              show_default=True, help="Of public edge lists: NAME/edges.csv.gz.")  # fmt: skip
@click.option("--real", multiple=True, default=REAL, show_default=True, metavar="NAME",
              help="Which of them, if they are there; may be repeated, or none.")  # fmt: skip
@click.option("--repeats", type=click.IntRange(1), default=3, show_default=True,
              help="The median counts.")  # fmt: skip
@click.option("--seconds", type=float, default=2.0, show_default=True,
              help="How long a peer is asked in each repeat.")  # fmt: skip
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), default=PARTS,
              show_default=True, help="What to measure; may be repeated.")  # fmt: skip
def main(
    scale: int,
    names: tuple[str, ...],
    data: Path,
    real: tuple[str, ...],
    repeats: int,
    seconds: float,
    parts: tuple[str, ...],
) -> None:
    """Measure."""
    print(f"{processor()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print(", ".join(map(installed, VERSIONS)))
    if (busy := psutil.cpu_percent(interval=1.0)) > 10:
        print(f"other work keeps {busy:.0f} % of the processors busy: what uses all of them loses")
    warm_up()  # nothing is compiled while it is timed
    machine = limits.measure()
    print(machine, "\n")
    for graph in chosen(scale, names, data, real):
        searches, estimates = Searches(graph, machine, seconds), Estimates()
        command = Command(graph)
        for number in range(repeats):
            if sys.stderr.isatty():
                print(f"{graph.name}, {number + 1} of {repeats} …", file=sys.stderr)
            if {"search", "estimates"} & set(parts):
                found = searches.repeat(number, peers="search" in parts)
                if "estimates" in parts:
                    estimates.repeat(number, *found, of=searches.value.seconds[-1])
            if "command" in parts:
                command.repeat()
        sections = zip(PARTS, (searches.rows(), estimates.rows(), command.rows()), strict=True)
        show(str(graph), [row for part, rows in sections if part in parts for row in rows])


def chosen(
    scale: int, names: tuple[str, ...], data: Path, real: tuple[str, ...]
) -> Iterator[Graph]:
    """The graphs, one at a time: at a million each is some hundred megabytes."""
    for name, generate in graphs.GENERATED.items():
        if not names or name in names:
            yield generate(scale)
    for name in (name for name in real if name != "none"):
        path = data / name / "edges.csv.gz"
        if path.exists():
            yield graphs.of_file(path, name)
        else:
            print(f"{path} is not there: left out")


def installed(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name} is not installed"


def processor() -> str:
    """Its name where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
