"""Write proposals as a mapping in TOML, with the reasons as comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from influence.loaders.mapped.findings import Finding, Proposal
from influence.loaders.mapped.meanings import fit
from influence.loaders.mapped.profile import Profile
from influence.tables.problems import printable
from influence.tables.specs import TABLES

HEAD = """\
# Proposed by `influence map`. Correct it, then: influence load mapped FILE… --mapping THIS_FILE
# A value "?" is not decided: replace it by one of those named beside it.
"""
OWN = "own_"
"""Prefix of attributes that have the name of a column of customers."""


def to_toml(proposals: Sequence[Proposal]) -> str:
    """Return a mapping of the files."""
    has_customers = any(
        finding.table == "customers" and not _merged(proposal)
        for proposal in proposals
        for finding in proposal.findings
    )
    names: dict[str, int] = {}
    text = HEAD
    for proposal in proposals:
        name = re.sub(r"[^\w-]+", "-", proposal.stem).strip("-") or "file"
        names[name] = names.get(name, 0) + 1
        name += f"-{names[name]}" if names[name] > 1 else ""
        text += "\n" + "\n".join(_file(proposal, name, has_customers=has_customers)) + "\n"
    return text


def _merged(proposal: Proposal) -> bool:
    """Return whether a file names customers only beside its own rows, maybe several times."""
    id_ = next((f for f in proposal.of("customers") if f.meaning == "id"), None)
    return id_ is not None and not id_.column.unique


def _file(proposal: Proposal, name: str, *, has_customers: bool) -> Iterator[str]:
    yield "[[file]]"
    yield f"name = {_quoted(name)}"
    yield f"match = {_quoted(_pattern(proposal.stem))}"
    if not proposal.table:
        yield "# Nothing shows what these rows are; their columns:"
        yield from (f"# {_comment(f)}" for f in proposal.findings)
        yield "  [[file.rows]]"
        yield f'  table = "?"  # {", ".join(TABLES)}'
        yield "  [file.rows.columns]"
        return
    for table in dict.fromkeys([proposal.table, *(f.table for f in proposal.findings if f.table)]):
        if table == "customers" and has_customers and _merged(proposal):
            continue  # another file has the customers
        yield from _rows(proposal, table)
    if proposal.table == "ties" and not has_customers:
        for end in ("source", "target"):
            column = next(f.column for f in proposal.findings if f.meaning == end)
            yield from ("", "  [[file.rows]]", '  table = "customers"  # both ends of the ties')
            yield from ("  merge = true", f"  columns.id = {_quoted(column.name)}")
    for by, keys in _groups(proposal):
        yield ""
        yield f"  # Remove the marks to tie customers who share {printable(by.name)}:"
        yield from (f"  # {line}" for line in _group(proposal, by, keys))
    unused = [finding for finding in proposal.findings if not finding.table]
    if unused:
        yield ""
        yield from (f"  # not used: {_comment(finding)}" for finding in unused)


def _groups(proposal: Proposal) -> Iterator[tuple[Profile, tuple[str, ...]]]:
    """Yield columns by which customers may be tied, and the keys of such a group."""
    ids = [f for f in proposal.findings if f.meaning in {"id", "customer"}]
    if not ids or ids[0].choices:
        return
    for column in proposal.columns:
        if column.kind == "blank" or (column.unique and column.kind != "address"):
            continue
        if proposal.table == "customers" and (fit(column, "group") or column.kind == "address"):
            yield column, ()
        elif proposal.table in {"transactions", "engagements"} and fit(column, "item"):
            yield column, ("shared = 3", 'strength = "shared"')


def _group(proposal: Proposal, by: Profile, keys: Sequence[str]) -> Iterator[str]:
    person = next(f.column for f in proposal.findings if f.meaning in {"id", "customer"})
    yield from ("[[file.groups]]", f"customer = {_quoted(person.name)}")
    if by.kind == "address":
        yield f'by = {{ column = {_quoted(by.name)}, part = "domain" }}'
        yield 'kind = "same domain"'
    else:
        yield from (f"by = {_quoted(by.name)}", f"kind = {_quoted(f'same {by.name}')}")
    yield from keys


def _rows(proposal: Proposal, table: str) -> Iterator[str]:
    findings = [f for f in proposal.of(table) if f.meaning]
    yield from ("", "  [[file.rows]]", f'  table = "{table}"')
    if table == "customers" and _merged(proposal):
        yield "  merge = true  # a customer has several rows"
    people = TABLES[table].people or ("id",)
    blank = [f for f in findings if f.meaning in people and f.column.blanks]
    if blank:
        names = ", ".join(_quoted(f.meaning) for f in blank)
        rows = max(f.column.blanks for f in blank)
        yield f"  skip_blank = [{names}]  # {rows:,} rows name nobody"
    own = [f for f in findings if f.meaning == "attributes"]
    apart = [f for f in own if f.keys or f.column.name.lower() in TABLES[table].names]
    attributes = [f.column.name for f in own if f not in apart]
    if attributes:
        yield f"  attributes = [{', '.join(map(_quoted, attributes))}]"
    yield "  [file.rows.columns]"
    done = set[str]()
    for finding in findings:
        if finding.meaning in done or finding.meaning == "attributes":
            continue
        done.add(finding.meaning)
        same = [f for f in findings if f.meaning == finding.meaning]
        yield f"  {_key(finding.meaning)} = {_value(same)}  # {_reason(same)}"
    for finding in apart:
        name = finding.column.name
        name = OWN + name if name.lower() in TABLES[table].names else name
        yield f"  {_key(name)} = {_value([finding])}  # {_reason([finding])}"
    if table == "engagements" and "kind" not in done:
        kind = _quoted(proposal.stem.lower())
        yield f"  kind = {{ constant = {kind} }}  # a guess: from the name of the file"


def _value(findings: Sequence[Finding]) -> str:
    """Return where the cells of a column come from."""
    first = next((f for f in findings if f.keys), findings[0])
    if first.choices:
        return '"?"'
    if len(findings) > 1 and not first.keys:
        names = sorted(findings, key=lambda f: not fit(f.column, "first"))
        return f"{{ join = [{', '.join(_quoted(f.column.name) for f in names)}] }}"
    if not first.keys:
        return _quoted(first.column.name)
    signs = [value for key, value in first.keys if key == "currency_sign"]
    keys = [
        f"{key} = {value if key == 'scale' else _quoted(value)}"
        for key, value in first.keys
        if key != "currency_sign"
    ]
    keys += [f"currency_sign = [{', '.join(map(_quoted, signs))}]"] if signs else []
    return f"{{ column = {_quoted(first.column.name)}, {', '.join(keys)} }}"


def _reason(findings: Sequence[Finding]) -> str:
    first = next((f for f in findings if f.keys), findings[0])
    if first.choices:
        return f"undecided: {' or '.join(map(_quoted, first.choices))}, unique"
    return printable(f"{first.confidence}: {first.why}", 150)


def _comment(finding: Finding) -> str:
    example = printable(finding.column.example, 30)
    return f"{printable(finding.column.name, 60)} (such as '{example}'): {finding.why}"


def _pattern(stem: str) -> str:
    """Return a pattern for the names of later exports: dates and numbers at the end may differ.

    Examples
    --------
    >>> _pattern("orders-2024-05-31"), _pattern("Contact")
    ('orders*', 'Contact*')
    """
    bare = re.sub(r"[\W_]*(\d[\d\W_]*)?$", "", stem) or stem
    return re.sub(r"[\[\]*?]", "?", bare) + "*"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[\w-]+", name, re.ASCII) else _quoted(name)


def _quoted(text: str) -> str:
    """Return a basic string of TOML, which has the escapes of JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
