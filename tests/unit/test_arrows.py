"""The layers of the package: every import goes to the same folder or to a lower layer."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "influence"

LAYERS = (
    {"errors", "progress", "kernels", "headings", "notebook"},
    {"value", "tables", "queries", "arrow_frame", "conditions", "charts"},
    {"ranking"},
    {"network", "loaders", "rfm", "demo"},
    {"models"},
    {"parameters", "scale", "calibration"},
    {"runs"},
    {"plots", "score_columns"},
    {"scores"},
    {"engine"},
    {"pipeline", "customer", "answers"},
    {"validation"},
    {"store"},
    {"batch", "settings", "browser", "spark"},
    {"reports"},
    {"report_page"},
    {"cli"},
)
"""A module may import from its own folder and from the folders in the lines above its own."""

OUTER = {
    "loaders",
    "demo",
    "browser",
    "settings",
    "batch",
    "reports",
    "report_page",
    "cli",
    "spark",
}
"""Only these folders may import one another; the core imports none of them."""

FOR_TYPES_ONLY = {("errors", "tables"), ("plots", "scores")}
"""Imports for type checking only."""

APART = ({"influence.store.directory"}, {"influence.store.neo4j"})
"""The two stores, which must not import each other."""


@cache
def modules():
    """Return module name → path; rglob does not follow the linked folders."""
    folders = [ROOT, *sorted(p for p in ROOT.iterdir() if p.is_dir() and p.name != "__pycache__")]
    files = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    names = {}
    for file in files:
        parts = file.relative_to(ROOT).with_suffix("").parts
        names[".".join(("influence", *(part for part in parts if part != "__init__")))] = file
    return names


def statements(node):
    """Yield the statements in a node; those are few among the nodes that `ast.walk` yields."""
    for inner in ast.iter_child_nodes(node):
        if not isinstance(inner, ast.expr):
            yield inner
            yield from statements(inner)


@cache
def imports(file):
    """Return all imports of a file: (module, names, whether for type checking only)."""
    nodes = [*statements(ast.parse(file.read_text(encoding="utf-8")))]
    for_types = {
        id(inner)
        for node in nodes
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in (statement, *statements(statement))
    }
    found = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [(alias.name, (), id(node) in for_types) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are absolute"
            names = [alias.name for alias in node.names]
            found.append((node.module, names, id(node) in for_types))
    return found


def folder(module):
    """Return the folder or top-level module of a module; `influence` for the package itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "influence"


def arrows():
    known = modules()
    for module, file in known.items():
        for target, names, for_types in imports(file):
            if target.split(".")[0] != "influence":
                continue
            ends = [f"{target}.{name}" for name in names if f"{target}.{name}" in known]
            for end in ends or [target]:
                yield module, end, for_types


LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def allowed(module, target, for_types):
    one, other = folder(module), folder(target)
    if "influence" in {one, other} or one == other:
        return True
    if for_types and (one, other) in FOR_TYPES_ONLY:
        return True
    return LEVEL[other] < LEVEL[one] and (other not in OUTER or one in OUTER)


def test_every_module_is_in_a_layer():
    rooms = {folder(module) for module in modules()} - {"influence"}
    assert rooms == set(LEVEL)


def test_modules_import_only_from_lower_layers():
    wrong = [f"{module} imports {target}" for module, target, t in arrows()
             if not allowed(module, target, t)]  # fmt: skip
    assert wrong == [], "\n".join(wrong)


def test_the_two_stores_do_not_import_each_other():
    one, other = (next(iter(side)) for side in APART)
    for module, target, _ in arrows():
        ends = module.startswith(one) + 2 * module.startswith(other)
        assert not (ends == 1 and target.startswith(other)), (module, target)
        assert not (ends == 2 and target.startswith(one)), (module, target)


@pytest.mark.parametrize("name", ["kernels", "value"])
def test_kernels_and_value_import_only_array_libraries(name):
    allowed = {"__future__", "numpy", "numba", "dataclasses", "typing", "math", "collections"}
    wraps_a_library = {
        "influence.kernels.bitmasks": {"llvmlite"},
        "influence.kernels.vectors": {"llvmlite"},
        "influence.kernels.sketches": {"llvmlite"},
        "influence.value.bg_nbd": {"lifetimes", "warnings", "contextlib", "io", "re"},
        "influence.value.conventions": {"datetime"},
    }
    for module, file in modules().items():
        if folder(module) == name:
            found = {target.split(".")[0] for target, _, _ in imports(file)}
            more = wraps_a_library.get(module, set())
            assert found - {"influence"} <= allowed | more, module
            inner = {target for source, target, _ in arrows() if source == module}
            assert {folder(target) for target in inner} <= {name, "errors"}, module


def test_only_one_folder_imports_the_driver_the_terminal_and_the_charts():
    homes = {"neo4j": {"store"}, "click": {"cli"}, "rich": {"cli"}}
    homes |= {"altair": {"charts"}, "vl_convert": {"charts"}, "jinja2": {"report_page"}}
    for module, file in modules().items():
        for target, _, _ in imports(file):
            home = homes.get(target.split(".")[0])
            assert home is None or folder(module) in home, f"{module} imports {target}"


def test_only_settings_cli_and_spark_read_the_environment():
    for module, file in modules().items():
        if folder(module) in {"cli", "settings", "spark"}:  # Spark has variables of its own
            continue
        assert "environ" not in file.read_text(encoding="utf-8"), module


def test_the_check_finds_imports_inside_functions_and_linked_folders():
    found = list(arrows())
    assert ("influence.store.open", "influence.store.directory.store", False) in found
    assert any(folder(module) == "loaders" for module in modules())
    assert any(for_types for _, _, for_types in found)


def test_test_modules_do_not_import_each_other():
    tests = ROOT.parent / "tests"
    for file in sorted(tests.rglob("test_*.py")):
        for module, names, _ in imports(file):
            if module.split(".")[0] == "tests":
                parts = {*module.split("."), *names}
                assert not any(part.startswith("test_") for part in parts), (file, module)
