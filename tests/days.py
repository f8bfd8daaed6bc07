"""A company that exports its files every day: what it has, and the files of the day."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

FIRST = date(2024, 1, 1)
WEEK = ("all", "new", "again", "new", "replace", "nothing", "replace")
"""What a day's load is: all rows, only new and changed ones, yesterday's files again, all rows with
--replace, or all rows in another order though nothing happened."""
COLUMNS = {
    "customers": ("id", "clv", "name", "segment"),
    "ties": ("source", "target", "kind", "strength", "directed"),
    "referrals": ("referrer", "referred", "date", "margin"),
    "transactions": ("customer", "date", "amount"),
    "surveys": ("customer", "score", "date"),
    "engagements": ("customer", "kind", "date", "other"),
    "profiles": ("customer", "network", "contacts"),
}
PEOPLE = {name: columns[:1] for name, columns in COLUMNS.items()} | {
    "ties": ("source", "target"), "referrals": ("referrer", "referred"),
    "engagements": ("customer", "other"),
}  # fmt: skip
KEYS = {"customers": 1, "ties": 3, "referrals": 2, "profiles": 2}
"""How many columns tell the rows of a table apart; the other tables are lists of what happened."""

Row = tuple[Any, ...]


@dataclass
class Company:
    """All rows that a company has today, by table and key; seeded."""

    seed: int
    people: int = 40
    today: date = FIRST
    rows: dict[str, dict[Row, Row]] = field(default_factory=lambda: {name: {} for name in COLUMNS})
    new: dict[str, dict[Row, Row]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.coin = random.Random(self.seed)
        self.serial = 0

    def days(self, count: int) -> Iterator[tuple[str, bool]]:
        """Let one day after the other pass; yield what its load is, and whether all happened."""
        for day in range(count):
            how = WEEK[day % len(WEEK)]
            self.today = FIRST + timedelta(days=day)
            if how in {"all", "new", "replace"}:
                self.new = {name: {} for name in COLUMNS}
                self._live(self.people if day == 0 else self.coin.randrange(1, 4))
                if how == "replace":
                    self._lose()
            yield how, how in {"all", "new", "replace"}

    def write(self, folder: Path, how: str) -> None:
        """Write the files of today: all rows, or the new and changed ones."""
        folder.mkdir()
        for name, rows in (self.new if how in {"new", "again"} else self.rows).items():
            found = list(rows.values())
            if how == "nothing":
                self.coin.shuffle(found)
            if found or how == "replace":
                self._write(folder / f"{name}.csv", COLUMNS[name], found)

    def _write(self, path: Path, columns: Row, rows: list[Row]) -> None:
        with path.open("w", encoding="utf-8", newline="") as sink:
            csv.writer(sink).writerows([columns, *rows])

    def _live(self, newcomers: int) -> None:
        """Customers come, buy, answer, meet and refer one another; some change."""
        for _ in range(newcomers):
            back = self.gone and self.coin.random() < 0.3
            self.serial += not back
            key = min(self.gone) if back else f"C{self.serial:03}"
            self.gone.discard(key)
            self._customer(key)
            others = [other for other in self.ids if other != key]
            for other in self.coin.sample(others, min(len(others), 2)):
                self._tie(other, key)
            if others and self.coin.random() < 0.5:
                day = self.today if self.coin.random() < 0.8 else ""
                self._put("referrals", self.coin.choice(others), key, day, self._money())
        for key in self.coin.sample(self.ids, 4):
            other = self.coin.choice([one for one in self.ids if one != key])
            self._customer(key)
            self._tie(key, other)
            self._put("transactions", key, self.today, self._money())
            self._put("surveys", key, self.coin.randrange(11), self.today)
            kind = self.coin.choice(["review", "answer", "share"])
            self._put("engagements", key, kind, self.today, other if kind == "answer" else "")
            self._put("profiles", key, self.coin.choice("xy"), self.coin.randrange(500))

    def _lose(self) -> None:
        """Some customers leave with all that names them, some ties and referrals end."""
        for key in self.coin.sample(self.ids, 2):
            self.leave(key)
        for name in ("ties", "referrals", "profiles"):
            for key in self.coin.sample(sorted(self.rows[name]), min(2, len(self.rows[name]))):
                del self.rows[name][key]

    def leave(self, customer: str) -> None:
        """Remove a customer and every row that names them."""
        self.gone.add(customer)
        for name, rows in self.rows.items():
            at = [COLUMNS[name].index(column) for column in PEOPLE[name]]
            self.rows[name] = {
                key: row for key, row in rows.items() if customer not in {row[i] for i in at}
            }

    @property
    def ids(self) -> list[str]:
        return [key for (key,) in self.rows["customers"]]

    def _customer(self, key: str) -> None:
        clv = self._money() if self.coin.random() < 0.7 else ""  # else from purchases
        self._put("customers", key, clv, f"Name of {key}", self.coin.choice(["a", "b"]))

    def _tie(self, source: str, target: str) -> None:
        if (target, source, "friend") not in self.rows["ties"]:
            strength, directed = (
                self.coin.choice([1, 0.5, 2.25]),
                self.coin.choice(["true", "false"]),
            )
            self._put("ties", source, target, "friend", strength, directed)

    def _put(self, name: str, *row: Any) -> None:
        key = row[: KEYS.get(name, len(row))]
        self.rows[name][key] = self.new[name][key] = row

    def _money(self) -> float:
        return round(self.coin.lognormvariate(4, 1), 2)
