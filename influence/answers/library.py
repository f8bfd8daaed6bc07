"""The questions of the analysts' library and the functions that answer them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from influence.answers.bridges import bridges
from influence.answers.company import Company
from influence.answers.contacts import contacts
from influence.answers.degrees import carriers, three_degrees
from influence.answers.free import free_customers, not_customers
from influence.answers.groups import intention, value_by
from influence.answers.leaving import if_customer_left
from influence.answers.movers import movers
from influence.answers.purchases import purchases
from influence.answers.ranking import intervals, top, underrated
from influence.answers.referral_tree import referral_tree
from influence.answers.risk import advocates_and_detractors, at_risk
from influence.answers.runs import runs
from influence.answers.score_card import ambassadors, quadrants
from influence.answers.weak_ties import weakest_valuable_ties
from influence.errors import UsageError
from influence.queries import EXPLORE, Query

ANSWERS: dict[str, Callable[..., pa.Table]] = {
    "advocates-and-detractors": advocates_and_detractors,
    "ambassadors": ambassadors,
    "at-risk": at_risk,
    "bridges": bridges,
    "carriers": carriers,
    "contacts": contacts,
    "free-customers": free_customers,
    "if-customer-left": if_customer_left,
    "intention": intention,
    "intervals": intervals,
    "movers": movers,
    "not-customers": not_customers,
    "purchases": purchases,
    "quadrants": quadrants,
    "referral-tree": referral_tree,
    "runs": runs,
    "three-degrees": three_degrees,
    "top": top,
    "underrated": underrated,
    "value-by": value_by,
    "weakest-valuable-ties": weakest_valuable_ties,
}
"""By the name of the query without its folder."""


def answer(query: Query, company: Company, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer a question as its query does on a graph.

    Parameters
    ----------
    query : Query
    company : Company
    parameters : mapping
        Bound: complete and within bounds. Each function takes them by name, the customer as an
        index.

    Returns
    -------
    list of dict
        The columns of the query in their order; money and shares rounded.

    Raises
    ------
    UsageError
        If the query is not a question, or draws a graph.
    NothingToShow
        If there is no such customer, or the query needs a run and none has finished.
    """
    function = _function(query, company.source.url)
    asked = dict(parameters)
    if "customer" in asked:
        asked["customer"] = company.index(asked["customer"])
    if query.needs_run:
        _ = company.run
    found = function(company, **asked)
    if not len(found):
        return []
    rows = found.select([column.name for column in query.columns]).to_pylist()
    return [{c.name: c.rounded(row[c.name]) for c in query.columns} for row in rows]


def _function(query: Query, url: str) -> Callable[..., pa.Table]:
    name = query.name.removeprefix(EXPLORE)
    if name in ANSWERS:
        return ANSWERS[name]
    if query.name.startswith(EXPLORE):
        raise UsageError(
            f"query {name} draws a graph and needs Neo4j (--store bolt://…); {url} is a directory"
        )
    raise UsageError(f"{query.name} is a statement for Neo4j, and {url} is a directory")
