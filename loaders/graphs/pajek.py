"""Read Pajek networks (.net), as Pajek, networkx and R write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from influence.loaders.graphs.parts import Parts
from influence.loaders.text import Unreadable
from influence.loaders.text.encoding import as_utf8

WORD = re.compile(r'"([^"]*)"|(\S+)')
SECTION = re.compile(r"\*(\w+)\s*(\d*)(.*)$")
PAIRS = {"arcs": "true", "edges": "false"}
LISTS = {"arcslist": "true", "edgeslist": "false"}
READ = {"vertices": 2, **dict.fromkeys(PAIRS, 3)}
"""How many words of a line are read."""


def parse(content: bytes) -> Parts:
    """Read vertices, arcs and edges; the third number of a line is the strength.

    The id of a vertex is its label, if all have different ones, else its number: numbers may change
    from one export to the next.

    Source: Batagelj and Mrvar, Pajek manual.

    Raises
    ------
    Unreadable
        With the line.
    """
    decoded, _ = as_utf8(content, None)
    parts, labels, section = Parts(), dict[str, str](), ""
    ties: list[tuple[int, str, str, str, str]] = []
    for number, line in enumerate(decoded.decode("utf-8").splitlines(), 1):
        found = SECTION.match(line.strip())
        if found:
            section = found[1].lower()
            if section not in {"network", "vertices", *PAIRS, *LISTS}:
                raise Unreadable(f"*{found[1]}: only vertices, arcs, edges and their lists are "
                                 "read", number)  # fmt: skip
            if section == "vertices":
                labels |= {str(i): str(i) for i in range(1, int(found[2] or 0) + 1)}
            continue
        words = [quoted or bare for quoted, bare in WORD.findall(line.partition("%")[0])]
        if not words:
            continue
        if len(words) > READ.get(section, len(words)):
            parts.leave_out("sets of coordinates or drawing settings")
        if section == "vertices":
            labels[words[0]] = words[1] if len(words) > 1 else words[0]
        else:
            ties += _ties(words, section, number)
    _fill(parts, labels, ties)
    return parts


def _ties(words: list[str], section: str, number: int) -> Iterator[tuple[int, str, str, str, str]]:
    """Yield line, ends, strength and direction of each tie in a line."""
    if section not in {*PAIRS, *LISTS}:
        raise Unreadable(f"a line before *Vertices, *Arcs or *Edges: {' '.join(words)}", number)
    if len(words) < 2:
        raise Unreadable(f"two vertices are expected: {' '.join(words)}", number)
    if section in PAIRS:
        strength = words[2] if len(words) > 2 else "1"
        yield number, words[0], words[1], strength, PAIRS[section]
        return
    for other in words[1:]:
        yield number, words[0], other, "1", LISTS[section]


def _fill(parts: Parts, labels: dict[str, str], ties: list[tuple[int, str, str, str, str]]) -> None:
    """Write the rows, under labels or numbers."""
    by_label = len({*labels.values()}) == len(labels)
    ids = labels if by_label else {number: number for number in labels}
    if not by_label:
        parts.notes.append("labels occur twice, so the numbers of the vertices are the ids")
    for number, label in labels.items():
        parts.nodes.append({"id": ids[number], "name": label})
    for line, one, other, strength, directed in ties:
        for end in (one, other):
            if end not in ids:
                raise Unreadable(f"no vertex {end}", line)
        parts.edges.append(
            {"source": ids[one], "target": ids[other], "weight": strength, "directed": directed}
        )
