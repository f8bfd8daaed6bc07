"""The public names of the package."""

import ast
from pathlib import Path

import pytest

import influence

ROOT = Path(__file__).parents[2]


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
