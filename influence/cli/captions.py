"""What stands below or beside figures: their run, currency and caveats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from influence.cli.output import warn

if TYPE_CHECKING:
    from influence.runs import Run
    from influence.store import Store


def warn_unfinished(store: Store) -> None:
    """Say so where a write-back began and did not end, or the data changed since."""
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


def stamp(run: Run) -> str:
    """What stands below figures: where they are from, and what to think of them."""
    from influence.scores import CONVENTION

    caveat = f"\n{run.caveat}" if run.caveat else ""
    return f"run {run.id}{in_currency(run)} · {CONVENTION}{caveat}"


def in_currency(run: Run) -> str:
    """What the money of a run is counted in, where that is known, as part of a caption."""
    return f" · amounts in {run.currency}" if run.currency else ""
