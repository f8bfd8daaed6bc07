"""The public names of the package, and the cost of importing it."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import influence

ROOT = Path(__file__).parents[2]
CHARTS = ("altair", "jinja2", "vl_convert")
HEAVY = ("numpy", "numba", "pyarrow", "pandas", "scipy", "networkx", "neo4j", "click", "rich",
         *CHARTS)  # fmt: skip


def test_every_public_name_can_be_imported_and_nothing_else_is_listed():
    for name in influence.__all__:
        assert getattr(influence, name) is not None, name
    assert sorted(influence.__all__) == dir(influence)
    assert len(set(influence.__all__)) == len(influence.__all__)


def test_a_star_import_imports_the_public_names():
    names = {}
    exec("from influence import *", names)
    assert set(names) - {"__builtins__"} == set(influence.__all__)


def test_the_names_for_type_checkers_are_the_public_names():
    tree = ast.parse((ROOT / "influence" / "__init__.py").read_text(encoding="utf-8"))
    (block,) = [
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    named = {
        alias.asname or alias.name: f"{node.module}"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert set(named) | {"__version__"} == set(influence.__all__)
    for name, home in named.items():
        assert influence._HOMES[name] == home


def test_the_names_of_the_interface_are_public():
    promised = {"Tables", "Network", "Shells", "compute", "Scores", "open_store", "InfluenceError"}
    assert promised <= set(influence.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Walk2'"):
        _ = influence.Walk2


def test_the_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert influence.__version__ == version("customer-influence")


def loaded(statement, libraries):
    """Which of these libraries a statement loads in a fresh process."""
    program = f"import sys; {statement}; print(*(set(sys.modules) & set({libraries!r})))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.split()


@pytest.mark.parametrize("statement", ["import influence", "import influence.errors"])
def test_importing_influence_loads_no_heavy_library(statement):
    assert loaded(statement, HEAVY) == []


@pytest.mark.parametrize(
    "module", ["scores", "network", "customer.explain", "cli.commands.explain", "cli.commands.top"]
)
def test_only_drawing_loads_the_libraries_of_charts(module):
    assert loaded(f"import influence.{module}", CHARTS) == []


def test_every_error_is_an_influence_error_with_an_exit_code():
    from influence import errors

    found = {
        name: kind
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, Exception)
    }
    for name, kind in found.items():
        assert issubclass(kind, influence.InfluenceError), name
        assert kind.exit_code in {1, 2, 3, 4}
        assert kind.__doc__
        assert f"{name} " in errors.__doc__  # the tree at the top of the file
