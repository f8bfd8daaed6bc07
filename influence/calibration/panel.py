"""Person-periods: who was at risk of the event, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Panel:
    """One row for each customer and each period in which they were at risk, ordered by period.

    Attributes
    ----------
    customer, period : int64[rows]
    happened : bool[rows]
        Whether the event happened to the customer in this period.
    begin : int64[periods + 1]
        Where the rows of each period begin.
    """

    customer: Ints
    period: Ints
    happened: npt.NDArray[np.bool_]
    begin: Ints

    @classmethod
    def of(cls, event: Ints, enters: Ints, first: int, periods: int) -> Panel:
        """Put customers at risk from the period in which they enter to that of their event.

        Parameters
        ----------
        event : int64[n]
            The period of each customer's event; −1 where there is none.
        enters : int64[n]
            The first period in which each customer could have had it.
        first : int
            The first period that counts. In period 0 nobody has been exposed, so at least 1.
        periods : int
            How many there are, those before `first` included.
        """
        leaves = np.where(event < 0, periods, event)
        at_risk = [
            np.flatnonzero((enters <= period) & (period <= leaves))
            if period >= first
            else event[:0]
            for period in range(periods)
        ]
        sizes = [len(those) for those in at_risk]
        customer, period = np.concatenate(at_risk), np.repeat(np.arange(periods), sizes)
        begin = np.concatenate([[0], np.cumsum(sizes)])
        return cls(customer, period, event[customer] == period, begin)

    def __len__(self) -> int:
        return len(self.customer)

    def columns(self, of_period: Callable[[int], Floats]) -> Floats:
        """Take what varies by period and customer into rows.

        Parameters
        ----------
        of_period : callable
            Returns float64[columns, n] for a period.

        Returns
        -------
        float64[rows, columns]
        """
        parts = []
        for period in range(len(self.begin) - 1):
            begin, end = self.begin[period : period + 2]
            if end > begin:
                parts.append(of_period(period)[:, self.customer[begin:end]].T)
        return np.concatenate(parts) if parts else np.zeros((0, 0))

    def where(self, keep: npt.NDArray[np.bool_]) -> Panel:
        """Keep some customers.

        Parameters
        ----------
        keep : bool[n]
        """
        rows = keep[self.customer]
        counts = np.bincount(self.period[rows], minlength=len(self.begin) - 1)
        begin = np.concatenate([[0], np.cumsum(counts)])
        return Panel(self.customer[rows], self.period[rows], self.happened[rows], begin)
