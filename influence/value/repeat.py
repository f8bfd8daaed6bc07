"""Summarise purchases per customer as frequency, recency, T and monetary value.

These are the figures of the literature on repeat buying (Fader, Hardie and Lee, Marketing Science
24(2), 2005), which BG/NBD and Gamma-Gamma need. Several purchases on a day count as one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class RepeatPurchases:
    """Purchase summaries of the k customers with a purchase, in order of `customer`.

    Attributes
    ----------
    customer : intp[k]
        Index of the customer.
    frequency : float64[k]
        Number of days with a purchase, after the first.
    recency : float64[k]
        Time from the first purchase to the last, in days.
    T : float64[k]
        Time from the first purchase to the end of the observation, in days.
    monetary_value : float64[k]
        Mean money per day with a purchase, without the first day; 0 where there is no other.
    """

    customer: Rows
    frequency: Floats
    recency: Floats
    T: Floats
    monetary_value: Floats


def summarise(
    customer: Rows, day: Days, amount: Floats, last_day: int | None = None
) -> RepeatPurchases:
    """Summarise purchases in any order.

    A day with a purchase counts with the day's total, refunds deducted, at least 0. Refunds on
    other days are ignored: the models cover purchases only.

    Parameters
    ----------
    customer : intp[m]
        Buyer.
    day : int64[m]
        Date, in days since 1970-01-01.
    amount : float64[m]
        Amount in money; negative for a refund.
    last_day : int, optional
        End of the observation; later purchases do not count. Default: the last day in the data.

    Returns
    -------
    RepeatPurchases
        Without customers who never bought.

    Examples
    --------
    >>> who, when = np.array([7, 7, 7, 9]), np.array([10, 14, 20, 12])
    >>> summary = summarise(who, when, np.array([5.0, 30.0, 20.0, 8.0]), last_day=30)
    >>> summary.customer, summary.frequency, summary.recency, summary.T, summary.monetary_value
    (array([7, 9]), array([2., 0.]), array([10.,  0.]), array([20., 18.]), array([25.,  0.]))
    """
    if last_day is None:
        last_day = int(day.max()) if len(day) else 0
    seen = day <= last_day
    # By customer and day, then by amount, so that sums are rounded alike for every order of rows.
    order = np.flatnonzero(seen)[np.lexsort((amount[seen], day[seen], customer[seen]))]
    customer, day, amount = customer[order], day[order], amount[order]
    first = _first_of_runs(customer, day)
    bought = np.maximum.reduceat(amount, first) >= 0 if len(first) else np.zeros(0, dtype=bool)
    money = np.add.reduceat(amount, first)[bought] if len(first) else amount
    customer, day = customer[first][bought], day[first][bought]
    starts = _first_of_runs(customer)
    days = np.diff(starts, append=len(customer))
    frequency = days - 1.0
    spent = np.maximum(money, 0.0)
    spent[starts] = 0.0  # the first purchase is not a repeat purchase
    total = np.add.reduceat(spent, starts) if len(starts) else spent
    return RepeatPurchases(
        customer=customer[starts],
        frequency=frequency,
        recency=(day[starts + days - 1] - day[starts]).astype(np.float64),
        T=(last_day - day[starts]).astype(np.float64),
        monetary_value=total / np.maximum(frequency, 1.0),
    )


def _first_of_runs(*columns: npt.NDArray[np.int64] | Rows) -> Rows:
    """Return where a new combination begins in sorted columns."""
    new = np.ones(len(columns[0]), dtype=bool)
    new[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return np.flatnonzero(new)
