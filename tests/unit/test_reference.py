from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click

import influence
from influence.calibration.options import CalibrationOptions
from influence.cli import COMMANDS, app
from influence.parameters import Parameters
from tools import docstrings, reference

ROOT = Path(__file__).parents[2]


def test_the_reference_pages_are_up_to_date() -> None:
    for name, text in reference.pages().items():
        page = reference.PAGES / name
        assert page.read_text("utf-8") == text, f"{name} is stale: make reference"


def test_help_fits_a_terminal_of_80_columns() -> None:
    for name, text in helps(app, "influence"):
        assert max(map(len, text.splitlines())) <= 80, name


def helps(command: click.Command, name: str) -> Iterator[tuple[str, str]]:
    """Yield the names of a command and of those in it, and what --help shows of them."""
    context = click.Context(command, info_name=name, terminal_width=80)
    yield name, command.get_help(context)
    for inner in command.list_commands(context) if isinstance(command, click.Group) else ():
        found = command.get_command(context, inner)
        assert found is not None
        yield from helps(found, f"{name} {inner}")


def test_every_command_and_every_public_name_is_in_the_reference() -> None:
    pages = reference.pages()
    for command in COMMANDS:
        assert f"## influence {command}\n" in pages["commands.md"]
    for name in set(influence.__all__) - {"__version__"}:
        assert f"## {name}\n" in pages["python.md"]


def test_every_type_that_a_public_function_returns_is_in_the_reference() -> None:
    page = reference.pages()["python.md"]
    results = [
        str(inspect.signature(thing).return_annotation)
        for name in set(influence.__all__) - {"__version__"}
        if inspect.isfunction(thing := getattr(influence, name))
    ]
    ours = {word for text in results for word in re.findall(r"(?<![.\w])[A-Z]\w+", text)}
    assert ours - {"None", "Any", "Path"} > {"Explanation", "Outcome", "Scores", "Store"}
    assert not [name for name in ours - {"None", "Any", "Path"} if f"\n## {name}\n" not in page]


def test_defaults_of_options_are_those_of_the_library() -> None:
    """Commands state them too, since importing the library would slow down every start."""

    def default(command: str, name: str) -> object:
        module, attribute = COMMANDS[command].split(":")
        parameters = getattr(import_module(module), attribute).params
        return next(each.default for each in parameters if each.name == name)

    run, validation = Parameters(), inspect.signature(influence.validate_until).parameters
    assert default("run", "registers") == default("estimate", "registers") == run.registers
    assert default("run", "seed") == run.seed
    assert default("calibrate", "depth") == CalibrationOptions("joins").depth
    for name in ("draws", "seed"):
        assert default("validate", name) == validation[name].default
    text = reference.pages()["commands.md"]
    assert f"auto uses sketches. [default: {run.limits.max_seconds:g}]" in " ".join(text.split())


def test_every_link_in_the_documentation_is_valid() -> None:
    files = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    for file in files:
        for target in re.findall(r"\]\(([^)#]+)\)", file.read_text("utf-8")):
            if "://" not in target:
                assert (file.parent / target).exists(), f"{file.name} → {target}"


def test_every_file_that_the_documentation_names_exists() -> None:
    files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    named = re.compile(r"`((?:influence|loaders|cypher|tests|tools|deploy|benchmarks)/[\w./-]+)`")
    for file in files:
        for path in named.findall(file.read_text("utf-8")):
            assert (ROOT / path).exists(), f"{file.name} names {path}"


def example(customers: list[str], *others: float, tell: object = len, **more: int) -> int:
    """Count something.

    A second paragraph::

        count = 1

    Parameters
    ----------
    customers : list of str
        Ids, a | b.
    tell
        Called once.

    Raises
    ------
    UsageError
        If there is none.
    """
    return len(customers)


def test_a_description_has_the_types_of_docstring_and_signature() -> None:
    lines = list(docstrings.described("example", example))
    assert (
        lines[1]
        == "example(customers: list[str], *others: float, tell: object = ..., **more: int) -> int"
    )
    assert "| `customers` | `list of str` | Ids, a \\| b. |" in lines
    assert "| `tell` | `object` | Called once. |" in lines
    assert "| `others` | `float` |  |" in lines
    assert "| `UsageError` | If there is none. |" in lines
    assert lines[lines.index("```text") + 1] == "count = 1"
