"""Who may know whom: the imports of every module, against the table of the architecture page."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "influence"

ANYONE = {"errors", "progress"}
"""Leaves that every room may know, but kernels neither and value only the errors."""

CORE = {"tables", "network", "models", "kernels", "value", "ego", "runs", "scores", "pipeline"}

MAY_KNOW = {
    "errors": set(),
    "progress": set(),
    "kernels": set(),
    "value": {"errors"},
    "tables": ANYONE,
    "leaves": set(),
    "arrangement": {"leaves"},
    "network": {"tables", "arrangement"} | ANYONE,
    "models": {"network", "arrangement", "kernels", "ego"} | ANYONE,
    "ego": {"network"} | ANYONE,
    "runs": {"network", "models", "value"} | ANYONE,
    "scores": {"runs", "value"} | ANYONE,
    "people": {"tables", "network", "value"} | ANYONE,
    "measure": {"network", "models", "kernels"} | ANYONE,
    "planner": {"network", "measure", "models"} | ANYONE,
    "search": {"network", "models", "value"} | ANYONE,
    "sketched": {"network", "models", "kernels", "value", "search"} | ANYONE,
    "pipeline": {
        "tables",
        "network",
        "models",
        "value",
        "people",
        "runs",
        "scores",
        "influence",
        "ground",
        "measure",
        "planner",
        "search",
        "sketched",
    }
    | ANYONE,
    "rfm": {"tables", "value"} | ANYONE,
    "queries": ANYONE,
    "store": {
        "influence",
        "tables",
        "queries",
        "runs",
        "scores",
        "network",
        "compare",
        "circles",
        "ground",
        "value",
    }
    | ANYONE,
    "loaders": {"tables"} | ANYONE,
    "demo": {"tables"} | ANYONE,
    "settings": {"store", "network", "models", "planner", "value"} | ANYONE,
    "batch": {"tables", "pipeline", "runs", "scores", "store"} | ANYONE,
    "ground": {"tables", "network", "people", "value"} | ANYONE,
    "circles": {"tables", "network", "models", "ego", "people", "runs", "ground"} | ANYONE,
    "explain": {"tables", "circles", "scores"} | ANYONE,
    "warmup": {"network", "models", "kernels"} | ANYONE,
    "compare": {"runs", "scores"} | ANYONE,
    "summary": {"scores"} | ANYONE,
    "intention": {"tables", "people", "value"} | ANYONE,
    "spreadsheet": set(),
    "export": {"scores", "spreadsheet"} | ANYONE,
    "browser": {"queries", "scores"} | ANYONE,
    "doctor": {"influence", "tables", "network", "people", "runs", "settings", "store"} | ANYONE,
    "report": {"scores", "runs"} | ANYONE,
    "scale": {"network", "models"} | ANYONE,
}
MAY_KNOW["cli"] = {*MAY_KNOW, "influence"}

FOR_TYPES_ONLY = {("errors", "tables"), ("scores", "ground")}
"""Arrows that exist for the type checker alone."""


def modules():
    """Module name → path; the links `loaders` and `cypher` are followed by hand."""
    folders = [ROOT, *sorted(p for p in ROOT.iterdir() if p.is_dir() and p.name != "__pycache__")]
    files = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    names = {}
    for file in files:
        parts = file.relative_to(ROOT).with_suffix("").parts
        names[".".join(("influence", *(part for part in parts if part != "__init__")))] = file
    return names


def imports(tree):
    """Every import, wherever it stands: (module, names, whether for the type checker only)."""
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, (), id(node) in for_types
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are absolute"
            yield node.module, [alias.name for alias in node.names], id(node) in for_types


def room(module):
    """The room a module of influence lies in; the package itself is `influence`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "influence"


def arrows():
    known = modules()
    for module, file in known.items():
        for target, names, for_types in imports(ast.parse(file.read_text(encoding="utf-8"))):
            if target.split(".")[0] != "influence":
                continue
            ends = [f"{target}.{name}" for name in names if f"{target}.{name}" in known]
            for end in ends or [target]:
                yield module, end, for_types


def test_every_module_lies_in_a_room_of_the_table():
    rooms = {room(module) for module in modules()} - {"influence"}
    assert rooms <= set(MAY_KNOW), "a new room: say in MAY_KNOW whom it may know"


def test_no_arrow_runs_the_other_way():
    wrong = [
        f"{module} imports {target}"
        for module, target, for_types in arrows()
        if room(module) not in {"influence", room(target)}
        and room(target) not in MAY_KNOW.get(room(module), set())
        and not (for_types and (room(module), room(target)) in FOR_TYPES_ONLY)
    ]
    assert wrong == [], "\n".join(wrong)


def test_the_table_itself_has_no_circle():
    done = set()
    while rest := set(MAY_KNOW) - done:
        free = {name for name in rest if MAY_KNOW[name] - {"influence"} <= done}
        assert free, f"circle among {sorted(rest)}"
        done |= free


def test_nothing_imports_cli_and_the_core_imports_no_rim():
    rim = {"store", "loaders", "report", "scale", "settings", "demo", "cli"}
    for name, may in MAY_KNOW.items():
        assert "cli" not in may
        if name in CORE:
            assert not may & rim, name


@pytest.mark.parametrize("name", ["kernels", "value"])
def test_kernels_and_value_see_arrays_only(name):
    allowed = {"__future__", "numpy", "numba", "dataclasses", "typing", "math", "collections"}
    wraps_a_library = {
        "influence.kernels.lanes": {"llvmlite"},
        "influence.kernels.vectors": {"llvmlite"},
        "influence.kernels.sketches": {"llvmlite"},
        "influence.value.bg_nbd": {"lifetimes", "warnings", "contextlib", "io", "re"},
        "influence.value.conventions": {"datetime"},
    }
    for module, file in modules().items():
        if room(module) == name:
            found = {
                target.split(".")[0]
                for target, _, _ in imports(ast.parse(file.read_text(encoding="utf-8")))
            }
            more = wraps_a_library.get(module, set())
            assert found - {"influence"} <= allowed | more, module


def test_only_the_store_knows_the_driver_and_only_the_cli_knows_the_terminal():
    homes = {"neo4j": {"store", "cli"}, "click": {"cli"}, "rich": {"cli"}}
    for module, file in modules().items():
        for target, _, _ in imports(ast.parse(file.read_text(encoding="utf-8"))):
            home = homes.get(target.split(".")[0])
            assert home is None or room(module) in home, f"{module} imports {target}"


def test_the_environment_is_read_in_the_settings_only():
    for module, file in modules().items():
        if room(module) in {"cli", "settings"}:
            continue
        assert "environ" not in file.read_text(encoding="utf-8"), module


def test_the_walk_sees_imports_inside_functions_and_through_the_links():
    found = list(arrows())
    assert ("influence.store.open", "influence.store.files", False) in found
    assert any(room(module) == "loaders" for module in modules())
    assert any(for_types for _, _, for_types in found)
