"""Read XML element by element, so that memory does not grow with the file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET  # entities are refused below

from influence.loaders.text import Unreadable

ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


def elements(content: bytes, root: str) -> Iterator[tuple[str, str, ET.Element]]:
    """Yield event (start, end), name without namespace, and element.

    An element is emptied after its end, so it must be read at its end.

    Parameters
    ----------
    content : bytes
    root : str
        Name of the outermost element.

    Raises
    ------
    Unreadable
        If it is not XML, declares entities, or has another root; with the line.
    """
    if ENTITY.search(content):
        raise Unreadable("declares entities, which are not read")
    outermost: ET.Element | None = None
    open_: list[ET.Element] = []
    try:
        for event, element in ET.iterparse(io.BytesIO(content), ("start", "end")):  # noqa: S314
            name = tag(element)
            if outermost is None:
                outermost = element
                if name.lower() != root:
                    raise Unreadable(f"<{name}> instead of <{root}>")
            if event == "start":
                open_.append(element)
                yield event, name, element
                continue
            yield event, name, element
            open_.pop()
            if name in {"node", "edge", "hyperedge"} and open_:
                open_[-1].remove(element)
    except ET.ParseError as error:
        raise Unreadable(f"not XML: {error}", error.position[0]) from None


def tag(element: ET.Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]
