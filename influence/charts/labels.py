"""Labels of customers in charts: short, all different, without invisible characters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

LONGEST_LABEL = 24
LONGEST_NAME = 60
"""Letters of a label, and of a name in a title or a tooltip."""
CONTROLS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]"
)
"""Characters that SVG does not allow, at which vl-convert would end the process, and those that
change the direction of the text after them."""


def short_labels(
    customers: Sequence[str], names: Mapping[str, str], longest: int = LONGEST_LABEL
) -> list[str]:
    """Return short labels of customers, all different: the name, else the id.

    Parameters
    ----------
    customers : sequence of str
        Ids.
    names : mapping of str to str
        By id.
    longest : int
        Letters of a label.
    """
    found = [label(names.get(customer) or customer, longest) for customer in customers]
    times = Counter(found)
    return distinct(
        label(f"{customer} {text}", longest) if times[text] > 1 else text
        for customer, text in zip(customers, found, strict=True)
    )


def called(customer: str, names: Mapping[str, str]) -> str:
    """Return name and id of a customer, or the id alone."""
    name = names.get(customer)
    return visible(f"{name} ({customer})" if name else customer)


def label(text: str, longest: int = LONGEST_LABEL) -> str:
    """Shorten a text for a chart, without invisible characters.

    Examples
    --------
    >>> label("a" + "b" * 40, longest=8)
    'abbbbbb…'
    """
    text = visible(text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def visible(text: str) -> str:
    """Remove what a chart or a title must not contain; see `CONTROLS`."""
    return CONTROLS.sub("", text)


def distinct(labels: Iterable[str]) -> list[str]:
    """Number the labels that occur twice, since a chart would draw them as one.

    Examples
    --------
    >>> distinct(["Ann", "Ben", "Ann"])
    ['Ann', 'Ben', 'Ann (2)']
    """
    seen: Counter[str] = Counter()
    found = []
    for text in labels:
        seen[text] += 1
        found.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
    return found
