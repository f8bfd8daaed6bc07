"""Queries: one Cypher statement per file, with a header that is checked against the statement.

::

    // Title
    //
    // What the query is for, in a few lines.
    //
    // Parameters
    //   $customer  text              id of the customer
    //   $limit     integer 0.. = 25  maximum number of rows
    //
    // Columns
    //   customer  text   id
    //   value     money  CLV
    //   share     share  of the total

A parameter has one of the types text, integer, number, flag, date, list or map. A parameter with a
default need not be given. A number may have inclusive bounds: `0..` means at least 0, `0..1` from 0
to 1. A column may also be a node, a relationship or a path, or a figure with a fixed number of
decimals: `money` has 2 and `share` has 3 (`DECIMALS`). The statement itself rounds them;
`Column.rounded` rounds the same way.

``{{name}}`` in a statement stands for the file ``fragments/name.cypher`` and is expanded when the
query is loaded, so that a rule that several queries follow is written down once.

Data reaches a query through parameters only; its text is never assembled from data.
"""

from influence.queries.header import parse, returned
from influence.queries.library import EXPLORE, RENAMED, explore, fragments, library, load
from influence.queries.query import COMMENTS_AND_TEXTS, DECIMALS, Column, Parameter, Query

__all__ = [
    "COMMENTS_AND_TEXTS",
    "DECIMALS",
    "EXPLORE",
    "RENAMED",
    "Column",
    "Parameter",
    "Query",
    "explore",
    "fragments",
    "library",
    "load",
    "parse",
    "returned",
]
