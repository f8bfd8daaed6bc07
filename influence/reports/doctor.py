"""Checks of the settings, the store and its content."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import version
from itertools import chain

import influence
from influence.customer.neighbourhood import snapshot_of_tables
from influence.errors import NothingToShow, StoreError, UsageError
from influence.network import Network, Selection
from influence.runs import Run, ago
from influence.settings import FILE, Settings, resolve, salvage
from influence.store import Store, open_store
from influence.store.check import Check, Finding, run_checks
from influence.store.protocol import unfinished
from influence.tables import Tables
from influence.tables.notes import Note

RUN_AGAIN = "repeat `influence run`"
ADDRESS = (
    "start the server or correct the address (--store, INFLUENCE_STORE, influence.toml), user and "
    "password (NEO4J_USERNAME, NEO4J_PASSWORD)"
)


def doctor(store_url: str | None = None) -> list[Finding]:
    """Check the settings and the store, and report what is outdated, missing or damaged.

    Errors in the settings or the store become findings.

    Parameters
    ----------
    store_url : str, optional
        The store of the command line, which overrides the settings.
    """
    settings, findings = _settings(store_url)
    findings = [_versions(), *findings]
    try:
        store = open_store(settings.store, settings.credentials)
    except (StoreError, UsageError) as error:
        return [*findings, Finding("store", "failed", str(error), ADDRESS)]
    with store:
        findings.append(Finding("store", "ok", store.url))
        return findings + run_checks(chain(store.checks(), _content(store, settings)))


def _versions() -> Finding:
    detail = (
        f"influence {influence.__version__}, Python {platform.python_version()}, Neo4j driver "
        f"{version('neo4j')}; no Java is needed"
    )
    return Finding("versions", "ok", detail)


def _settings(store_url: str | None) -> tuple[Settings, list[Finding]]:
    """Return the settings as far as they can be read, and the findings about them."""
    try:
        settings = resolve(store_url)
        settings.conventions()
        settings.limits()
        settings.checked_weights()
    except UsageError as error:
        advice = f"correct {FILE}; until then only its settings of the store are used"
        return salvage(store_url), [Finding("settings", "failed", str(error), advice)]
    return settings, [Finding("settings", "ok", settings.origin)]


def _content(store: Store, settings: Settings) -> Iterator[Check]:
    """Yield the checks of the content; those that depend on unreadable content are skipped."""
    tables, runs = list[Tables](), list[list[Run]]()

    def content() -> Iterator[Finding]:
        tables.append(store.tables())
        yield Finding("content", "ok", _size(tables[0]))

    def history() -> Iterator[Finding]:
        runs.append(store.runs())
        yield from _runs(runs[0])

    yield "content", content, "correct the named properties, or load the customers again"
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
    """Report kinds that influence.toml names and no tie has."""
    notes: list[Note] = []
    Network.from_tables(tables, Selection(directions=settings.directions), notes.append)
    for note in notes:
        yield Finding("directions", "warning", str(note), f"correct {FILE} if this is a mistake")


def _runs(runs: list[Run]) -> Iterator[Finding]:
    current = next((run for run in runs if run.current), None)
    if current is None:
        yield Finding("current run", "warning", "none yet", "start one with `influence run`")
    else:
        yield Finding("current run", "ok", f"{current.id}, started {ago(current.started_at)} ago")
        if current.caveat:
            yield Finding("estimates", "ok", current.caveat)
    dead = unfinished(runs)
    if dead:
        detail = f"run {dead.id} did not finish"
        yield Finding("write-back", "warning", detail, "repeat `influence run` to complete it")


def _figures(store: Store) -> Iterator[Finding]:
    try:
        scores = store.scores()
    except NothingToShow:
        return  # reported by the check of runs
    yield Finding("figures", "ok", f"{len(scores):,} customers, all readable")


def _input(tables: Tables, runs: list[Run]) -> Iterator[Finding]:
    """Report whether the input is the same as that of the current run."""
    current = next((run for run in runs if run.current), None)
    if current is None:
        return
    if _is_input_of(current, tables):
        yield Finding("input", "ok", "unchanged since the current run")
    else:
        yield Finding("input", "warning", "changed since the current run", RUN_AGAIN)


def _is_input_of(run: Run, tables: Tables) -> bool:
    """Return whether tables have the fingerprint of a run."""
    try:
        _, stale = snapshot_of_tables(tables, run)
    except UsageError:  # no tie of its selection is left
        return False
    return not stale


def _loads(store: Store) -> Iterator[Finding]:
    for load in store.loads()[:1]:
        files = ", ".join(str(table["file"]) for table in load.tables.values())
        yield Finding("loads", "ok", f"{load.id}, {ago(load.loaded_at)} ago: {files}")
