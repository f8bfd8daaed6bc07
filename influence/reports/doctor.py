"""What is well and what is not, with the settings, a store and what it holds."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import version
from itertools import chain

import influence
from influence.engine.customers import CustomerArrays
from influence.errors import NothingToShow, StoreError, UsageError
from influence.network import Network, Selection
from influence.runs import Run, ago
from influence.settings import FILE, Settings, resolve, salvage
from influence.store import Store, open_store
from influence.store.check import Check, Finding, found_by
from influence.store.protocol import unfinished
from influence.tables import Tables
from influence.tables.notes import Note, ignore

RUN_AGAIN = "repeat `influence run`"
ADDRESS = (
    "start the server or correct the address (--store, INFLUENCE_STORE, influence.toml), user and "
    "password (NEO4J_USERNAME, NEO4J_PASSWORD)"
)


def examine(store_url: str | None = None) -> list[Finding]:
    """Look at settings and store: what answers, what it holds, what is stale, missing or damaged.

    Nothing that is wrong with them is an error: it is what was found.

    Parameters
    ----------
    store_url : str, optional
        From a flag; it wins over the settings.
    """
    settings, findings = _settings(store_url)
    findings = [_versions(), *findings]
    try:
        store = open_store(settings.store, settings.credentials)
    except (StoreError, UsageError) as error:
        return [*findings, Finding("store", "failed", str(error), ADDRESS)]
    with store:
        findings.append(Finding("store", "ok", store.url))
        return findings + found_by(chain(store.checks(), _content(store, settings)))


def _versions() -> Finding:
    detail = (
        f"influence {influence.__version__}, Python {platform.python_version()}, Neo4j driver "
        f"{version('neo4j')}; no Java is needed"
    )
    return Finding("versions", "ok", detail)


def _settings(store_url: str | None) -> tuple[Settings, list[Finding]]:
    """The settings, as far as they can be read."""
    try:
        settings = resolve(store_url)
        settings.conventions()
        settings.limits()
        settings.checked_weights()
    except UsageError as error:
        advice = f"correct {FILE}; until then only what leads to the store is read of it"
        return salvage(store_url), [Finding("settings", "failed", str(error), advice)]
    return settings, [Finding("settings", "ok", settings.origin)]


def _content(store: Store, settings: Settings) -> Iterator[Check]:
    """The checks of what the store holds; those that need what could not be read are left out."""
    tables, runs = list[Tables](), list[list[Run]]()

    def content() -> Iterator[Finding]:
        tables.append(store.tables())
        yield Finding("content", "ok", _size(tables[0]))

    def history() -> Iterator[Finding]:
        runs.append(store.runs())
        yield from _runs(runs[0])

    yield "content", content, "correct the properties that are named, or load the customers again"
    yield "runs", history, RUN_AGAIN
    if tables:
        yield "directions", lambda: _directions(tables[0], settings), f"correct {FILE}"
    if runs:
        yield "figures", lambda: _figures(store), RUN_AGAIN
    if tables and runs:
        yield "input", lambda: _input(tables[0], runs[0]), RUN_AGAIN
    yield "loads", lambda: _loads(store), "load again"


def _size(tables: Tables) -> str:
    sizes = {name: len(tables[name]) for name in tables}
    return ", ".join(
        f"{n:,} {name}" for name, n in sizes.items() if n or name in {"customers", "ties"}
    )


def _directions(tables: Tables, settings: Settings) -> Iterator[Finding]:
    """Kinds that influence.toml names and no tie has."""
    notes: list[Note] = []
    Network.from_tables(tables, Selection(directions=settings.directions), notes.append)
    for note in notes:
        yield Finding("directions", "warning", str(note), f"correct {FILE} if that is a slip")


def _runs(runs: list[Run]) -> Iterator[Finding]:
    current = next((run for run in runs if run.current), None)
    if current is None:
        yield Finding("current run", "warning", "none yet", "`influence run` makes one")
    else:
        yield Finding("current run", "ok", f"{current.id}, begun {ago(current.started_at)} ago")
        if current.caveat:
            yield Finding("estimates", "ok", current.caveat)
    dead = unfinished(runs)
    if dead:
        detail = f"run {dead.id} did not finish"
        yield Finding("write-back", "warning", detail, "repeating `influence run` completes it")


def _figures(store: Store) -> Iterator[Finding]:
    try:
        scores = store.scores()
    except NothingToShow:
        return  # said with the runs
    yield Finding("figures", "ok", f"of {len(scores):,} customers, all readable")


def _input(tables: Tables, runs: list[Run]) -> Iterator[Finding]:
    """Whether a run of today would find what the current one found."""
    current = next((run for run in runs if run.current), None)
    if current is None:
        return
    if _still_gives(current, tables):
        yield Finding("input", "ok", "as the current run saw it")
    else:
        yield Finding("input", "warning", "changed since the current run", RUN_AGAIN)


def _still_gives(run: Run, tables: Tables) -> bool:
    """Whether tables are what a run was made of."""
    try:
        network = Network.from_tables(tables, run.parameters.selection, ignore)
    except UsageError:  # no tie is left of what it selected
        return False
    people = CustomerArrays.from_tables(tables, network, run.parameters.conventions)
    return people.fingerprint(network) == run.fingerprint


def _loads(store: Store) -> Iterator[Finding]:
    for load in store.loads()[:1]:
        files = ", ".join(str(table["file"]) for table in load.tables.values())
        yield Finding("loads", "ok", f"{load.id}, {ago(load.loaded_at)} ago: {files}")
