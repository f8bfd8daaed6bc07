"""Acts of the sample company's customers as arrays, to be put together and written as a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.demo.people import FOLLOWS, NOBODY, Flags, Floats, Ints, Texts
from influence.demo.roster import Roster, dates

COMMUNITY = FOLLOWS.network


@dataclass(frozen=True, eq=False)
class Acts:
    """Acts, m of them.

    Attributes
    ----------
    customer, other : int64[m]
        By index; `other` is `NOBODY` where the act reached nobody in particular.
    kind, network : str[m]
    day : int64[m]
        Days since 1970.
    public : bool[m]
    sentiment : float64[m]
        From −1 to 1; NaN for most.
    """

    customer: Ints
    kind: Texts
    day: Ints
    other: Ints
    network: Texts
    public: Flags
    sentiment: Floats

    @classmethod
    def of(
        cls,
        customer: npt.ArrayLike,
        kind: npt.ArrayLike,
        day: npt.ArrayLike,
        other: npt.ArrayLike = NOBODY,
        network: npt.ArrayLike = "",
        public: npt.ArrayLike = False,
        sentiment: npt.ArrayLike = np.nan,
    ) -> Acts:
        """Make acts of arrays, or of values that all acts share."""
        columns = (customer, kind, day, other, network, public, sentiment)
        return cls(*(np.atleast_1d(column) for column in np.broadcast_arrays(*columns)))

    @classmethod
    def together(cls, *parts: Acts) -> Acts:
        """Put acts one after another."""
        columns = zip(*(vars(part).values() for part in parts), strict=True)
        return cls(*(np.concatenate(column) for column in columns))

    def where(self, keep: Flags) -> Acts:
        """Keep some of the acts."""
        return Acts(*(column[keep] for column in vars(self).values()))

    def table(self, roster: Roster) -> pa.Table:
        """Return the table `engagements`, in the order of the dates, without equal acts."""
        kinds, kind = np.unique(self.kind, return_inverse=True)
        order = np.lexsort((self.other, kind, self.customer, self.day))
        same = np.ones(len(order), np.bool_)
        for column in (self.day, self.customer, kind, self.other):
            same[1:] &= np.diff(column[order]) == 0
        same[:1] = False
        order = order[~same]
        ids = pa.array(roster.ids, pa.string())
        other = self.other[order]
        return pa.table(
            {
                "customer": ids.take(pa.array(self.customer[order])),
                "kind": pa.array(kinds.tolist(), pa.string()).take(pa.array(kind[order])),
                "date": dates(self.day[order]),
                "other": ids.take(pa.array(other, mask=other == NOBODY)),
                "network": pa.array(self.network[order].tolist(), pa.string()),
                "public": pa.array(self.public[order], pa.bool_()),
                "sentiment": pa.array(self.sentiment[order], pa.float64(), from_pandas=True),
            }
        )
