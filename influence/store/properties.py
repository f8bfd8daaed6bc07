"""The one place that maps our columns to property keys in Neo4j, and back."""

from __future__ import annotations

import re

from influence.scores import camel, score_columns
from influence.tables.specs import CUSTOMERS

PREVIOUS = {
    "previousNetworkValue": "network_value",
    "previousInfluence": "influence",
    "previousRank": "rank",
}
RUN = "influenceRun"
BY_DISTANCE = re.compile(r"(reach|influence)[0-9]+")


CUSTOMER_KEYS = {column.name: camel(column.name) for column in CUSTOMERS.columns}
FIGURE_KEYS = {c.property_key for c in score_columns(1)} - {"clv"} | {RUN, *PREVIOUS}


def is_figure(key: str) -> bool:
    """Whether a property of a customer is written by a run (her clv is input)."""
    return key in FIGURE_KEYS or bool(BY_DISTANCE.fullmatch(key))


def is_beyond(key: str, depth: int) -> bool:
    """Whether a property is a figure at a distance that a run of this depth does not reach."""
    return (
        bool(BY_DISTANCE.fullmatch(key)) and int(key.lstrip("abcdefghijklmnopqrstuvwxyz")) > depth
    )


def figure_keys(depth: int) -> dict[str, str]:
    """Score column → property key, of the figures that a run of this depth writes."""
    return {c.name: c.property_key for c in score_columns(depth) if c.name != "clv"}


def attribute_key(name: str) -> str:
    """The property of a company's own column: its name, unless that is one of ours.

    Then an underscore is added (`rank` → `rank_`), so that neither overwrites the other.
    """
    bare = name.rstrip("_")
    return f"{name}_" if is_figure(bare) or bare in CUSTOMER_KEYS.values() else name


def attribute_name(key: str) -> str | None:
    """The company's own column behind a property; None where the property is one of ours."""
    if is_figure(key) or key in CUSTOMER_KEYS.values():
        return None
    bare = key.rstrip("_")
    return key.removesuffix("_") if is_figure(bare) or bare in CUSTOMER_KEYS.values() else key
