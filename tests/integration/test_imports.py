"""What a command or module loads, in a process of its own: a library takes tenths of seconds."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import prepare

ROOT = Path(__file__).parents[2]
CHARTS = ("altair", "jinja2", "vl_convert")
HEAVY = ("numpy", "numba", "pyarrow", "pandas", "pydantic", "scipy", "networkx", "neo4j", "click",
         "rich", *CHARTS)  # fmt: skip


def loaded(program):
    """The modules that there are in a fresh process after a program."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{program}\nimport sys; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return {*done.stdout.splitlines()[-1].split()}


def command(*arguments):
    """A program that runs a command, whether or not it succeeds."""
    return f"from influence.cli import main\ntry: main({[*arguments]!r})\nexcept SystemExit: pass"


@pytest.mark.parametrize("module", ["influence", "influence.errors"])
def test_importing_influence_loads_no_heavy_library(module):
    assert not loaded(f"import {module}") & {*HEAVY}


def test_help_needs_no_heavy_import():
    assert not loaded(command("--help")) & {*HEAVY} - {"click"}


@pytest.mark.parametrize(
    "module", ["scores", "network", "customer.explain", "cli.commands.explain", "cli.commands.top"]
)
def test_only_drawing_loads_the_libraries_of_charts(module):
    assert not loaded(f"import influence.{module}") & {*CHARTS}


def test_opening_a_store_needs_no_scipy():
    assert "scipy" not in loaded("import influence.store.directory.store")


def test_a_small_company_loads_no_compiler():
    program = """
import influence
tables = influence.Tables(customers={"id": ["A", "B"], "clv": [100.0, 0.0]},
                          ties={"source": ["A"], "target": ["B"]})
assert influence.compute(tables).row("B")["network_value"] == 22.5
"""
    assert "numba" not in loaded(program)


def test_a_run_with_nothing_to_compute_loads_no_library_that_computes(tmp_path):
    (tmp_path / "customers.csv").write_text("id,clv\nA,100\nB,0\n")
    (tmp_path / "ties.csv").write_text("source,target\nA,B\n")
    store = ("--store", f"{tmp_path / 'store'}")
    prepare("load", "tables", tmp_path, *store)
    prepare("run", *store)
    assert not loaded(command("run", *store)) & {"networkx", "numba", "pandas", "scipy"}


def test_explaining_one_customer_loads_no_compiler():
    program = """
from influence import Network, Shells, Tables
import influence.customer.neighbourhood
network = Network.from_tables(
    Tables(customers={"id": ["A", "B"]}, ties={"source": ["A"], "target": ["B"]})
)
assert Shells().row(network, 0).sum() == 1
"""
    assert not loaded(program) & {"numba", "scipy"}


def test_an_ordinary_run_loads_no_spark():
    found = loaded(command("run", "--store", "none"))
    assert not [name for name in found if name.startswith(("pyspark", "influence.spark"))]


def test_the_modules_of_forecasts_can_be_imported_without_the_extra():
    loaded(
        "import sys; sys.modules['lifetimes'] = None\n"
        "import influence.rfm, influence.value.probabilistic"
    )
