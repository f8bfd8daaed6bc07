"""The one place that maps our columns to property keys in Neo4j, and back."""

from __future__ import annotations

import re
from collections.abc import Collection

import pyarrow as pa

from influence.runs import Method
from influence.scores import camel, score_columns
from influence.tables.specs import CUSTOMERS

PREVIOUS = {
    "previousNetworkValue": "network_value",
    "previousInfluence": "influence",
    "previousRank": "rank",
}
RUN = "influenceRun"
COMPUTED = {"clv": "clvComputed", "sentiment": "sentimentComputed"}
"""Figures that may also be input, and where the same value stands again if a run computed it."""
MARKS = {name: f"\0{key}" for name, key in COMPUTED.items()}
"""The columns of the second place among input: no property has such a key, so none collides."""
INPUTS = tuple(COMPUTED)
LABELS = {"promoter": ["Promoter"], "detractor": ["Detractor"]}
"""By stance: the Browser can colour by label only."""
ALL_LABELS = [label for labels in LABELS.values() for label in labels]
BY_DISTANCE = re.compile(r"(reach|influence)([0-9]+)(Se)?")

CUSTOMER_KEYS = {name: camel(name) for name in CUSTOMERS.names}
INPUT_KEYS = {*CUSTOMER_KEYS.values(), COMPUTED["clv"]}
BESIDE = {RUN, COMPUTED["sentiment"], *PREVIOUS}
"""What a write-back keeps beside figures."""
KINDS = {c.property_key: c.type for c in score_columns(1, "sketch") if c.name not in INPUTS}
"""The types of figures, of those by distance for the first step only."""
FIGURE_KEYS = {*KINDS} | BESIDE


def kind(key: str) -> pa.DataType | None:
    """The type of a property that runs alone write; None for all others."""
    if distance := BY_DISTANCE.fullmatch(key):
        return KINDS["reach1"] if distance[1] == "reach" and not distance[3] else pa.float64()
    if key in COMPUTED.values():
        return pa.float64()
    if key == RUN:
        return pa.string()
    return KINDS[camel(PREVIOUS.get(key, key))] if is_figure(key) else None


def odd(name: str) -> str:
    """Beside a column of figures: as text, what stands there but is of another type."""
    return f"\0odd {name}"


def is_figure(key: str) -> bool:
    """Whether a property of a customer is written by runs alone."""
    return key in FIGURE_KEYS or bool(BY_DISTANCE.fullmatch(key))


def is_stale(key: str, written: Collection[str]) -> bool:
    """Whether a property is a figure that a run does not write: one farther away, or an error."""
    return is_figure(key) and key not in BESIDE and key not in written


def figure_keys(depth: int, method: Method = "exact") -> dict[str, str]:
    """Score column → property key, of the figures that such a run writes."""
    return {c.name: c.property_key for c in score_columns(depth, method) if c.name not in INPUTS}


def attribute_key(name: str) -> str:
    """The property of a company's own column: its name, unless that is one of ours.

    Then an underscore is added (`rank` → `rank_`), so that neither overwrites the other.
    """
    bare = name.rstrip("_")
    return f"{name}_" if is_figure(bare) or bare in INPUT_KEYS else name


def attribute_name(key: str) -> str | None:
    """The company's own column behind a property; None where the property is one of ours."""
    if is_figure(key) or key in INPUT_KEYS:
        return None
    bare = key.rstrip("_")
    return key.removesuffix("_") if is_figure(bare) or bare in INPUT_KEYS else key
