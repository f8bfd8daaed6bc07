"""The mapping of table columns to property keys in Neo4j, and back."""

from __future__ import annotations

import re
from collections.abc import Collection

import pyarrow as pa

from influence.runs import Run
from influence.score_columns import COMPARED, STANDINGS, camel, run_columns, score_columns
from influence.tables.specs import CUSTOMERS

ID_KEY = "id"
NETWORK_VALUE_KEY = camel("network_value")
"""A property of exactly those customers who have figures."""
RUN_KEY = "influenceRun"
PREVIOUS_KEYS = {camel(f"previous_{name}"): name for name in (*COMPARED, *STANDINGS)}
"""The score column whose value before the last change each property holds."""
COMPUTED_KEYS = {"clv": "clvComputed", "sentiment": "sentimentComputed"}
"""For each input that a run may compute, the property that holds a copy of the computed value.

If the two differ, the input was set afterwards, and it counts as given.
"""
LABELS = {
    "stance": {"promoter": "Promoter", "detractor": "Detractor"},
    "quadrant": {"champion": "Champion", "affluent": "Affluent", "advocate": "Advocate",
                 "miser": "Miser"},
    "tier": {"ambassador": "Ambassador", "critical_detractor": "CriticalDetractor"},
}  # fmt: skip
"""The labels by property and value, because the Neo4j Browser colours by label only."""
ROLES_KEY = "roles"
"""Each role is a label, too; which there are depends on the rules of the company."""
ALL_LABELS = [label for labels in LABELS.values() for label in labels.values()]
BY_DISTANCE = re.compile(r"(reach|influence)([0-9]+)(Se)?")

CUSTOMER_KEYS = {name: camel(name) for name in CUSTOMERS.names}
COLUMN_NAMES = {key: name for keys in (CUSTOMER_KEYS, COMPUTED_KEYS) for name, key in keys.items()}
"""The column of the customers table that a property holds."""
INPUT_KEYS = {*CUSTOMER_KEYS.values(), COMPUTED_KEYS["clv"]}
BOOKKEEPING_KEYS = {RUN_KEY, COMPUTED_KEYS["sentiment"], *PREVIOUS_KEYS}
"""Properties other than figures that runs write."""
FIGURE_TYPES = {
    c.property_key: c.type
    for c in score_columns(1, "sketch", intervals=True)
    if c.name not in COMPUTED_KEYS
}
"""The type of each figure; of figures by distance, only that of the first distance."""
FIGURE_KEYS = {*FIGURE_TYPES} | BOOKKEEPING_KEYS


def figure_type(key: str) -> pa.DataType | None:
    """Return the type of a property that only runs write; None for all others."""
    if distance := BY_DISTANCE.fullmatch(key):
        is_reach = distance[1] == "reach" and not distance[3]
        return FIGURE_TYPES["reach1"] if is_reach else pa.float64()
    if key in COMPUTED_KEYS.values():
        return pa.float64()
    if key == RUN_KEY:
        return pa.string()
    return FIGURE_TYPES[camel(PREVIOUS_KEYS.get(key, key))] if is_figure(key) else None


def is_figure(key: str) -> bool:
    """Return whether a property of a customer is written by runs only."""
    return key in FIGURE_KEYS or bool(BY_DISTANCE.fullmatch(key))


def is_stale(key: str, written: Collection[str]) -> bool:
    """Return whether a property is a figure that a run does not write.

    Examples are figures beyond the depth of the run, and standard errors.
    """
    return is_figure(key) and key not in BOOKKEEPING_KEYS and key not in written


def figure_keys(run: Run) -> dict[str, str]:
    """Return the property key of each score column that a run writes."""
    return {c.name: c.property_key for c in run_columns(run) if c.name not in COMPUTED_KEYS}


def attribute_key(name: str) -> str:
    """Return the property key of a company's own column.

    The key is the name of the column. If this package uses the same key, an underscore is added
    (`rank` → `rank_`), so that neither overwrites the other.
    """
    bare = name.rstrip("_")
    return f"{name}_" if is_figure(bare) or bare in INPUT_KEYS else name


def column_name(key: str) -> str | None:
    """Return the input column that a property holds or copies; None for figures."""
    return COLUMN_NAMES.get(key) or attribute_name(key)


def attribute_name(key: str) -> str | None:
    """Return the company's own column that a property holds; None for a key of this package."""
    if is_figure(key) or key in INPUT_KEYS:
        return None
    bare = key.rstrip("_")
    return key.removesuffix("_") if is_figure(bare) or bare in INPUT_KEYS else key
