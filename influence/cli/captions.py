"""Captions of figures: run, currency and caveats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from influence.cli.output import warn

if TYPE_CHECKING:
    from influence.runs import Run
    from influence.store import Store


def warn_unfinished(store: Store) -> None:
    """Warn if a write-back is unfinished, or if the data changed after the current run."""
    from influence.store.protocol import unfinished

    runs = store.runs()
    run = unfinished(runs)
    if run is not None:
        warn(
            f"the write-back of run {run.id} is unfinished: some customers may show its "
            "figures already; repeating `influence run` completes it",
            "write_back_unfinished",
            run=run.id,
        )
    elif any(run.current and run.input_changed for run in runs):
        warn("the data changed since this run; repeat `influence run`", "input_changed")


def run_caption(run: Run) -> str:
    """Return the caption of figures: their run, currency, convention and caveat."""
    caveat = f"\n{run.caveat}" if run.caveat else ""
    return f"run {run.id}{in_currency(run)} · {run.convention}{caveat}"


def in_currency(run: Run) -> str:
    """Return the part of a caption that names the currency of a run, if it is known."""
    return f" · amounts in {run.currency}" if run.currency else ""
