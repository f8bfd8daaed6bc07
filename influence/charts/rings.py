"""The people within reach of a customer, on rings by their distance."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from influence.charts.labels import short_labels
from influence.charts.links import links
from influence.charts.look import PAGE, Chart, Look

PEOPLE = 120
"""People who are drawn, the first ones of those given."""
LABELLED = 8
HEIGHT = 440
SMALLEST, SPREAD, EQUAL = 20.0, 250.0, 60.0
"""Of a point in square pixels: without value, what the largest has more, where all are equal."""
ROOM = (0.15, 0.15)
MIDDLE = "the customer"

Person = Mapping[str, Any]


def nearest(people: Sequence[Person]) -> list[Person]:
    """Take the first people, and the contacts through whom they are reached."""
    first = list(people[:PEOPLE])
    there = {row["customer"] for row in first}
    through = {row["through"] for row in first} - there
    return first + [row for row in people[PEOPLE:] if row["customer"] in through]


def groups_of(drawn: Sequence[Person]) -> list[str]:
    """Return the customer in the middle and the distances, in the order of their colours."""
    return [MIDDLE, *(f"distance {d}" for d in sorted({row["distance"] for row in drawn}))]


def rings(
    customer: str, drawn: Sequence[Person], names: Mapping[str, str], look: Look = PAGE
) -> Chart:
    """Draw a customer in the middle, the people around, and lines to those who lead to them.

    Parameters
    ----------
    customer : str
    drawn : sequence of dict
        customer, distance, through (the contact who leads to them; may be None) and clv, which is
        the size of a point. The first ones get a label.
    names : mapping of str to str
        By id.
    look : Look
    """
    sectors, groups = _sectors(drawn), groups_of(drawn)
    size = _sizes([abs(row["clv"]) for row in drawn])
    labels = short_labels([row["customer"] for row in drawn], names)
    place: dict[str, dict[str, Any]] = {}
    for at, (row, label) in enumerate(zip(drawn, labels, strict=True)):
        angle, radius = sectors[row["customer"]], row["distance"]
        x, y = radius * math.sin(angle), radius * math.cos(angle)
        place[row["customer"]] = {
            "x": x, "y": y, "group": f"distance {row['distance']}", "who": label,
            "size": size[at],
            "label": label if at < LABELLED else "", "side": "left" if x < 0 else "right",
        }  # fmt: skip
    (label,) = short_labels([customer], names)
    middle = {"x": 0.0, "y": 0.0, "group": groups[0], "size": 300, "side": "middle",
              "label": label, "who": label}  # fmt: skip
    lines = []
    for row in drawn:
        end = place[row["customer"]]
        begin = middle if row["distance"] == 1 else place.get(row["through"])
        if begin:
            lines.append({"x": begin["x"], "y": begin["y"], "x2": end["x"], "y2": end["y"],
                          "width": 1})  # fmt: skip
    radii = sorted({row["distance"] for row in drawn})
    return links([*place.values(), middle], lines, groups, HEIGHT, ROOM, radii, look)


def _sizes(values: Sequence[float]) -> list[float]:
    """Sizes of points in square pixels, by values that are not negative."""
    largest = max(values, default=0.0)
    if largest == min(values, default=0.0):
        return [EQUAL] * len(values)
    return [SMALLEST + SPREAD * value / largest for value in values]


def _sectors(drawn: Sequence[Person]) -> dict[str, float]:
    """The angle of each person: those reached through one contact lie side by side."""
    through: dict[str | None, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(drawn, key=lambda row: str(row["customer"])):
        first = row["customer"] if row["distance"] == 1 else row["through"]
        through[first][row["distance"]].append(row["customer"])
    width = {first: max(map(len, inner.values())) for first, inner in through.items()}
    angles, begin, all_widths = {}, 0.0, sum(width.values())
    for first, inner in through.items():
        size = 2 * math.pi * width[first] / all_widths
        for people in inner.values():
            for at, person in enumerate(people):
                angles[person] = begin + size * (at + 0.5) / len(people)
        begin += size
    return angles
