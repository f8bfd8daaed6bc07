"""From a public function or class to Markdown: its signature, and its docstring with types."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Iterator
from textwrap import dedent

from numpydoc.docscrape import NumpyDocString, Parameter

WIDTH = 88
"""Of a signature in one line."""
ENTRIES = {
    "Parameters": "parameter",
    "Attributes": "attribute",
    "Returns": "returns",
    "Yields": "yields",
    "Raises": "raises",
}
"""Sections that become tables, and the heading of their first column."""
TEXTS = ("Notes", "References")


def described(name: str | None, thing: object) -> Iterator[str]:
    """Yield the lines of the description of a function or class; without a name, no signature.

    A parameter without a type in the docstring has that of the signature.
    """
    signature = _signature(thing)
    if name is not None:
        yield from ("```python", _call(name, signature), "```", "")
    doc = NumpyDocString(inspect.getdoc(thing) or "")
    for section in ("Summary", "Extended Summary"):
        yield from _paragraphs(doc[section])
    types = _types(signature)
    for section, heading in ENTRIES.items():
        entries, after = _entries(doc[section])
        if section == "Parameters" and entries:
            entries += _missing(entries, types)
        yield from _table(heading, entries, types)
        yield from _paragraphs(after)
    for section in TEXTS:
        yield from _paragraphs(doc[section])
    if doc["Examples"]:
        yield from ("```pycon", *doc["Examples"], "```", "")


def attributes(thing: type) -> dict[str, tuple[str, str]]:
    """Return type and meaning of each attribute that the docstring of a class describes."""
    return {
        name: (entry.type, " ".join(entry.desc))
        for entry in NumpyDocString(inspect.getdoc(thing) or "")["Attributes"]
        for name in entry.name.split(", ")
    }


def _signature(thing: object) -> inspect.Signature | None:
    try:
        return inspect.signature(thing) if callable(thing) else None
    except ValueError:
        return None


def _call(name: str, signature: inspect.Signature | None) -> str:
    """Return how a thing is called, on one line or with one line for each parameter."""
    if signature is None:
        return name
    parts, kinds = [], inspect.Parameter
    named = False
    for given in signature.parameters.values():
        if given.name == "self":
            continue
        if given.kind == kinds.KEYWORD_ONLY and not named:
            parts.append("*")
        named = named or given.kind in {kinds.KEYWORD_ONLY, kinds.VAR_POSITIONAL}
        parts.append(_parameter(given))
    result = _annotation(signature.return_annotation)
    end = f") -> {result}" if result and result != "None" else ")"
    line = f"{name}({', '.join(parts)}{end}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{name}(", *(f"    {part}," for part in parts), end])


def _parameter(given: inspect.Parameter) -> str:
    typed = _annotation(given.annotation)
    text = _stars(given) + given.name + (f": {typed}" if typed else "")
    if given.default is inspect.Parameter.empty:
        return text
    return f"{text}{' = ' if typed else '='}{_default(given.default)}"


def _stars(given: inspect.Parameter) -> str:
    if given.kind is inspect.Parameter.VAR_POSITIONAL:
        return "*"
    return "**" if given.kind is inspect.Parameter.VAR_KEYWORD else ""


def _annotation(annotation: object) -> str:
    if annotation is inspect.Signature.empty:
        return ""
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return text.strip("'\"")


def _default(value: object) -> str:
    """Return a default as it is written in Python; functions by name, what is made anew as …."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if inspect.isfunction(value):
        return str(value.__name__)
    return "..." if repr(value).startswith("<") else repr(value)


def _types(signature: inspect.Signature | None) -> dict[str, str]:
    """Return the annotation of each parameter by its name."""
    given = signature.parameters.values() if signature else ()
    return {one.name: _annotation(one.annotation) for one in given if one.name != "self"}


def _entries(entries: Iterable[Parameter]) -> tuple[list[Parameter], list[str]]:
    """Part the entries of a section from the paragraphs after them, which have no type."""
    found, after = [], []
    for entry in entries:
        if re.search(r"\w \w", entry.name) and not entry.type:
            after += [entry.name, *entry.desc, ""]
        else:
            found.append(entry)
    return found, after


def _missing(entries: Iterable[Parameter], types: dict[str, str]) -> list[Parameter]:
    """Return entries for the parameters that a docstring does not describe."""
    there = {name.strip("* ") for entry in entries for name in entry.name.split(",")}
    return [Parameter(name, "", []) for name in types if name not in there]


def _table(heading: str, entries: list[Parameter], types: dict[str, str]) -> Iterator[str]:
    if not entries:
        return
    named = any(entry.name for entry in entries)
    headings = [heading, "type", "meaning"] if named else [heading, "meaning"]
    yield _row(headings)
    yield _row(["---"] * len(headings))
    for entry in entries:
        names = entry.name.split(", ")
        typed = entry.type or types.get(names[0].strip("*"), "")
        first = [", ".join(f"`{name}`" for name in names)] if named else []
        yield _row([*first, f"`{typed}`" if typed else "", " ".join(entry.desc)])
    yield ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Yield paragraphs; an indented block after `::` becomes a block of text."""
    for text in "\n".join(lines).strip().split("\n\n"):
        if text.startswith("    "):
            yield from ("```text", dedent(text), "```", "")
        elif text.strip(":\n "):
            yield from (text.removesuffix("::").rstrip(), "")
