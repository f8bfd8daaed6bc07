"""Rules of roles: names and conditions that a company may edit."""

from __future__ import annotations

import re
from collections.abc import Mapping

from influence.conditions.where import Condition
from influence.errors import UsageError

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
DEFAULT_ROLES: Mapping[str, str] = {
    "innovator": "ahead_share >= 0.8 and ahead_of >= 3",
    "reviewer": "review >= 3",
    "sharer": "sharing >= 3",
    "advisor": "answer >= 3",
    "defender": "defence >= 2",
    "connector": "weak_tie_percentile >= 95 and effective_size >= 5",
    "potential_ambassador": "email_percentile >= 99 and purchase_percentile >= 99",
    "sleeper": "acts = 0 and reach_1 >= 5",
}
"""By role, the condition on the figures of a customer; see `influence.engine.roles`."""


TAKEN = {
    "Customer", "Purchase", "Survey", "Engagement", "Profile", "Promoter", "Detractor", "Champion",
    "Affluent", "Advocate", "Miser", "Ambassador", "CriticalDetractor",
}  # fmt: skip
"""Labels in Neo4j that stand for something else, as do those that begin with Influence."""


def checked_roles(rules: Mapping[str, str]) -> dict[str, str]:
    """Check the names of roles and read their conditions; a role with a blank one is left out.

    Raises
    ------
    UsageError
        If a name is not of letters, digits and underscores, its label is taken or that of two
        roles, or a condition cannot be read.
    """
    found: dict[str, str] = {}
    for name, rule in rules.items():
        if not NAME.fullmatch(name):
            raise UsageError(f"role {name!r}: lower-case letters, digits and underscores only")
        label = label_of(name)
        if label in TAKEN or label.startswith("Influence"):
            raise UsageError(f"role {name!r}: the label {label} in Neo4j has another meaning")
        if label in map(label_of, found):
            raise UsageError(f"role {name!r}: another role has the same label in Neo4j, {label}")
        if rule.strip():
            try:
                Condition(rule)
            except UsageError as error:
                raise UsageError(f"role {name}: {error}") from None
            found[name] = rule
    return found


def label_of(role: str) -> str:
    """The label of a role in Neo4j.

    Examples
    --------
    >>> label_of("early_bird")
    'EarlyBird'
    """
    return "".join(part.capitalize() for part in role.split("_"))
