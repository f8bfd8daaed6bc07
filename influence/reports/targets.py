"""Field names and value formats of the programs that import scores: Salesforce, HubSpot, Mailchimp.

The table below is the only place where a figure gets its name in another program; files and
programming interfaces both use it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import UsageError
from influence.score_columns import CARD

TargetName = Literal["salesforce", "hubspot", "mailchimp", "csv"]
TARGETS: tuple[TargetName, ...] = get_args(TargetName)

ID_FIELDS: dict[TargetName, str] = {
    "salesforce": "Id",
    "hubspot": "Record ID",
    "mailchimp": "Email Address",
}
"""The field by which a program recognises a record, unless the user names another one.

`csv` has the name of the column.
"""

CHOSEN = (
    "clv", "crv", "influence", "network_value", "network_value_gross", "rank", "stance",
    "quadrant", "tier", "coverage",
)  # fmt: skip
"""The columns that are exported by default to a program; `csv` has all."""


@dataclass(frozen=True)
class Field:
    """The name of a figure in other programs: in words, and as a merge tag of Mailchimp."""

    words: str
    tag: str


FIELDS = {
    "clv": Field("CLV", "CLV"),
    "crv": Field("CRV", "CRV"),
    "influence": Field("Influence", "INFLUENCE"),
    "influence_active": Field("Influence Active", "INFLACTIVE"),
    "influence_passive": Field("Influence Passive", "INFLPASSIV"),
    "influence_signed": Field("Influence Signed", "INFLSIGNED"),
    "network_value": Field("Network Value", "NETVALUE"),
    "network_value_low": Field("Network Value Low", "NETVALLOW"),
    "network_value_high": Field("Network Value High", "NETVALHIGH"),
    "network_value_gross": Field("Network Value Gross", "NETGROSS"),
    "own_kept": Field("Own Kept", "OWNKEPT"),
    "referral_value": Field("Referral Value", "REFVALUE"),
    "referral_taken": Field("Referral Taken", "REFTAKEN"),
    "referral_tree_value": Field("Referral Tree Value", "REFTREE"),
    "credit_received": Field("Credit Received", "CREDITRECV"),
    "credit_given": Field("Credit Given", "CREDITGIVE"),
    "service_value": Field("Service Value", "SERVICEVAL"),
    "value_at_risk": Field("Value At Risk", "VALUERISK"),
    "weak_tie_value": Field("Weak Tie Value", "WEAKTIES"),
    "rank": Field("Network Value Rank", "NETRANK"),
    "rank_low": Field("Network Value Rank Low", "NETRANKLOW"),
    "rank_high": Field("Network Value Rank High", "NETRANKHI"),
    "clv_rank": Field("CLV Rank", "CLVRANK"),
    "sentiment": Field("Influence Sentiment", "SENTIMENT"),
    "stance": Field("Influence Stance", "STANCE"),
    "pressure": Field("Influence Pressure", "PRESSURE"),
    "constraint": Field("Influence Constraint", "CONSTRAINT"),
    "effective_size": Field("Influence Effective Size", "EFFSIZE"),
    "knowledge": Field("Influence Knowledge", "KNOWLEDGE"),
    "participation": Field("Influence Participation", "PARTICIP"),
    "contacts": Field("Influence Contacts", "CONTACTS"),
    "social_score": Field("Social Score", "SOCIALSCOR"),
    "social_percentile": Field("Social Percentile", "SOCIALPCT"),
    "financial_percentile": Field("Financial Percentile", "FINANCEPCT"),
    "coverage": Field("Influence Coverage", "COVERAGE"),
    "quadrant": Field("Influence Quadrant", "QUADRANT"),
    "tier": Field("Influence Tier", "TIER"),
    "roles": Field("Influence Roles", "ROLES"),
    "run": Field("Influence Run", "INFLRUN"),
}
"""Words that a company may already use for something else have `Influence` in front."""
BY_DISTANCE = {"reach": Field("Reach", "REACH"), "influence": Field("Influence", "INFL")}
"""Figures that end in a distance, such as `reach_2`."""

PICKLISTS = ("stance", "quadrant", "tier")
"""Texts from a fixed list. An empty one is `none`, since imports pass over empty cells."""
MONEY_DECIMALS, OTHER_DECIMALS = 2, 3
"""Decimals of money and of other figures; the query library rounds in the same way."""
SHARES = ("sentiment", "pressure", "constraint", "effective_size", "coverage", *CARD)
"""Figures that are neither money nor whole numbers."""

TAG_LENGTH, SALESFORCE_LENGTH, HUBSPOT_LENGTH = 10, 40, 100
RESERVED_TAGS = {"EMAIL", "DATE", "INTERESTS", "UNSUB", "FORWARD", "ARCHIVE", "REWARDS", "USER_URL"}
"""Merge tags that Mailchimp fills itself."""


def field_names(
    target: TargetName,
    columns: Iterable[str],
    id_field: str | None = None,
    *,
    key: str = "customer",
) -> dict[str, str]:
    """Return the field of a target for each column of an export.

    Columns of the company get names by the same rules: `Last Visit` is `Last_Visit__c`,
    `last_visit` and `LASTVISIT`.

    Parameters
    ----------
    target : {"salesforce", "hubspot", "mailchimp", "csv"}
    columns : iterable of str
    id_field : str, optional
        The field by which the target recognises a record; by default see `ID_FIELDS`.
    key : str
        The column with the values of this field.

    Raises
    ------
    UsageError
        If two columns have the same field, or a name is too long or not possible in the target.

    Examples
    --------
    >>> field_names("salesforce", ["customer", "network_value", "clv"])
    {'customer': 'Id', 'network_value': 'Network_Value__c', 'clv': 'CLV__c'}
    >>> field_names("hubspot", ["network_value"]), field_names("mailchimp", ["network_value"])
    ({'network_value': 'network_value'}, {'network_value': 'NETVALUE'})
    """
    names = {
        column: (id_field or ID_FIELDS.get(target, key)) if column == key else _name(target, column)
        for column in columns
    }
    wrong = [
        f"{column!r}: {why}" for column in names if (why := _fault(target, names, column, key))
    ]
    if wrong:
        raise UsageError(f"--for {target}: no field for " + "; ".join(wrong))
    return names


def _name(target: TargetName, column: str) -> str:
    if target == "csv":
        return column
    figure, se = column.removesuffix("_se"), column.endswith("_se")
    field = FIELDS.get(figure) or _at_distance(figure)
    if field is None:
        latin = _latin(column)
        field = Field(latin, re.sub(r"\W|_", "", latin).upper()[:TAG_LENGTH])
    elif se:
        field = Field(f"{field.words} SE", f"{field.tag[: TAG_LENGTH - 2]}SE")
    if target == "mailchimp":
        return field.tag
    parts = re.findall(r"[A-Za-z0-9]+", field.words)
    if target == "hubspot":
        return "_".join(parts).lower()
    return "_".join(part[0].upper() + part[1:] for part in parts) + "__c"


def _latin(text: str) -> str:
    """Return a text in ASCII: `größe` as `grosse`; other scripts are left out."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return plain.encode("ascii", "ignore").decode()


def _at_distance(column: str) -> Field | None:
    figure, _, distance = column.rpartition("_")
    if figure not in BY_DISTANCE or not distance.isdecimal():
        return None
    field = BY_DISTANCE[figure]
    return Field(f"{field.words} {distance}", f"{field.tag}{distance}")


def _fault(target: TargetName, names: dict[str, str], column: str, key: str) -> str | None:
    """Return why a column cannot have its field."""
    name = names[column]
    if Counter(map(str.lower, names.values()))[name.lower()] > 1:
        return f"another column has the field {name}"
    if target == "csv" or column == key:
        return None
    longest = {"salesforce": SALESFORCE_LENGTH + 3, "hubspot": HUBSPOT_LENGTH}
    if len(name) > longest.get(target, TAG_LENGTH):
        return f"the field {name} is too long"
    if not name[:1].isalpha():
        return f"the field {name!r} does not begin with a letter"
    if target == "mailchimp" and name in RESERVED_TAGS:
        return f"Mailchimp has a merge tag {name} of its own"
    return None


def cells(target: TargetName, column: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the values of a column as the texts that a target reads, string[n]; null is null.

    Money has 2 decimals and other figures 3, halves away from zero; numbers of the company and
    `csv` keep all digits. Dates are ISO 8601, flags `true` and `false`. Values of a picklist are
    `Critical Detractor` where people read them, `critical_detractor` in HubSpot.

    Examples
    --------
    >>> cells("salesforce", "clv", pa.chunked_array([[2.675, -2.5, None]])).to_pylist()
    ['2.68', '-2.50', None]
    >>> cells("mailchimp", "tier", pa.chunked_array([["critical_detractor", None]])).to_pylist()
    ['Critical Detractor', 'None']
    """
    if target != "csv" and column in PICKLISTS:
        values = pc.fill_null(values, "none")
        return (
            values if target == "hubspot" else pc.utf8_title(pc.replace_substring(values, "_", " "))
        )
    figure = column.removesuffix("_se")
    if target != "csv" and pa.types.is_floating(values.type) and _is_figure(figure):
        digits = OTHER_DECIMALS if figure in SHARES else MONEY_DECIMALS
        rounded = pc.round(values, digits, round_mode="half_towards_infinity")
        return rounded.cast(pa.decimal128(38, digits)).cast(pa.string())
    return values.cast(pa.string())


def _is_figure(column: str) -> bool:
    return column in FIELDS or _at_distance(column) is not None
