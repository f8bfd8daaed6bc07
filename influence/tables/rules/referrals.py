"""Check referrals: self-referrals, cycles, and referrals that do not count."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.keys import row_ids
from influence.tables.merge import EMPTY, merge_referrals
from influence.tables.reading.columns import true_where
from influence.tables.rules import forest

if TYPE_CHECKING:
    from influence.tables.check import Check
    from influence.tables.rules.forest import Ignored

CHAIN_SHOWN = 12
ENDS = ("referrer", "referred")


def check_referrals(check: Check) -> None:
    """Report self-referrals and cycles; announce the referrals that do not count."""
    if "referrals" not in check.read:
        return
    table = check.read["referrals"]
    to_self = true_where(pc.equal(table["referrer"], table["referred"]))
    empty = true_where(pc.equal(table["referred"], ""))
    check.add("referrals", "referred", "self_referral", to_self & ~empty, table["referred"])
    before = check.known.referrals if check.known is not None else EMPTY.referrals
    merged, _ = merge_referrals(before, table.filter(pa.array(~to_self)))
    counted = merged.sort_by("place")
    _announce_ignored(check, forest.ignored(counted))
    stored = {*zip(*(before[end].to_pylist() for end in ENDS), strict=True)}
    for cycle in forest.cycles(counted):
        if {*pairwise(cycle.chain)} <= stored:
            _announce_cycle_of_store(check, _ids_shown(check, table, cycle.chain))
        else:
            _report_cycle(check, table, cycle.chain)


def _announce_ignored(check: Check, found: Ignored) -> None:
    """Announce which referrals do not count, and why."""
    other = "another referral of the same customer"
    kinds = {
        "referrals_passed_over": (found.later, f"{other} is earlier"),
        "referrals_order_decided": (
            found.by_order, f"{other} has the same or no date and is in an earlier row"),
        "referrals_without_date": (found.without_date, f"no date, while {other} has one"),
        "referrals_without_time": (
            found.without_time, f"no time, while {other} on the same day has one"),
    }  # fmt: skip
    for event, (rows, why) in kinds.items():
        if rows:
            people = "1 referral does" if rows == 1 else f"{rows:,} referrals do"
            check.note(f"{people} not count: {why}", event, table="referrals", rows=rows)


def _announce_cycle_of_store(check: Check, chain: list[str]) -> None:
    """Announce a cycle of stored referrals, which closed when a customer was deleted."""
    shown = " → ".join(chain)
    text = f"a cycle of referrals formed because another referral no longer counts: {shown}"
    check.note(f"{text}; its latest referral does not count", "referral_chain_closed",
               table="referrals")  # fmt: skip


def _report_cycle(check: Check, table: pa.Table, chain: tuple[str, ...]) -> None:
    """Report a cycle at its last row in the load.

    A new row may close a cycle that it is not part of, since another referral no longer counts.
    """
    links = pa.table({"referrer": chain[:-1], "referred": chain[1:]})
    given, wanted = row_ids([table.select([*ENDS]), links])
    rows = np.flatnonzero(np.isin(given, wanted))
    if len(rows) == 0:
        touched = pc.is_in(table["referred"], pa.array(chain[1:], pa.string()))
        rows = np.flatnonzero(true_where(touched))
    where = np.zeros(len(table), dtype=bool)
    where[rows[-1:] if len(rows) else -1] = True
    shown = " → ".join(_ids_shown(check, table, chain))
    check.add("referrals", "referred", "referral_cycle", where,
              pa.chunked_array([pa.repeat(shown, len(table))]))  # fmt: skip


def _ids_shown(check: Check, table: pa.Table, chain: tuple[str, ...]) -> list[str]:
    """Return the ids of a cycle, shortened; hide customers who are not profiled.

    Ids that this load names are shown.
    """
    if check.known is not None:
        people = check.known.customers
        hidden = set(people["id"].filter(people["do_not_profile"]).to_pylist())
        hidden -= {name for end in ENDS for name in table[end].to_pylist()}
        chain = tuple("(not profiled)" if name in hidden else name for name in chain)
    return list(chain) if len(chain) <= CHAIN_SHOWN else [*chain[:CHAIN_SHOWN], "…", chain[-1]]
