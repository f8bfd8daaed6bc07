"""`validate`: once, at the edge, all problems together."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import InputRejected, UsageError
from influence.tables import forest
from influence.tables.columns import true_where
from influence.tables.counts import RowCounts
from influence.tables.keys import row_ids
from influence.tables.merge import EMPTY, merge_referrals
from influence.tables.notes import Note
from influence.tables.numbers import Notation
from influence.tables.problems import Problems
from influence.tables.reading import Reader
from influence.tables.specs import TABLES, Column
from influence.tables.spellings import other_spellings
from influence.tables.tables import Tables

MissingClv = Literal["error", "zero", "drop"]
Negative = Literal["error", "drop", "sentiment"]
CHAIN_SHOWN = 12


@dataclass(frozen=True)
class Rules:
    """What to do with input that is not an outright fault.

    Attributes
    ----------
    missing_clv : {"error", "zero", "drop"}
        A blank in a `clv` column: a problem, the value 0, or no value at all (the customer stays
        in the graph, counts 0 and gets no row).
    add_missing : float or None
        Add customers that only other tables name, with this value; None: they are problems.
    drop_self : bool
        Drop and count ties with oneself instead of reporting them.
    null_words : tuple of str or None
        These words, to the letter, are blanks in every column of text, and no other word is
        refused as an id. None: no word is a blank, and the usual ones for nothing, such as NULL,
        are refused as ids.
    decimal, thousands : str
        The marks in numbers that come as text: before the decimals, and between groups of three
        digits (none if empty; a blank is also one that does not break).
    currency_sign : tuple of str
        Signs that may stand before or after such a number.
    negative : {"error", "drop", "sentiment"}
        A tie with a strength below 0: a problem, dropped and counted, or kept without its sign,
        with sentiment −1 where it has none of its own.
    """

    missing_clv: MissingClv = "error"
    add_missing: float | None = None
    drop_self: bool = False
    null_words: tuple[str, ...] | None = None
    decimal: str = "."
    thousands: str = ""
    currency_sign: tuple[str, ...] = ()
    negative: Negative = "error"

    def __post_init__(self) -> None:
        if self.missing_clv not in get_args(MissingClv):
            raise UsageError(f"missing_clv {self.missing_clv!r}: error, zero or drop")
        if self.add_missing is not None and not math.isfinite(self.add_missing):
            raise UsageError(f"customers cannot be added with the value {self.add_missing}")
        if self.negative not in get_args(Negative):
            raise UsageError(f"negative {self.negative!r}: error, drop or sentiment")
        for name in ("null_words", "currency_sign"):
            if isinstance(getattr(self, name), str):
                raise UsageError(f"{name} {getattr(self, name)!r}: a tuple of texts is expected")
        _ = self.notation  # refuses what cannot be

    @property
    def notation(self) -> Notation:
        """How numbers are written that come as text."""
        return Notation(self.decimal, self.thousands, self.currency_sign)


@dataclass(frozen=True)
class Checked:
    """Tables that passed, as far as they were given, and remarks for the person who loads them.

    Attributes
    ----------
    tables : Tables
    notes : tuple of Note
    rows : dict of str to RowCounts
        By table, what became of its rows; `merge` may still merge some.
    """

    tables: Tables
    notes: tuple[Note, ...] = ()
    rows: dict[str, RowCounts] = field(default_factory=dict)


def validate(tables: Tables, rules: Rules | None = None, known: Tables | None = None) -> Checked:
    """Read every column as its spec says and check what the tables say together.

    Parameters
    ----------
    tables : Tables
        As they came.
    rules : Rules, optional
    known : Tables, optional
        What the store holds already: other tables may name those customers, and the currency
        must be theirs.

    Returns
    -------
    Checked
        Each table with the columns that were given, in their own types. Absent columns stay
        absent: `merge` fills them with what the store has, or with their default.

    Raises
    ------
    InputRejected
        With every problem of every table.
    """
    check = _Check(tables, rules or Rules(), known)
    check.problems.extend(tables.problems)
    if "customers" not in tables and len(tables.problems):
        check.customers_are_known = False  # the file is there, and cannot be read
    check.columns()
    check.customers()
    check.references()
    check.negative_ties()
    check.self_ties()
    check.kept_negative_ties()
    check.referrals()
    if len(check.problems):
        raise InputRejected(check.problems, check.counts())
    read = Tables(sources=tables.sources, **check.read)
    return Checked(read, tuple(check.notes), check.counts())


@dataclass
class _Check:
    """The work of one `validate`: the tables as given, and as read so far."""

    given: Tables
    rules: Rules
    known: Tables | None
    problems: Problems = field(default_factory=Problems)
    notes: list[Note] = field(default_factory=list)
    read: dict[str, pa.Table] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    stay: dict[str, npt.NDArray[np.int64]] = field(default_factory=dict)
    customers_are_known: bool = True

    def __post_init__(self) -> None:
        self.reader = Reader(self.given, self.rules, self.problems, self.notes)

    def note(self, text: str, event: str, **fields: Any) -> None:
        """Say something about the input that is no problem."""
        self.notes.append(Note(text, event, **fields))

    def drop(self, name: str, where: npt.NDArray[np.bool_]) -> None:
        """Leave rows of a table out, and count them; a note says why."""
        before = self.stay.get(name)
        stays = np.flatnonzero(~where)
        self.stay[name] = stays if before is None else before[stays]
        self.read[name] = self.read[name].filter(pa.array(~where))
        self.dropped[name] += int(where.sum())

    def counts(self) -> dict[str, RowCounts]:
        """What became of the rows of each table."""
        found = {}
        for name in self.given:
            source = self.given.sources[name]
            rows = len(self.given[name]) + source.dropped + source.refused
            at_fault = self.problems.rows_at_fault(name)
            header = any(row < source.first_row for _, row in at_fault)
            dropped = 0 if header else self.dropped[name] + source.dropped
            refused = rows if header else len(at_fault)
            found[name] = RowCounts(rows, dropped=dropped, refused=refused)
        return found

    def columns(self) -> None:
        """Read each column of each table in its own type."""
        for name in self.given:
            self.read[name] = self.reader.table(name)
        if ("customers", "id") in self.reader.broken:
            self.customers_are_known = False

    def _add(
        self,
        table: str,
        column: str,
        problem: str,
        where: npt.NDArray[np.bool_],
        values: pa.ChunkedArray,
    ) -> None:
        source = self.given.sources[table]
        if table in self.stay:
            source = replace(source, rows=partial(source.row_numbers, self.stay[table]))
        self.problems.add(source, table, column, problem, where, values)

    def customers(self) -> None:
        """Ids once each, values where the rules want them, one currency."""
        if "customers" not in self.read:
            return
        table = self.read["customers"]
        ids = table["id"]
        (codes,) = row_ids([table.select(["id"])])
        repeated = true_where(pc.not_equal(ids, "")) & _seen_before(codes)
        self._add("customers", "id", "duplicate_id", repeated, ids)
        if "clv" in table.column_names:
            self._missing_clv(table)
        elif self.known is None:
            file = self.given.sources["customers"].file
            value = "comes from transactions" if "transactions" in self.read else "is 0"
            self.note(f"{file}: no column clv: every value {value}", "no_clv", table="customers")
        if "currency" in table.column_names:
            self._currency(table["currency"])

    def _missing_clv(self, table: pa.Table) -> None:
        if self.rules.missing_clv == "error":
            # Looked up in what was given: a cell that is not a number is not a blank one.
            blank = self.reader.blank("customers", "clv")
            self._add("customers", "clv", "missing_clv", blank, self.given.customers["clv"])
        if self.rules.missing_clv == "zero":
            at = table.column_names.index("clv")
            filled = pc.fill_null(table["clv"], 0.0)
            self.read["customers"] = table.set_column(at, "clv", filled)

    def _currency(self, given: pa.ChunkedArray) -> None:
        """Every row has the currency of the store, or else of the first row that has one."""
        first = next(iter(pc.drop_null(given)), None)
        if self.known is not None:
            first = next(iter(pc.drop_null(self.known.customers["currency"])), first)
        if first is not None:
            other = true_where(pc.not_equal(given, first))
            self._add("customers", "currency", "mixed_currency", other, given)

    def negative_ties(self) -> None:
        """Ties with a strength below 0 are dropped if the rules say so."""
        if self.rules.negative == "drop" and "ties" in self.reader.negative:
            where = self.reader.negative["ties"]
            self._say_negative(int(where.sum()), "dropped", "negative_ties_dropped")
            self.drop("ties", where)

    def kept_negative_ties(self) -> None:
        """Say how many of them are kept, after others were dropped."""
        if self.rules.negative == "sentiment" and "ties" in self.reader.negative:
            negative = self.reader.negative["ties"]
            rows = int(negative[self.stay.get("ties", slice(None))].sum())
            done = (
                "kept without the sign, with sentiment -1 where none was given; runs read the "
                "strength and not the sentiment, which is kept for queries"
            )
            self._say_negative(rows, done, "negative_ties_kept")

    def _say_negative(self, rows: int, done: str, event: str) -> None:
        ties = "1 tie" if rows == 1 else f"{rows:,} ties"
        file = self.given.sources["ties"].file
        self.note(f"{file}: {ties} with a negative strength {done}", event, table="ties", rows=rows)

    def self_ties(self) -> None:
        """Nobody has a tie with herself."""
        if "ties" not in self.read:
            return
        table = self.read["ties"]
        itself = true_where(pc.equal(table["source"], table["target"]))
        if not self.rules.drop_self:
            self._add("ties", "target", "self_tie", itself, table["target"])
        elif itself.any():
            file = self.given.sources["ties"].file
            dropped = int(itself.sum())
            self.note(f"{file}: dropped {dropped:,} ties with oneself", "self_ties_dropped",
                      table="ties", rows=dropped)  # fmt: skip
            self.drop("ties", itself)

    def referrals(self) -> None:
        """Nobody brought herself, and nobody those who brought her."""
        if "referrals" not in self.read:
            return
        table = self.read["referrals"]
        itself = true_where(pc.equal(table["referrer"], table["referred"]))
        empty = true_where(pc.equal(table["referred"], ""))
        self._add("referrals", "referred", "self_referral", itself & ~empty, table["referred"])
        before = self.known.referrals if self.known is not None else EMPTY.referrals
        merged, _ = merge_referrals(before, table.filter(pa.array(~itself)))
        counted = merged.sort_by("place")
        passed_over = len(counted) - int(forest.counting(counted).sum())
        if passed_over:
            people = "1 referral does" if passed_over == 1 else f"{passed_over:,} referrals do"
            self.note(
                f"{people} not count: somebody else referred the same customer before",
                "referrals_passed_over",
                table="referrals",
                rows=passed_over,
            )
        for cycle in forest.cycles(counted):
            self._cycle(table, cycle.chain)

    def _cycle(self, table: pa.Table, chain: tuple[str, ...]) -> None:
        """Report a chain that closes where its last row stands.

        A new row may close a chain that it does not stand in, since another one counts no more.
        """
        links = pa.table({"referrer": chain[:-1], "referred": chain[1:]})
        given, wanted = row_ids([table.select(["referrer", "referred"]), links])
        rows = np.flatnonzero(np.isin(given, wanted))
        if len(rows) == 0:
            touched = pc.is_in(table["referred"], pa.array(chain[1:], pa.string()))
            rows = np.flatnonzero(true_where(touched))
        where = np.zeros(len(table), dtype=bool)
        where[rows[-1:] if len(rows) else -1] = True
        shown = " → ".join(self._named_in(table, chain))
        self._add("referrals", "referred", "referral_cycle", where,
                  pa.chunked_array([pa.repeat(shown, len(table))]))  # fmt: skip

    def _named_in(self, table: pa.Table, chain: tuple[str, ...]) -> list[str]:
        """The ids of a chain, shortened; who is not to be profiled only if this load names her."""
        if self.known is not None:
            people = self.known.customers
            hidden = set(people["id"].filter(people["do_not_profile"]).to_pylist())
            hidden -= {name for end in ("referrer", "referred") for name in table[end].to_pylist()}
            chain = tuple("(not profiled)" if name in hidden else name for name in chain)
        return list(chain) if len(chain) <= CHAIN_SHOWN else [*chain[:CHAIN_SHOWN], "…", chain[-1]]

    def references(self) -> None:
        """Every customer that a table names exists, is added, or is a problem."""
        if not self.customers_are_known:
            return  # who is missing cannot be said
        lists = [self.read["customers"]["id"]] if "customers" in self.read else []
        lists += [self.known.customers["id"]] if self.known is not None else []
        there = _chained(lists).combine_chunks()
        missing = []
        for name, column in self._references():
            ids = self.read[name][column.name]
            named = true_where(pc.not_equal(ids, ""))
            unknown = named & true_where(pc.invert(pc.is_in(ids, there)))
            if self.rules.add_missing is None:
                self._add(name, column.name, "unknown_customer", unknown, ids)
            missing.append(ids.filter(pa.array(unknown)))
        added = pc.unique(_chained(missing))
        if self.rules.add_missing is None and len(added):
            self.problems.add_spellings(other_spellings(added, self._may_be_named()))
        if self.rules.add_missing is not None and len(added):
            self._add_customers(added, self.rules.add_missing)

    def _may_be_named(self) -> pa.Array:
        """The customers of this load, and those of the store who may be profiled."""
        lists = [self.read["customers"]["id"]] if "customers" in self.read else []
        if self.known is not None:
            people = self.known.customers
            lists.append(people["id"].filter(pc.invert(people["do_not_profile"])))
        return _chained(lists).combine_chunks()

    def _references(self) -> list[tuple[str, Column]]:
        return [
            (name, column)
            for name in self.read
            for column in TABLES[name].columns
            if column.refers_to_customer
        ]

    def _add_customers(self, ids: pa.Array, clv: float) -> None:
        n = len(ids)
        # Worth nothing that anybody knows of: transactions may tell.
        new = pa.table(
            {"id": ids, "clv": pa.repeat(clv, n), "clv_computed": pa.repeat(clv == 0.0, n)}
        )
        if "customers" in self.read:
            given = self._with_known_values(self.read["customers"])
            new = pa.concat_tables([given, new], promote_options="default")
        self.read["customers"] = new
        worth = f"each worth {clv:g}" if clv else "worth what transactions tell, or 0"
        self.note(f"added {n:,} customers that only other tables name, {worth}",
                  "customers_added", table="customers", rows=n)  # fmt: skip

    def _with_known_values(self, given: pa.Table) -> pa.Table:
        """Customers with a column clv: where none was given, they keep the store's."""
        if "clv_computed" in given.column_names:
            return given
        if "clv" in given.column_names:
            return given.append_column("clv_computed", pa.repeat(False, len(given)))
        values = pa.chunked_array([pa.repeat(0.0, len(given))])
        computed = pa.chunked_array([pa.repeat(True, len(given))])
        if self.known is not None:
            at = pc.index_in(given["id"], self.known.customers["id"].combine_chunks())
            there = pc.is_valid(at)
            values = pc.if_else(there, self.known.customers["clv"].take(at), values)
            computed = pc.if_else(there, self.known.customers["clv_computed"].take(at), computed)
        return given.append_column("clv", values).append_column("clv_computed", computed)


def _chained(columns: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.string())


def _seen_before(codes: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """True where an equal code stands in an earlier row."""
    _, first = np.unique(codes, return_index=True)
    repeated = np.ones(len(codes), dtype=bool)
    repeated[first] = False
    return repeated
