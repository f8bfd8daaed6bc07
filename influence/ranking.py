"""Ranking: customers in an order, shown as a table in a terminal and in a notebook."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence.arrow_frame import ArrowFrame
from influence.headings import headings
from influence.notebook import html_table

SHOWN = (
    "rank", "customer", "name", "network_value", "network_value_gross", "clv", "influence", "crv",
)  # fmt: skip
"""The columns that a table shows; all others are in the data."""


class Ranking(ArrowFrame):
    """Some rows of scores, in order.

    Printed, or as the last line of a notebook cell, it is a table of eight columns with names,
    rounded. The data have all score columns, unrounded.

    Parameters
    ----------
    table : pa.Table
        Score columns; m rows.
    names : pa.Table, optional
        `id` and `name` of customers.
    """

    def __init__(self, table: pa.Table, names: pa.Table | None = None) -> None:
        self.table = table
        self._names = names

    def __getitem__(self, column: str) -> pa.ChunkedArray:
        return self.table[column]

    @property
    def column_names(self) -> list[str]:
        """The score columns."""
        names: list[str] = self.table.column_names
        return names

    def __repr__(self) -> str:
        if not len(self):
            return "no customers"
        text: str = self._shown().to_pandas().to_string(index=False, float_format="{:,.2f}".format)
        return text

    def _repr_html_(self) -> str:
        shown = self._shown()
        return html_table(shown.to_pylist(), headings(shown.column_names))

    def to_pylist(self) -> list[dict[str, Any]]:
        """Return one dict per row."""
        rows: list[dict[str, Any]] = self.table.to_pylist()
        return rows

    def _shown(self) -> pa.Table:
        table = self.table
        if self._names is not None:
            at = pc.index_in(table["customer"], self._names["id"].combine_chunks())
            found = self._names["name"].combine_chunks().take(at)
            if found.null_count < len(found):
                table = table.append_column("name", pc.fill_null(found, ""))
        return table.select([name for name in SHOWN if name in table.column_names])
