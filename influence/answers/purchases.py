"""The purchases of one customer: in the window of own value, and by calendar year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from influence.answers.company import Company
from influence.value.terms import DAYS_A_YEAR, discounts


def purchases(
    company: Company, customer: int, margin: float, rate: float, years: int, window: int
) -> pa.Table:
    """List the purchases in the window, projected as own value, and those of each year."""
    bought = company.source.table("transactions")
    last = _last_day(company, bought)
    if last is None:
        return pa.table({})
    first = last - timedelta(days=min(int(window), last.toordinal()) - 1)
    own = bought.filter(pc.equal(bought["customer"], company.ids[customer]))
    days, amount = own["date"], own["amount"]
    within = amount.filter(pc.and_(pc.greater_equal(days, first), pc.less_equal(days, last)))
    factor = margin * DAYS_A_YEAR / window * float(discounts(rate, int(years)).sum())
    paid = pc.sum(within).as_py() or 0.0
    rows = [_row("window", first, last, len(within), paid, factor * paid)]
    by_year = pa.table({"year": pc.year(days), "amount": amount}).group_by("year")
    totals = by_year.aggregate([("amount", "count"), ("amount", "sum")]).to_pylist()
    for total in sorted(totals, key=lambda total: str(total["year"]), reverse=True):
        year = total["year"]
        begin, end = date(year, 1, 1), date(year, 12, 31)
        rows.append(_row(str(year), begin, end, total["amount_count"], total["amount_sum"], None))
    return pa.Table.from_pylist(rows)


def _last_day(company: Company, bought: pa.Table) -> date | None:
    """The last day of the run's window, else of all purchases that are not in the future."""
    if company.latest is not None and company.latest.as_of is not None:
        return company.latest.as_of
    today = datetime.now(UTC).date()
    days = bought["date"].filter(pc.less_equal(bought["date"], today))
    newest: date | None = pc.max(days).as_py()
    return newest


def _row(
    period: str, first: date, last: date, count: int, amount: float, own_value: float | None
) -> dict[str, object]:
    return {
        "period": period,
        "from": first,
        "to": last,
        "purchases": count,
        "amount": amount,
        "own_value": own_value,
    }
