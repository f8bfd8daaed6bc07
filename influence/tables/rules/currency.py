"""Keep one currency in a store: rows in another one are refused, dropped, or converted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import UsageError
from influence.tables.reading.columns import true_where
from influence.tables.tables import Tables

if TYPE_CHECKING:
    from influence.tables.check import Check

AMOUNTS = {
    "customers": ("clv", "clv_se"),
    "transactions": ("amount",),
    "referrals": ("margin", "incentive", "marketing", "acquisition_saved"),
}
"""The money columns of each table that has a column `currency`."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Money:
    """The currency of a load.

    Attributes
    ----------
    currency : str or None
        The currency of the store, else the requested one, else the first one in the load.
    counts : dict of str to int
        Rows of the load by currency.
    """

    currency: str | None
    counts: dict[str, int]

    @property
    def mixed(self) -> bool:
        """Whether the load contains another currency."""
        return any(code != self.currency for code in self.counts)

    def __str__(self) -> str:
        parts = (f"{count:,} {code}" for code, count in self.counts.items())
        return ", ".join(parts)


def code(text: str) -> str:
    """Normalise a currency code: trimmed and in upper case.

    >>> code(" usd ")
    'USD'
    """
    return text.strip().upper()


def codes(table: pa.Table) -> pa.ChunkedArray | None:
    """Return the currency of each row, null where blank; None without such a column."""
    if "currency" not in table.column_names:
        return None
    text = pc.utf8_upper(pc.utf8_trim_whitespace(table["currency"]))
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def of_tables(tables: Tables) -> str | None:
    """Return the currency of complete tables: the first one that a row names."""
    for name in AMOUNTS:
        found = codes(tables[name])
        first = None if found is None else next(iter(pc.drop_null(found).slice(0, 1)), None)
        if first is not None:
            return str(first)
    return None


def money(tables: Mapping[str, pa.Table], stored: str | None, wanted: str | None) -> Money:
    """Return the currency of a load, and its rows by currency.

    Parameters
    ----------
    tables : mapping of str to pa.Table
    stored, wanted : str or None
        The currency of the store, and the requested one.

    Raises
    ------
    UsageError
        If the requested currency is not that of the store.
    """
    if wanted is not None and stored is not None and code(wanted) != stored:
        raise UsageError(
            f"--currency {code(wanted)}: the store holds {stored}; convert with --currency "
            f"{stored} --rates FILE, or load everything anew with --replace"
        )
    counts: dict[str, int] = {}
    for name in AMOUNTS:
        found = codes(tables[name]) if name in tables else None
        for other, count in _counts(found).items():
            counts[other] = counts.get(other, 0) + count
    currency = stored or (code(wanted) if wanted else next(iter(counts), None))
    return Money(currency, counts)


def _counts(found: pa.ChunkedArray | None) -> dict[str, int]:
    if found is None:
        return {}
    entries = pc.value_counts(pc.drop_null(found)).to_pylist()
    return {entry["values"]: entry["counts"] for entry in entries}


def in_another(table: pa.Table, currency: str) -> Flags:
    """Return which rows name another currency, bool[rows]."""
    found = codes(table)
    if found is None:
        return np.zeros(len(table), dtype=bool)
    return true_where(pc.not_equal(found, currency))


def with_currency(table: pa.Table, currency: str | None) -> pa.Table:
    """Return a table in which every row names this currency, or none if it is None."""
    column = pa.chunked_array([pa.repeat(pa.scalar(currency, pa.string()), len(table))])
    if "currency" not in table.column_names:
        return table.append_column("currency", column)
    return table.set_column(table.column_names.index("currency"), "currency", column)


def converted(
    name: str, table: pa.Table, currency: str, rates: Mapping[str, float]
) -> tuple[pa.Table, dict[str, int]]:
    """Convert the money of a table; also return how many rows were in which other currency.

    Parameters
    ----------
    name : str
        Name of the table.
    table : pa.Table
    currency : str
        The currency to convert to.
    rates : mapping of str to float
        By currency, the value of one unit of it in `currency`.

    Raises
    ------
    UsageError
        If a rate is missing.
    """
    found = codes(table)
    counts = _counts(found)
    counts.pop(currency, None)
    missing = sorted(counts.keys() - rates.keys())
    if missing:
        raise UsageError(f"no rate for {', '.join(missing)} in {currency}: add it to --rates")
    if found is None:
        return table, {}
    factor = np.ones(len(table))
    for other in counts:
        factor[true_where(pc.equal(found, other))] = rates[other]
    for column in AMOUNTS[name]:
        if column in table.column_names:
            at = table.column_names.index(column)
            table = table.set_column(at, column, pc.multiply(table[column], pa.array(factor)))
    return table, counts


def unify(check: Check) -> None:
    """Bring all money into one currency: that of the store, the requested one, or the first."""
    stored = of_tables(check.known) if check.known is not None else None
    found = money(check.read, stored, check.rules.currency)
    names = [name for name in AMOUNTS if name in check.read]
    if found.currency is None:
        return
    for name in names:
        if check.rules.currency is not None:
            _convert_or_drop(check, name, found.currency)
        elif "currency" in check.read[name].column_names:
            _report_mixed(check, name, found, stored)


def _report_mixed(check: Check, name: str, found: Money, stored: str | None) -> None:
    """Report rows in another currency as problems."""
    table = check.read[name]
    if found.mixed:
        other = in_another(table, str(found.currency))
        store = f", the store holds {stored}" if stored else ""
        shown = pc.binary_join_element_wise(
            pc.fill_null(table["currency"], ""), f"(of {found}{store})", " "
        )
        check.add(name, "currency", "mixed_currency", other, shown)
    else:
        found_codes = codes(table)
        if name != "customers":
            found_codes = pc.fill_null(found_codes, "")
        at = table.column_names.index("currency")
        check.read[name] = table.set_column(at, "currency", found_codes)


def _convert_or_drop(check: Check, name: str, wanted: str) -> None:
    """Convert rows in another currency, or drop them; every other row is in the wanted one."""
    file, fields = check.file(name), {"table": name, "currency": wanted}
    if check.rules.rates:
        rates = {code(other): rate for other, rate in check.rules.rates.items()}
        check.read[name], counts = converted(name, check.read[name], wanted, rates)
        if counts:
            each = ", ".join(f"{n:,} of {c} at {rates[c]:g}" for c, n in counts.items())
            check.note(f"{file}: rows converted to {wanted}: {each}", "currency_converted",
                       rows=sum(counts.values()), rates=check.rules.rates, **fields)  # fmt: skip
    other = in_another(check.read[name], wanted) & (not check.rules.rates)
    if other.any():
        rows = int(other.sum())
        if name == "customers":
            check.read[name] = _without_clv(check.read[name], other)
            text = f"{file}: not used: {rows:,} clv in another currency than {wanted}"
            check.note(text, "currency_not_used", rows=rows, **fields)
        else:
            check.drop(name, other)
            text = f"{file}: dropped {_rows(rows)} in another currency than {wanted}"
            check.note(text, "currency_dropped", rows=rows, **fields)
    given = codes(check.read[name])
    blank = len(check.read[name]) if given is None else given.null_count
    if blank:
        check.note(f"{file}: {_rows(blank)} without a currency read as {wanted}",
                   "currency_assumed", rows=blank, **fields)  # fmt: skip
    check.read[name] = with_currency(check.read[name], wanted)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _without_clv(customers: pa.Table, where: Flags) -> pa.Table:
    """Return customers some of whose CLV is left to transactions, or 0."""
    if "clv" not in customers.column_names:
        return customers
    where_array = pa.array(where)
    values = pc.if_else(where_array, 0.0, customers["clv"])
    computed = where_array
    if "clv_computed" in customers.column_names:
        computed = pc.or_(computed, customers["clv_computed"])
        customers = customers.drop_columns(["clv_computed"])
    at = customers.column_names.index("clv")
    return customers.set_column(at, "clv", values).append_column("clv_computed", computed)
