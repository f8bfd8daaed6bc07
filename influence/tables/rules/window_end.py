"""Find the end of the purchase window, robustly against single mistyped dates.

The window ends with the last purchase that is not after today. If fewer than one purchase in twenty
lies more than two windows and two years after all others, it ends with the last of the others: such
purchases are typing errors in the year. Old data, seasons and few purchases far apart are not cut.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt

from influence.tables.notes import Note

Days = npt.NDArray[np.int64]
Why = Literal["asked", "last", "today", "gap", "all after today"]
EPOCH = date(1970, 1, 1)
A_YEAR = 365
FAR = 2
"""A gap of this many windows without a purchase may be a typing error."""
FEW = 20
"""At most one in this many purchases may be a typing error."""
EASTERNMOST = timedelta(hours=14)


def latest_today() -> date:
    """Return today's date in the easternmost time zone, so that no local date is in the future."""
    return (datetime.now(UTC) + EASTERNMOST).date()


@dataclass(frozen=True)
class WindowEnd:
    """The end of the window and how it was found.

    Attributes
    ----------
    day : date
        The last day that counts.
    why : {"asked", "last", "today", "gap", "all after today"}
        Requested; the last purchase; the last purchase up to today; the last purchase before a
        long gap; all purchases are after today and the last one counts.
    later : int
        Purchases after `day`, which do not count.
    purchases : int
        All purchases.
    last : date
        The last purchase of all.
    before_gap : date or None
        The last purchase before a long gap, where the purchases after it do count since they are
        too many to be typing errors, but not the majority.
    within : int
        Purchases in the window.
    """

    day: date
    why: Why
    later: int
    purchases: int
    last: date
    before_gap: date | None = None
    within: int = 1

    @property
    def note(self) -> Note | None:
        """A note on how the end was found; None where it is simply the last purchase."""
        of = f"{self.later:,} of {self.purchases:,} purchases"
        lie = "lies" if self.later == 1 else "lie"
        until = f"the last on {self.last}"
        text = {
            "asked": f"{of} {lie} after {self.day}, as requested ({until}): not counted",
            "today": f"{of} {lie} after today ({until}): not counted; the window ends {self.day}",
            "gap": f"{of} {lie} long after all others ({until}): not counted; the window ends "
            f"{self.day}",
            "all after today": f"all {self.purchases:,} purchases lie after today ({until}): the "
            f"window ends {self.day}",
            "last": f"the last purchases lie long after all others, which end {self.before_gap}; "
            f"the window ends {self.day}",
        }[self.why]
        silent = self.why == "last" and self.before_gap is None
        if silent or (self.why == "asked" and not self.later and self.within):
            return None
        text += "" if self.why == "asked" else " (run --as-of DATE sets another end)"
        fields = {"as_of": self.day, "later": self.later, "purchases": self.purchases}
        if not self.within:
            text = f"none of {self.purchases:,} purchases lies in the window that ends {self.day}"
            text += f", as requested ({until})"
        quiet = self.why == "asked" and self.within
        event = "window_end_asked" if quiet else "window_end"
        return Note(text, event, reason=self.why, last=self.last, **fields)


def window_end(
    days: Days, window: int = A_YEAR, today: date | None = None, as_of: date | None = None
) -> WindowEnd | None:
    """Find the end of the window; None without purchases.

    Parameters
    ----------
    days : int64[m]
        Days of purchases since 1970-01-01, in any order.
    window : int
        Length of the window in days.
    today : date, optional
        Default: `latest_today()`.
    as_of : date, optional
        The requested end.

    Examples
    --------
    >>> days = np.array([20_000, 20_100, 90_000])
    >>> found = window_end(days, 365, today=date(2025, 6, 1))
    >>> print(found.day, found.why, found.later)
    2025-01-12 today 1
    """
    if not len(days):
        return None
    ordered = np.sort(days)
    last = int(ordered[-1])
    before_gap = None
    if as_of is not None:
        asked = _end(ordered, (as_of - EPOCH).days, "asked")
        day = (as_of - EPOCH).days
        return replace(asked, within=int(((day - window < ordered) & (ordered <= day)).sum()))
    known = ordered[: np.searchsorted(ordered, ((today or latest_today()) - EPOCH).days, "right")]
    if not len(known):
        return _end(ordered, last, "all after today")
    end = int(known[-1])
    why: Why = "today" if end < last else "last"
    # With a short window, purchases after a quiet season are not typing errors.
    gaps = np.flatnonzero(np.diff(known) > FAR * max(window, A_YEAR))
    if len(gaps):
        # Of several gaps, the first after which few enough purchases follow.
        few = gaps[(len(known) - 1 - gaps) * FEW < len(known)]
        if len(few):
            return _end(ordered, int(known[few[0]]), "gap")
        if (len(known) - 1 - gaps[-1]) * 2 <= len(known):
            before_gap = _date(int(known[gaps[-1]]))
    return _end(ordered, end, why, before_gap)


def _end(ordered: Days, day: int, why: Why, before_gap: date | None = None) -> WindowEnd:
    later = len(ordered) - int(np.searchsorted(ordered, day, "right"))
    return WindowEnd(_date(day), why, later, len(ordered), _date(int(ordered[-1])), before_gap)


def _date(day: int) -> date:
    return EPOCH + timedelta(days=min(day, (date.max - EPOCH).days))
