"""Write docs/reference/ from the code: `python -m tools.reference` (`make reference`).

A test checks that the pages are up to date.
"""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import AliasChoices

import influence
from influence import queries
from influence.batch import Outcome
from influence.calibration.record import Calibration
from influence.calibration.screen import Clustering
from influence.cli import app
from influence.customer.explain import Explanation
from influence.customer.triage import Reversal, Triage
from influence.engine.planner import Plan
from influence.loaders.mapped import schema, vendors
from influence.models.path_classes import PathClasses
from influence.models.sketch import Sketched
from influence.network.plots import NetworkPlots
from influence.plots import ScoresPlots
from influence.reports.export import Exported
from influence.reports.export_for import ExportedFor
from influence.runs import Accuracy, Run, Stability
from influence.score_columns import ScoreColumn, score_columns
from influence.settings import RENAMED, Settings
from influence.store.check import Finding
from influence.store.loads import Load
from influence.store.neo4j import properties
from influence.store.protocol import Loaded, Store, Written
from influence.tables.notes import Note
from influence.tables.problems import SENTENCES
from influence.tables.specs import TABLES
from influence.tables.validate import Checked
from influence.validation.result import Figure, Validation, Verdict
from influence.value.card_rules import CardRules
from influence.value.conventions import Conventions
from influence.value.intention import Intention, Share
from tools.docstrings import attributes, described

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = Path(__file__).resolve().parents[1] / "docs" / "reference"
PLOTS = {"Network": NetworkPlots, "Scores": ScoresPlots}
"""The classes of `plot`, by the class that has it."""
RESULTS = (
    Accuracy, Calibration, Checked, Clustering, Explanation, Exported, ExportedFor, Figure,
    Finding, Intention, Load, Loaded, Note, Outcome, PathClasses, Plan, Reversal, Run, Share,
    Sketched, Stability, Store, Triage, Validation, Verdict, Written,
)  # fmt: skip
"""What public functions return, and what that consists of, where it is no public name."""
NOTICE = "<!-- Written by `make reference` from the code; edit the code instead. -->"


def pages() -> dict[str, str]:
    """Return file name → text of the page."""
    return {
        "commands.md": _page("Commands", _commands()),
        "tables.md": _page("Input tables", _tables()),
        "scores.md": _page("Score columns", _scores()),
        "queries.md": _page("Queries", _queries()),
        "settings.md": _page("Settings", _settings()),
        "mapping.md": _page("Keys of a mapping", _mapping()),
        "python.md": _page("Python", _python()),
    }


def _page(title: str, lines: Iterator[str]) -> str:
    return "\n".join([f"# {title}", "", NOTICE, "", *lines]).rstrip() + "\n"


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _table(*headings: str) -> Iterator[str]:
    yield _row(*headings)
    yield _row(*["---"] * len(headings))


def _commands() -> Iterator[str]:
    yield "Exit codes: 0 done · 1 failed, or nothing to show · 2 wrong usage · 3 input rejected,"
    yield "nothing written · 4 store unreachable, refusing or locked · 130 interrupted."
    yield from ("", "## influence", "")
    yield from _help(app, "influence")


def _help(command: click.Command, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, max_content_width=90)
    text = re.sub(r"[ \t]+$", "", command.get_help(context), flags=re.MULTILINE)
    yield from ("```text", text, "```", "")
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                yield from (f"## {name} {inner}", "")
                yield from _help(found, f"{name} {inner}")


def _tables() -> Iterator[str]:
    yield "CSV, CSV.gz, Parquet, or any frame with the Arrow interface. Ids are text, without"
    yield "blanks at their ends. A blank cell has the default. Names of columns are compared"
    yield "without case; further columns are kept for customers only."
    for spec in TABLES.values():
        yield from ("", f"## {spec.name}", "")
        yield from _table("column", "type", "default", "meaning")
        for column in spec.columns:
            name = f"**{column.name}**" if column.required else column.name
            default = "" if column.default is None else f"`{column.default!r}`"
            headers = ", ".join(f"`{header}`" for header in column.also_known_as)
            also = f"; also recognised as {headers}" if headers else ""
            yield _row(name, column.type, default, column.doc + also)
    yield from ("", "## Problems", "")
    yield from _table("problem", "meaning")
    for kind, sentence in SENTENCES.items():
        yield _row(f"`{kind}`", sentence)


def _scores() -> Iterator[str]:
    yield "One row per profiled customer. `customer` comes first and `run` (the current run's id)"
    yield "last. Shown for a run of depth 3; a deeper one has `reach_4` … as well."
    yield ""
    yield from _table("column", "in Neo4j", "type", "unit", "meaning")
    for column in score_columns(3):
        yield _row(
            f"`{column.name}`", f"`{column.property_key}`", column.type, column.unit, column.doc
        )
    exact = score_columns(3)
    errors = (f"`{c.name}`" for c in score_columns(3, "sketch") if c not in exact)
    yield ""
    yield f"A run with `--method sketch` also has standard errors: {', '.join(errors)}."
    yield "In Neo4j their properties end in `Se`. 0 means exact."
    ends = (f"`{c.name}` (`{c.property_key}`)" for c in _ends())
    yield ""
    yield f"A run in which weights or CLV are uncertain also has {', '.join(ends)}:"
    yield "the ends of 95 % intervals, see [intervals](../explanation/intervals.md)."
    yield from ("", "In Neo4j, each customer also has:", "")
    yield from _table("property", "meaning")
    yield _row(f"`{properties.RUN_KEY}`", "the run in which the figures last changed")
    for key, name in properties.PREVIOUS_KEYS.items():
        yield _row(f"`{key}`", f"`{name}` before that change")


def _ends() -> list[ScoreColumn]:
    known = score_columns(3)
    return [column for column in score_columns(3, intervals=True) if column not in known]


def _queries() -> Iterator[str]:
    yield "Queries for analysts: run `influence query NAME`, or paste the statement into the Neo4j"
    yield "Browser after the lines that set its parameters. `influence browser` writes all of them"
    yield "as saved queries. Figures of type money have 2 decimals and those of type share 3; rows"
    yield "are filtered and ranked by the figures before rounding."
    for query in queries.library().values():
        if not query.name.startswith(queries.EXPLORE):
            continue
        yield from ("", f"## {query.name.removeprefix(queries.EXPLORE)}", "")
        yield f"{query.title}. {query.doc}"
        if query.parameters:
            yield from ("", "In the Browser, first:", "", "```text")
            for parameter in query.parameters:
                yield f":param {parameter.name} => {_cypher(parameter)}"
            yield "```"
        for title, entries in (("parameter", query.parameters), ("column", query.columns)):
            if entries:
                yield ""
                yield from _table(title, "type", "meaning")
            for entry in entries:
                yield _row(f"`{entry.name}`", entry.type, entry.doc + _terms(entry))
        statement = query.text.partition("\n\n")[2].strip()
        yield from ("", "<details><summary>Cypher</summary>", "", "```cypher", statement, "```")
        yield from ("", "</details>")


def _cypher(parameter: queries.Parameter) -> str:
    """Return the default of a parameter as Cypher."""
    default = "…" if parameter.default is None else parameter.default
    return f"'{default}'" if isinstance(default, str) else str(default)


def _terms(entry: queries.Parameter | queries.Column) -> str:
    """Return default and bounds of a parameter, in brackets."""
    if isinstance(entry, queries.Column):
        return ""
    default = "" if entry.default is None else f"default {entry.default}".strip()
    if entry.default == "":
        default = "optional"
    terms = ", ".join(filter(None, (default, entry.bounds)))
    return f" ({terms})" if terms else ""


def _settings() -> Iterator[str]:
    yield "Flags override the environment, the environment overrides `influence.toml` in the"
    yield "working directory, and the file overrides defaults. A password is never an argument."
    yield ""
    yield from _table("key in influence.toml", "variable", "default", "meaning")
    for name, field in Settings.model_fields.items():
        if name in RENAMED:
            continue
        alias = field.validation_alias
        variable = f"`{alias.choices[1]}`" if isinstance(alias, AliasChoices) else ""
        default = f"`{field.default}`" if isinstance(field.default, str | float) else ""
        yield _row(f"`{name}`", variable, default, field.description or "")
    for table, rules, option in (
        ("value", Conventions, "--set"),
        ("scorecard", CardRules, "--card"),
    ):
        yield from ("", f"In the table `{table}`, or with `run {option} NAME=VALUE`:", "")
        yield from _table(f"key in {table}", "type", "default", "meaning")
        described_in = attributes(rules)
        for rule in fields(rules):
            default = "" if rule.default is None else f"`{rule.default}`"
            typed, meaning = described_in[rule.name]
            yield _row(f"`{rule.name}`", f"`{typed}`", default, meaning)


def _mapping() -> Iterator[str]:
    yield "A mapping is a TOML file for `influence load mapped`. Names of columns are compared"
    yield "without case. How to write one: [your own files](../how-to/own-files.md)."
    parts = (
        ("[[file]]: one kind of file", schema.File, ("rows", "groups")),
        ("[[file.rows]]: each row becomes a row of a table", schema.Rows, ()),
        ("The value of a column: a name, or a table with these keys", schema.Value, ()),
        ("lookup", schema.Lookup, ()),
        ("[[file.groups]]: who shares a value is tied", schema.Group, ()),
    )
    for title, model, apart in parts:
        yield from ("", f"## {title}", "")
        yield from _table("key", "default", "meaning")
        for name, field in model.model_fields.items():
            if name not in apart:
                default = (
                    ""
                    if field.is_required() or field.default in (None, "", [])
                    else (f"`{json.dumps(field.default)}`")
                )
                key = f"**{name}**" if field.is_required() else name
                yield _row(key, default, field.description or "")
    yield from ("", f"Mappings that are shipped: {', '.join(f'`{name}`' for name in vendors())}.")


def _python() -> Iterator[str]:
    yield "One or two calls do what a command does. Functions come first, then classes and errors,"
    yield "then the types of results. Money is in the currency of the input; `float64[n]` is an"
    yield "array with its shape."
    yield ""
    things = {name: getattr(influence, name) for name in influence.__all__ if name != "__version__"}
    for name, thing in sorted(things.items(), key=lambda item: (_kind(item[1]), item[0])):
        yield from (f"## {name}", "")
        yield from described(f"influence.{name}", thing)
        if inspect.isclass(thing) and not issubclass(thing, Exception):
            methods = _public_methods(thing)
            if name in PLOTS:
                methods += [(f"plot.{inner}", draw) for inner, draw in _public_methods(PLOTS[name])]
            for method, function in methods:
                yield from (f"### {name}.{method}", "")
                yield from described(f"{name}.{method}", function)
    for result in sorted(RESULTS, key=lambda result: result.__name__):
        yield from (f"## {result.__name__}", "")
        yield from described(None, result)
        for method, function in _public_methods(result):
            yield from (f"### {result.__name__}.{method}", "")
            yield from described(f"{result.__name__}.{method}", function)


def _kind(thing: object) -> int:
    """Return the place of a function, a class or an error among these three."""
    if not inspect.isclass(thing):
        return 0
    return 2 if issubclass(thing, Exception) else 1


def _public_methods(thing: type) -> list[tuple[str, object]]:
    """Return the public methods of a class that are defined in this package."""
    ours = [base for base in reversed(thing.__mro__) if base.__module__.startswith("influence")]
    names = dict.fromkeys(n for base in ours for n in vars(base) if not n.startswith("_"))
    return [(n, getattr(thing, n)) for n in names if callable(getattr(thing, n, None))]


def main() -> None:
    """Write all pages."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
