"""What is well and what is not, with a store and what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from influence.errors import NothingToShow
from influence.network import Network
from influence.people import People
from influence.runs import ago
from influence.store import Store
from influence.store.protocol import unfinished


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    what : str
    state : {"ok", "warning"}
    detail : str
    """

    what: str
    state: Literal["ok", "warning"]
    detail: str


def examine(store: Store) -> list[Finding]:
    """Look at a store: the server or directory, its content, its runs, and whether they are stale.

    Raises
    ------
    StoreError
        If the store does not answer.
    """
    facts = [Finding(what, "ok", detail) for what, detail in store.facts()]
    return [*facts, *_content(store)]


def _content(store: Store) -> Iterator[Finding]:
    try:
        tables = store.tables()
    except NothingToShow as nothing:
        yield Finding("content", "warning", str(nothing))
        return
    yield Finding(
        "content", "ok", f"{len(tables.customers):,} customers, {len(tables.ties):,} ties"
    )
    runs = store.runs()
    current = next((run for run in runs if run.current), None)
    if current is None:
        yield Finding("current run", "warning", "none yet: `influence run` makes one")
    else:
        yield Finding("current run", "ok", f"{current.id}, begun {ago(current.started_at)} ago")
        if current.caveat:
            yield Finding("figures", "ok", current.caveat)
        network = Network.from_tables(tables, current.selection)
        people = People.from_tables(tables, network, current.conventions)
        fresh = people.fingerprint(network) == current.fingerprint
        yield (
            Finding("input", "ok", "as the current run saw it")
            if fresh
            else Finding(
                "input", "warning", "changed since the current run: repeat `influence run`"
            )
        )
    dead = unfinished(runs)
    if dead:
        detail = f"run {dead.id} did not finish: repeating `influence run` completes it"
        yield Finding("write-back", "warning", detail)
