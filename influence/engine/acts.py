"""Acts of customers as arrays: engagements in the order of the network's ids."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.network import Network
from influence.tables.keys import places

Indices = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int64]

NO_DAY = np.iinfo(np.int64).min
NOBODY = -1
EMAIL_SENT = "email_sent"
RECEIVED = (EMAIL_SENT, "email_open", "email_click", "read")
"""Kinds of acts that reach nobody: they make no influence active."""


@dataclass(frozen=True, eq=False)
class Acts:
    """Acts of customers, m of them.

    Attributes
    ----------
    customer : intp[m]
        Index of the customer in the network.
    kind, network : text[m]
    day : int64[m]
        Days since 1970-01-01; `NO_DAY` where the act has no date.
    other : intp[m]
        Index of the customer whom the act reached; `NOBODY` for none.
    public : bool[m]
    sentiment : float64[m]
        −1 … 1; NaN where unknown.
    """

    customer: Indices
    kind: npt.NDArray[np.object_]
    network: npt.NDArray[np.object_]
    day: Days
    other: Indices
    public: Flags
    sentiment: Floats

    def __len__(self) -> int:
        return len(self.customer)

    def where(self, keep: Flags | Indices) -> Acts:
        """Keep some of the acts, by flags or by positions."""
        return Acts(*(getattr(self, field.name)[keep] for field in fields(self)))

    def within(self, first: int, last: int) -> Acts:
        """Keep the acts of a window of days; see `in_window`."""
        return self.where(in_window(self.day, first, last))

    @property
    def reached_another(self) -> Flags:
        """Whether each act reached another customer than the one who acted; bool[m]."""
        found: Flags = (self.other != NOBODY) & (self.other != self.customer)
        return found

    def ordered(self) -> Acts:
        """The same acts in an order that does not depend on the order of the rows."""
        texts = (text.astype(str) for text in (self.network, self.kind))
        order = np.lexsort(
            (self.sentiment, self.public, *texts, self.other, self.day, self.customer)
        )
        return self.where(order)

    def count(self, n: int, *kinds: str) -> Floats:
        """Count the acts of some kinds of each of n customers; float64[n]."""
        some = self.customer[np.isin(self.kind, kinds)]
        return np.bincount(some, minlength=n).astype(np.float64)

    @classmethod
    def from_table(cls, table: pa.Table, network: Network) -> Acts:
        """Read the table of engagements."""
        other = pc.fill_null(pc.index_in(table["other"], network.keys), NOBODY)
        return cls(
            customer=places(table["customer"], network.keys),
            kind=table["kind"].to_numpy(zero_copy_only=False),
            network=table["network"].to_numpy(zero_copy_only=False),
            day=days_of(table["date"]),
            other=other.to_numpy().astype(np.intp),
            public=table["public"].to_numpy(zero_copy_only=False).astype(np.bool_),
            sentiment=table["sentiment"].to_numpy(),
        )

    @classmethod
    def from_referrals(cls, table: pa.Table, network: Network) -> Acts:
        """Read the table of referrals: each is an act towards the referred customer."""
        m = len(table)
        return cls(
            customer=places(table["referrer"], network.keys),
            kind=np.full(m, "referral", dtype=object),
            network=np.full(m, "", dtype=object),
            day=days_of(table["date"]),
            other=places(table["referred"], network.keys),
            public=np.zeros(m, dtype=np.bool_),
            sentiment=np.full(m, np.nan),
        )

    @classmethod
    def none(cls) -> Acts:
        """Return no acts."""
        empty, text = np.empty(0, dtype=np.intp), np.empty(0, dtype=object)
        day, flag = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.bool_)
        return cls(empty, text, text, day, empty, flag, np.empty(0))


def in_window(day: Days, first: int, last: int) -> Flags:
    """Whether days lie in a window, both ends included; rows without a date do."""
    inside: Flags = ((day >= first) & (day <= last)) | (day == NO_DAY)
    return inside


def days_of(dates: pa.ChunkedArray) -> Days:
    """Days since 1970-01-01, `NO_DAY` for null."""
    days = dates.cast(pa.int32()).cast(pa.int64())
    found: Days = pc.fill_null(days, NO_DAY).to_numpy()
    return found
