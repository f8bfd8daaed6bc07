"""Announce dates that look wrong: purchases far from all others, anything in the future."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.rules.window_end import latest_today, window_end

if TYPE_CHECKING:
    from influence.tables.check import Check


def announce_window_end(check: Check) -> None:
    """Announce purchases in the future or long after all others, which may move the window."""
    if "transactions" not in check.read:
        return
    known = [check.known.transactions] if check.known is not None else []
    dates = [t["date"].cast(pa.int32()) for t in (*known, check.read["transactions"])]
    days = np.concatenate([pc.drop_null(d).to_numpy().astype(np.int64) for d in dates])
    end = window_end(days)
    if end is not None and end.note is not None:
        check.notes.append(end.note)


def announce_future_dates(check: Check) -> None:
    """Announce rows dated in the future: a mistyped year may override all others."""
    for name in ("surveys", "referrals", "engagements"):
        if name in check.read and "date" in check.read[name].column_names:
            later = pc.greater(check.read[name]["date"], pa.scalar(latest_today()))
            rows = pc.sum(later).as_py() or 0
            if rows:
                what = "1 row is" if rows == 1 else f"{rows:,} rows are"
                text = f"{check.file(name)}: {what} dated after today; the dates are used as given"
                check.note(text, "dates_after_today", table=name, rows=rows)
