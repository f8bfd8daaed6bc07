"""Where the window of purchases ends: one date typed wrongly must not move it for everybody.

It ends with the last purchase that is not after today. Where fewer than one purchase in twenty
lies more than two windows and two years after all others, it ends with the last of the others: a
slip in the year, not the business. Of old data, seasons and few purchases far apart nothing is cut.
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
"""So many windows without a purchase may be a slip."""
FEW = 20
"""One in so many purchases may be slips, no more."""
EASTERNMOST = timedelta(hours=14)


def latest_today() -> date:
    """Today, where on Earth it is latest: a purchase of tomorrow there is none of the future."""
    return (datetime.now(UTC) + EASTERNMOST).date()


@dataclass(frozen=True)
class WindowEnd:
    """Where it ends, and what lies behind.

    Attributes
    ----------
    day : date
        The last day that counts.
    why : {"asked", "last", "today", "gap", "all after today"}
        Somebody said so; it is the last purchase; the last but those after today; the last but a
        few that lie far behind all others; all purchases are after today, and the last one counts.
    later : int
        Purchases after it, which do not count.
    purchases : int
        All of them.
    last : date
        The last purchase of all.
    lonely : date or None
        Where purchases far behind all others do count, since they are too many for a slip and
        yet not most of them: the last purchase before them.
    within : int
        Purchases in the window.
    """

    day: date
    why: Why
    later: int
    purchases: int
    last: date
    lonely: date | None = None
    within: int = 1

    @property
    def note(self) -> Note | None:
        """What a person should know of it; None where it is simply the last purchase."""
        of = f"{self.later:,} of {self.purchases:,} purchases"
        lie = "lies" if self.later == 1 else "lie"
        until = f"the last on {self.last}"
        text = {
            "asked": f"{of} {lie} after {self.day}, as asked for ({until}): not counted",
            "today": f"{of} {lie} after today ({until}): not counted; the window ends {self.day}",
            "gap": f"{of} {lie} long after all others ({until}): not counted; the window ends "
            f"{self.day}",
            "all after today": f"all {self.purchases:,} purchases lie after today ({until}): the "
            f"window ends {self.day}",
            "last": f"the last purchases lie long after all others, which end {self.lonely}; the "
            f"window ends {self.day}",
        }[self.why]
        silent = self.why == "last" and self.lonely is None
        if silent or (self.why == "asked" and not self.later and self.within):
            return None
        text += "" if self.why == "asked" else " (run --as-of DATE says otherwise)"
        fields = {"as_of": self.day, "later": self.later, "purchases": self.purchases}
        if not self.within:
            text = f"none of {self.purchases:,} purchases lies in the window that ends {self.day}"
            text += f", as asked for ({until})"
        quiet = self.why == "asked" and self.within
        event = "window_end_asked" if quiet else "window_end"
        return Note(text, event, reason=self.why, last=self.last, **fields)


def window_end(
    days: Days, window: int = A_YEAR, today: date | None = None, as_of: date | None = None
) -> WindowEnd | None:
    """Decide where the window ends; None without purchases.

    Parameters
    ----------
    days : int64[m]
        Days of purchases since 1970-01-01, in any order.
    window : int
        Its length in days.
    today : date, optional
        By default, today where on Earth it is latest.
    as_of : date, optional
        The answer, where somebody has one.

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
    lonely = None
    if as_of is not None:
        asked = _end(ordered, (as_of - EPOCH).days, "asked")
        day = (as_of - EPOCH).days
        return replace(asked, within=int(((day - window < ordered) & (ordered <= day)).sum()))
    known = ordered[: np.searchsorted(ordered, ((today or latest_today()) - EPOCH).days, "right")]
    if not len(known):
        return _end(ordered, last, "all after today")
    end = int(known[-1])
    why: Why = "today" if end < last else "last"
    # A short window must not make a slip of what comes after a quiet season.
    gaps = np.flatnonzero(np.diff(known) > FAR * max(window, A_YEAR))
    if len(gaps):
        # Of several, the first behind which few enough lie.
        few = gaps[(len(known) - 1 - gaps) * FEW < len(known)]
        if len(few):
            return _end(ordered, int(known[few[0]]), "gap")
        if (len(known) - 1 - gaps[-1]) * 2 <= len(known):
            lonely = _date(int(known[gaps[-1]]))
    return _end(ordered, end, why, lonely)


def _end(ordered: Days, day: int, why: Why, lonely: date | None = None) -> WindowEnd:
    later = len(ordered) - int(np.searchsorted(ordered, day, "right"))
    return WindowEnd(_date(day), why, later, len(ordered), _date(int(ordered[-1])), lonely)


def _date(day: int) -> date:
    return EPOCH + timedelta(days=min(day, (date.max - EPOCH).days))
