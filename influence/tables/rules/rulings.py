"""What is decided where the input says two things at once, and how that is announced.

Each is a step of `validate`, over all that was read so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.rules import currency, questions
from influence.tables.rules.window_end import latest_today, window_end

if TYPE_CHECKING:
    from influence.tables.rules.forest import PassedOver
    from influence.tables.validate import Check


def questions_that_count(check: Check) -> None:
    """The question that counts under its name; of the others it is said that they do not."""
    if "question" not in (check.read["surveys"].column_names if "surveys" in check.read else ()):
        return
    table = check.read["surveys"]
    asked = questions.read_questions(table["question"], check.rules.question)
    check.read["surveys"] = table.set_column(
        table.column_names.index("question"), "question", asked
    )
    others = questions.others(asked)
    if others:
        rows = sum(others.values())
        answers = "1 answer does" if rows == 1 else f"{rows:,} answers do"
        check.note(
            f"{answers} not count towards the stance, only those to '{questions.RECOMMEND}' "
            f"do: {questions.named(others)}; --question TEXT takes another one",
            "questions_not_counted",
            table="surveys",
            rows=rows,
            questions=others,
        )


def one_currency(check: Check) -> None:
    """All money in one currency: the store's, the one asked for, or the first."""
    held = currency.of_tables(check.known) if check.known is not None else None
    found = currency.money(check.read, held, check.rules.currency)
    names = [name for name in currency.AMOUNTS if name in check.read]
    if found.currency is None:
        return
    for name in names:
        if check.rules.currency is not None:
            _in_currency(check, name, found.currency)
        elif "currency" in check.read[name].column_names:
            _refused(check, name, found, held)


def _refused(check: Check, name: str, found: currency.Money, held: str | None) -> None:
    """Rows of another currency are problems."""
    table = check.read[name]
    if found.mixed:
        other = currency.elsewhere(table, str(found.currency))
        store = f", the store holds {held}" if held else ""
        shown = pc.binary_join_element_wise(
            pc.fill_null(table["currency"], ""), f"(of {found}{store})", " "
        )
        check.problems.add(
            check.given.sources[name], name, "currency", "mixed_currency", other, shown
        )
    else:
        codes = currency.codes(table)
        if name != "customers":
            codes = pc.fill_null(codes, "")
        at = table.column_names.index("currency")
        check.read[name] = table.set_column(at, "currency", codes)


def _in_currency(check: Check, name: str, wanted: str) -> None:
    """Rows of another currency are converted, or do not count; all others are of this one."""
    file, fields = check.given.sources[name].file, {"table": name, "currency": wanted}
    if check.rules.rates:
        rates = {currency.code(code): rate for code, rate in check.rules.rates.items()}
        check.read[name], counts = currency.converted(name, check.read[name], wanted, rates)
        if counts:
            said = ", ".join(f"{n:,} of {c} at {rates[c]:g}" for c, n in counts.items())
            check.note(f"{file}: rows converted to {wanted}: {said}", "currency_converted",
                      rows=sum(counts.values()), rates=check.rules.rates, **fields)  # fmt: skip
    other = currency.elsewhere(check.read[name], wanted) & (not check.rules.rates)
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
    codes = currency.codes(check.read[name])
    blank = len(check.read[name]) if codes is None else codes.null_count
    if blank:
        check.note(f"{file}: {_rows(blank)} without a currency taken for {wanted}",
                  "currency_assumed", rows=blank, **fields)  # fmt: skip
    check.read[name] = currency.all_in(check.read[name], wanted)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def purchases_apart(check: Check) -> None:
    """Say so where purchases lie after today, or far behind all others."""
    if "transactions" not in check.read:
        return
    known = [check.known.transactions] if check.known is not None else []
    dates = [t["date"].cast(pa.int32()) for t in (*known, check.read["transactions"])]
    days = np.concatenate([pc.drop_null(d).to_numpy().astype(np.int64) for d in dates])
    end = window_end(days)
    if end is not None and end.note is not None:
        check.notes.append(end.note)


def referrals_passed_over(check: Check, found: PassedOver) -> None:
    """Say which referrals do not count, and why."""
    other = "somebody else's of the same customer"
    kinds = {
        "referrals_passed_over": (
            found.later, "somebody else referred the same customer before"),
        "referrals_order_decided": (
            found.by_order, f"{other} stands in an earlier row, and no date says more"),
        "referrals_without_date": (found.without_date, f"undated, while {other} is dated"),
        "referrals_without_time": (
            found.without_time, f"without a time, while {other} and day has one"),
    }  # fmt: skip
    for event, (rows, why) in kinds.items():
        if rows:
            people = "1 referral does" if rows == 1 else f"{rows:,} referrals do"
            check.note(f"{people} not count: {why}", event, table="referrals", rows=rows)


def chain_closed_by_absence(check: Check, chain: list[str]) -> None:
    """A chain of referrals that the store holds already, and that closes since a person is gone."""
    shown = " → ".join(chain)
    text = f"a chain of referrals closes since somebody else's no longer counts: {shown}"
    check.note(
        f"{text}; its latest link does not count", "referral_chain_closed", table="referrals"
    )


def later_than_today(check: Check) -> None:
    """Say so where answers or referrals are dated after today: one slip may decide for good."""
    for name in ("surveys", "referrals"):
        if name in check.read and "date" in check.read[name].column_names:
            later = pc.greater(check.read[name]["date"], pa.scalar(latest_today()))
            rows = pc.sum(later).as_py() or 0
            if rows:
                file = check.given.sources[name].file
                are = "is" if rows == 1 else "are"
                check.note(f"{file}: {_rows(rows)} {are} dated after today, and count as they are",
                           "dates_after_today", table=name, rows=rows)  # fmt: skip


def _without_clv(customers: pa.Table, where: npt.NDArray[np.bool_]) -> pa.Table:
    """Customers some of whose own values are left to transactions, or 0."""
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
