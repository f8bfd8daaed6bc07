"""One currency in a store: what names another one is refused, left out, or converted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import UsageError
from influence.tables.reading.columns import true_where
from influence.tables.tables import Tables

AMOUNTS = {
    "customers": ("clv",),
    "transactions": ("amount",),
    "referrals": ("margin", "incentive", "marketing", "acquisition_saved"),
}
"""By table, the columns that hold money of its column `currency`."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Money:
    """The currency of a load.

    Attributes
    ----------
    currency : str or None
        What the store holds, else what was asked for, else the first that the load names.
    counts : dict of str to int
        How many rows of the load name which.
    """

    currency: str | None
    counts: dict[str, int]

    @property
    def mixed(self) -> bool:
        """Whether the load names another one."""
        return any(code != self.currency for code in self.counts)

    def __str__(self) -> str:
        parts = (f"{count:,} {code}" for code, count in self.counts.items())
        return ", ".join(parts)


def code(text: str) -> str:
    """A currency as it is compared: without blanks around it, in capitals.

    >>> code(" usd ")
    'USD'
    """
    return text.strip().upper()


def codes(table: pa.Table) -> pa.ChunkedArray | None:
    """The currencies of a table's rows, null where blank; None without such a column."""
    if "currency" not in table.column_names:
        return None
    text = pc.utf8_upper(pc.utf8_trim_whitespace(table["currency"]))
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def of_tables(tables: Tables) -> str | None:
    """The currency of complete tables: the first that any row names."""
    for name in AMOUNTS:
        found = codes(tables[name])
        first = None if found is None else next(iter(pc.drop_null(found).slice(0, 1)), None)
        if first is not None:
            return str(first)
    return None


def money(tables: Mapping[str, pa.Table], held: str | None, asked: str | None) -> Money:
    """The currency of a load, and of its rows.

    Raises
    ------
    UsageError
        If a currency is asked for which is not the store's.
    """
    if asked is not None and held is not None and code(asked) != held:
        raise UsageError(
            f"--currency {code(asked)}: the store holds {held}; convert with --currency {held} "
            "--rates FILE, or load everything anew with --replace"
        )
    counts: dict[str, int] = {}
    for name in AMOUNTS:
        found = codes(tables[name]) if name in tables else None
        if found is not None:
            for entry in pc.value_counts(pc.drop_null(found)).to_pylist():
                counts[entry["values"]] = counts.get(entry["values"], 0) + entry["counts"]
    wanted = held or (code(asked) if asked else next(iter(counts), None))
    return Money(wanted, counts)


def elsewhere(table: pa.Table, currency: str) -> Flags:
    """Which rows name another currency; bool[rows]."""
    found = codes(table)
    if found is None:
        return np.zeros(len(table), dtype=bool)
    return true_where(pc.not_equal(found, currency))


def all_in(table: pa.Table, currency: str | None) -> pa.Table:
    """A table whose rows name this currency, or none if it is None."""
    column = pa.chunked_array([pa.repeat(pa.scalar(currency, pa.string()), len(table))])
    if "currency" not in table.column_names:
        return table.append_column("currency", column)
    return table.set_column(table.column_names.index("currency"), "currency", column)


def converted(
    name: str, table: pa.Table, currency: str, rates: Mapping[str, float]
) -> tuple[pa.Table, dict[str, int]]:
    """A table with its money in this currency, and how many rows were of which other one.

    Parameters
    ----------
    rates : mapping of str to float
        By currency, what one unit of it is in this one.

    Raises
    ------
    UsageError
        If a rate is missing.
    """
    found = codes(table)
    if found is None:
        return table, {}
    counts = {e["values"]: e["counts"] for e in pc.value_counts(pc.drop_null(found)).to_pylist()}
    counts.pop(currency, None)
    missing = sorted(counts.keys() - rates.keys())
    if missing:
        raise UsageError(f"no rate for {', '.join(missing)} in {currency}: add it to --rates")
    factor = np.ones(len(table))
    for other in counts:
        factor[true_where(pc.equal(found, other))] = rates[other]
    for column in AMOUNTS[name]:
        if column in table.column_names:
            at = table.column_names.index(column)
            table = table.set_column(at, column, pc.multiply(table[column], pa.array(factor)))
    return table, counts
