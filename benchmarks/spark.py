"""Spark as a scheduler of jobs: its overhead over this machine, and a join of DataFrames beside it.

Both engines compute the same company in turn, so a busy machine slows both; starting Spark is not
counted. The peer finds everyone within three steps by joining the frontier with the ties, from a
few customers, and is multiplied up to all; processor time is that of all processes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
import numpy as np
import psutil
import pyarrow as pa

from benchmarks import graphs
from benchmarks.measure import Row, show, timed
from influence import Network, Parameters, Scores, compute
from influence.engine.warmup import warm_up
from influence.models.jobs import Runner
from influence.scale.files import JobFiles
from influence.spark import spark_runner, spark_session
from influence.spark.blocks import without_warning

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SEEDS = 20
"""Customers from whom the peer searches."""


@click.command()
@click.option("--customers", type=click.IntRange(1000), default=1_000_000, show_default=True)
@click.option("--peer", type=click.IntRange(1000), default=100_000, show_default=True,
              help="Customers of the company that the peer searches.")  # fmt: skip
@click.option("--master", default="local[2]", show_default=True)
@click.option("--repeats", type=click.IntRange(1), default=1, show_default=True)
def main(customers: int, peer: int, master: str, repeats: int) -> None:
    """Measure."""
    warm_up()
    with spark_session(master) as spark:
        beside_this_machine(spark, customers, repeats)
        beside_a_join(spark, peer)


def beside_this_machine(spark: SparkSession, customers: int, repeats: int) -> None:
    """Sketch a company by both engines."""
    graph = graphs.chung_lu(customers, exponent=2.5)
    rows = [Row("this machine"), Row("Spark")]
    for number in range(repeats):
        network, value = graph.relabelled(np.random.default_rng([graphs.SEED, number]))
        here, seconds = timed(sketched, network, value, None)
        rows[0].add(seconds)
        with temporary_runner(spark) as runner:
            there, longer = timed(sketched, network, value, runner)
        rows[1].add(longer, of=seconds)
        assert there.table.drop(["run"]).equals(here.table.drop(["run"]))
    show(f"{graph}: a sketched run", rows)


@contextmanager
def temporary_runner(spark: SparkSession) -> Iterator[Runner]:
    """Run jobs on Spark with files in a temporary folder."""
    with (
        tempfile.TemporaryDirectory() as folder,
        spark_runner(spark, JobFiles(f"{folder}/jobs")) as runner,
    ):
        yield runner


def sketched(network: Network, value: graphs.Floats, runner: Runner | None) -> Scores:
    """Compute a run."""
    asked = Parameters(method="sketch")
    return compute(network, asked, values=value, tell=lambda _: None, runner=runner)


def beside_a_join(spark: SparkSession, customers: int) -> None:
    """Search all customers exactly by jobs, and some by joins."""
    graph = graphs.chung_lu(customers, exponent=2.5)
    network, value = graph.relabelled(np.random.default_rng(graphs.SEED))
    rows = [Row("exact run of all, by jobs on Spark"), Row("everyone in reach, by joins")]
    with temporary_runner(spark) as runner:
        before = processor_seconds()
        asked = Parameters(method="exact")
        compute(network, asked, values=value, tell=lambda _: None, runner=runner)
        ours = processor_seconds() - before
    rows[0].add(ours)
    seeds = np.random.default_rng(graphs.SEED).choice(customers, SEEDS, replace=False)
    before = processor_seconds()
    joined(spark, network, seeds)
    rows[1].add((processor_seconds() - before) / SEEDS * customers, of=ours)
    show(f"{graph}: seconds of all processors", rows)


def joined(spark: SparkSession, network: Network, seeds: graphs.Ints) -> int:
    """Count everyone within three steps of some customers."""
    arcs = pa.table({"x": network.sources, "y": network.indices.astype(np.int64)})
    start = pa.table({"seed": seeds, "x": seeds})
    with without_warning():
        arcs_frame, within = spark.createDataFrame(arcs).cache(), spark.createDataFrame(start)
    frontier = within
    for _ in range(3):
        reached = frontier.join(arcs_frame, "x").select("seed", "y").distinct()
        frontier = reached.withColumnRenamed("y", "x").join(within, ["seed", "x"], "left_anti")
        frontier = frontier.localCheckpoint()
        within = within.union(frontier).localCheckpoint()
    return within.count()


def processor_seconds() -> float:
    """Processor time of this process and those that it started."""
    own = psutil.Process()
    spent = [process.cpu_times() for process in (own, *own.children(recursive=True))]
    return sum(t.user + t.system + t.children_user + t.children_system for t in spent)


if __name__ == "__main__":
    main()
