"""`validate`: once, at the edge, all problems together."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import InputRejected
from influence.tables.counts import RowCounts
from influence.tables.keys import row_ids
from influence.tables.merge import EMPTY, merge_referrals
from influence.tables.notes import Note
from influence.tables.problems import Problems
from influence.tables.reading.columns import true_where
from influence.tables.reading.headers import recognised
from influence.tables.reading.reader import Reader
from influence.tables.reading.spellings import other_spellings
from influence.tables.rules import forest, rulings
from influence.tables.rules.rules import Rules
from influence.tables.specs import TABLES, Column
from influence.tables.tables import Tables

CHAIN_SHOWN = 12
ADDED = "customers_added"
ENDS = ("referrer", "referred")


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
    tables, notes = recognised(tables)
    check = Check(tables, rules or Rules(), known, notes=notes)
    check.problems.extend(tables.problems)
    check.notes.extend(tables.notes)
    if "customers" not in tables and len(tables.problems):
        check.customers_are_known = False  # the file is there, and cannot be read
    check.columns()
    rulings.questions_that_count(check)
    rulings.one_currency(check)
    check.customers()
    check.references()
    check.negative_ties()
    check.self_ties()
    check.kept_negative_ties()
    check.referrals()
    rulings.purchases_apart(check)
    rulings.later_than_today(check)
    if len(check.problems):
        told = [note for note in check.notes if note.event != ADDED]  # nobody was, after all
        raise InputRejected(check.problems, check.counts(), told)
    read = Tables(sources=tables.sources, **check.read)
    return Checked(read, tuple(check.notes), check.counts())


@dataclass
class Check:
    """The work of one `validate`: the tables as given, and as read so far."""

    given: Tables
    rules: Rules
    known: Tables | None
    problems: Problems = field(default_factory=Problems)
    notes: list[Note] = field(default_factory=list)
    read: dict[str, pa.Table] = field(default_factory=dict)
    left: dict[str, npt.NDArray[np.intp]] = field(default_factory=dict)
    """Of tables from which rows were dropped, where the others stood in what was given."""
    customers_are_known: bool = True

    def __post_init__(self) -> None:
        self.reader = Reader(self.given, self.rules, self.problems, self.notes)

    def note(self, text: str, event: str, **fields: Any) -> None:
        """Say something about the input that is no problem."""
        self.notes.append(Note(text, event, **fields))

    def drop(self, name: str, where: npt.NDArray[np.bool_]) -> None:
        """Leave rows of a table out, and count them; a note says why."""
        self.left[name] = self._positions(name)[~where]
        self.read[name] = self.read[name].filter(pa.array(~where))

    def _positions(self, name: str) -> npt.NDArray[np.intp]:
        """Where the rows that are left stood in what was given."""
        return self.left.get(name, np.arange(len(self.given[name])))

    def _dropped(self, name: str, at_fault: npt.NDArray[np.int64]) -> int:
        """How many rows were dropped that are not at fault besides."""
        source = self.given.sources[name]
        gone = len(self.given[name]) - len(self._positions(name))
        if not len(at_fault) or not gone:
            return gone
        was_dropped = np.ones(len(self.given[name]), dtype=bool)
        was_dropped[self._positions(name)] = False
        rows = source.row_numbers(np.flatnonzero(was_dropped))
        return int((~np.isin(rows, at_fault)).sum())

    def counts(self) -> dict[str, RowCounts]:
        """What became of the rows of each table."""
        found = {name: RowCounts(rows, refused=rows) for name, rows in self.given.refused.items()}
        for name in self.given:
            source = self.given.sources[name]
            rows = len(self.given[name]) + source.dropped + source.refused
            at_fault = self.problems.rows_at_fault(name)
            header = bool((at_fault < source.first_row).any())
            dropped = 0 if header else self._dropped(name, at_fault) + source.dropped
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
        # A mask of what was given, or of what is left of it.
        at = self.left.get(table) if len(where) < len(self.given[table]) else None
        source = self.given.sources[table]
        self.problems.add(source, table, column, problem, where, values, at)

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
        elif self.known is None or not len(self.known.customers):
            file = self.given.sources["customers"].file
            value = "comes from transactions" if "transactions" in self.read else "is 0"
            self.note(f"{file}: no column clv: every value {value}", "no_clv", table="customers")

    def _missing_clv(self, table: pa.Table) -> None:
        if self.rules.missing_clv == "error":
            # Looked up in what was given: a cell that is not a number is not a blank one.
            blank = self.reader.blank("customers", "clv")
            self._add("customers", "clv", "missing_clv", blank, self.given.customers["clv"])
        if self.rules.missing_clv == "zero":
            at = table.column_names.index("clv")
            filled = pc.fill_null(table["clv"], 0.0)
            self.read["customers"] = table.set_column(at, "clv", filled)

    def negative_ties(self) -> None:
        """Ties with a strength below 0 are dropped if the rules say so."""
        if self.rules.negative == "drop" and "ties" in self.reader.negative:
            where = self.reader.negative["ties"]
            self._say_negative(int(where.sum()), "dropped", "negative_ties_dropped")
            self.drop("ties", where)

    def kept_negative_ties(self) -> None:
        """Say how many of them are kept, after others were dropped."""
        if self.rules.negative == "sentiment" and "ties" in self.reader.negative:
            rows = int(self.reader.negative["ties"][self._positions("ties")].sum())
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
        rulings.referrals_passed_over(self, forest.passed_over(counted))
        there = {*zip(*(before[end].to_pylist() for end in ENDS), strict=True)}
        for cycle in forest.cycles(counted):
            if {*pairwise(cycle.chain)} <= there:
                rulings.chain_closed_by_absence(self, self._named_in(table, cycle.chain))
            else:
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
                  ADDED, table="customers", rows=n)  # fmt: skip

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
