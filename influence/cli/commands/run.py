"""`run`: compute all scores and write them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from influence.cli import engine as engine_options
from influence.cli import options
from influence.cli.metrics import metrics
from influence.cli.output import emit_json, output_format, pass_on, progress, say
from influence.cli.weights import given_weights

if TYPE_CHECKING:
    from influence.batch import Outcome
    from influence.calibration.record import Calibration
    from influence.models import ModelName
    from influence.network import Direction
    from influence.parameters import Choice
    from influence.runs import Run
    from influence.scores import Scores
    from influence.tables.notes import Note


@click.command()
@options.store
@click.option("--preset", metavar="NAME", help="Published weights, geometric(p), or "
              "calibrated: those that `influence calibrate` found.")  # fmt: skip
@click.option("--weights", metavar="0.45,0.25,0.10", help="Weights of distance 1, 2, 3 …")
@click.option("--depth", type=int, help="Number of steps, with --preset 'geometric(p)'.")
@click.option("--model", type=click.Choice(["shells", "walk"]), default="shells",
              show_default=True, help="Count each customer within reach once, or along "
              "every walk. Network value always uses shells.")  # fmt: skip
@click.option("--weighted", is_flag=True, help="Weight ties by their strength (walk only).")
@options.selection
@options.kind_weight
@options.conventions
@options.card
@click.option("--as-of", metavar="DATE", callback=options.iso_date,
              help="Last day whose purchases count. [default: the day of the last purchase, "
              "without dates in the future and outliers]")  # fmt: skip
@options.method
@click.option("--intervals", type=int, metavar="DRAWS", help="Draws for intervals of network value "
              "and rank, where weights are calibrated or CLV has a standard error; 0 makes none.  "
              "[default: 1000]")  # fmt: skip
@click.option("--force/--if-changed", default=False, help="Compute in any case, or only if the "
              "tables, the parameters or the version of this software changed since the current "
              "run, or its figures were edited.  [default: --if-changed]")  # fmt: skip
@click.option("--keep-inputs", type=click.IntRange(min=0), metavar="N", help="Of how many earlier "
              "inputs a directory keeps the tables, so that `compare --why` can split the changes "
              "since; tables that did not change take no space.  [default: 1]")  # fmt: skip
@engine_options.engine
@options.wait
@metrics
@click.option("--format", "form", type=click.Choice(["table", "json"]),
              help="json: the run record on stdout. [default: table on a terminal]")  # fmt: skip
@click.option("--report-text", is_flag=True, help="Print a summary for a mail on stdout: "
              "totals, first ten customers, changes since the previous run, warnings.")  # fmt: skip
@options.common
def run(
    store_url: str | None,
    preset: str | None,
    weights: str | None,
    depth: int | None,
    model: ModelName,
    weighted: bool,
    kinds: tuple[str, ...],
    networks: tuple[str, ...],
    direction: dict[str, Direction],
    kind_weight: dict[str, float],
    conventions: dict[str, str],
    card: dict[str, str],
    as_of: str | None,
    method: Choice,
    registers: int,
    seed: int,
    max_seconds: float | None,
    memory: str | None,
    intervals: int | None,
    force: bool,
    keep_inputs: int | None,
    engine: str,
    master: str | None,
    blocks: int | None,
    work_dir: str | None,
    wait: float,
    form: str | None,
    report_text: bool,
    quiet: bool,
) -> Outcome:
    """Compute influence and network value of all customers, and write them back.

    \b
    Examples:
      influence run
      influence run --direction follows=reversed
      influence run --preset calibrated
      influence run --weights 0.5,0.2 --kinds friend,colleague
      influence run --set margin=0.3 --set referral_share=0.5
      influence run --as-of 2024-12-31
      influence run --method sketch
      influence run --max-seconds 600 --memory 16GB
      influence run --force
      influence run --metrics influence.prom --report-text
      influence run --engine spark --master spark://host:7077 --work-dir /shared
    """
    from influence.batch import run as batch
    from influence.cli.report_text import print_report
    from influence.errors import UsageError
    from influence.models.weights import check_weights
    from influence.parameters import DRAWS
    from influence.pipeline import Parameters

    if form and report_text:
        raise UsageError("--format and --report-text exclude each other: both print on stdout")
    settings = options.settings_for(store_url)
    chosen_weights = None if weights or preset or depth else settings.checked_weights()
    calibration = None
    if preset == "calibrated" and weights is None:
        calibration = _calibrated(store_url, depth)
        chosen_weights = check_weights(calibration.weights)
    elif chosen_weights is None:
        chosen_weights = given_weights(preset, weights, depth)
    parameters = Parameters(
        weights=chosen_weights,
        selection=options.selected(
            kinds,
            networks,
            {**settings.directions, **direction},
            {**settings.kind_weight, **kind_weight},
        ),
        model=model,
        weighted=weighted,
        conventions=settings.conventions(conventions | ({"as_of": as_of} if as_of else {})),
        card=settings.card_rules(card),
        roles=settings.role_rules(),
        method=method,
        registers=registers,
        seed=seed,
        limits=settings.limits(memory, max_seconds),
        calibration=calibration.id if calibration else None,
        weight_errors=calibration.errors if calibration else None,
        intervals=DRAWS if intervals is None else intervals,
    )
    notes: list[Note] = []

    def tell(note: Note) -> None:
        notes.append(note)
        pass_on(note, quiet=quiet)

    with options.opened(store_url, wait) as store:
        with (
            engine_options.runner(engine, master, blocks, work_dir, settings.store) as runner,
            progress(quiet=quiet) as report,
        ):
            outcome = batch(
                store, parameters, report, tell, runner,
                force=force,
                keep_inputs=settings.keep_inputs if keep_inputs is None else keep_inputs,
            )  # fmt: skip
        if report_text:
            print_report(store, outcome, notes)
    if outcome.computed:
        say(summary(outcome), "run_finished", quiet=quiet, **_numbers(outcome))
    else:
        say(unchanged(outcome), "run_unchanged", quiet=quiet, run=outcome.written.run.id)
    if not report_text and output_format(form) == "json":
        rest = {"seconds": outcome.seconds, "computed": outcome.computed}
        emit_json({**outcome.written.run.to_dict(), **rest})
    return outcome


def _calibrated(store_url: str | None, depth: int | None) -> Calibration:
    """Return the calibration that the store keeps, for a run of a depth."""
    from influence.errors import UsageError
    from influence.models.weights import NOT_CALIBRATED

    with options.opened(store_url) as store:
        kept = store.calibration()
    if kept is None or not kept.weights:
        raise UsageError(NOT_CALIBRATED)
    if depth not in {None, len(kept.weights)}:
        raise UsageError(f"preset calibrated has depth {len(kept.weights)}, not {depth}")
    return kept


def unchanged(outcome: Outcome) -> str:
    """Say that the current run has the same input and parameters."""
    from influence.runs import ago

    run = outcome.written.run
    age = f" of {ago(run.finished_at)} ago" if run.finished_at else ""
    return (
        f"nothing to compute: input and parameters are those of run {run.id}{age} (--force "
        "computes anyway)"
    )


def summary(outcome: Outcome) -> str:
    """Describe a run in a few lines."""
    scores, written, run = outcome.scores, outcome.written, outcome.written.run
    totals = {name: _total(scores, name) for name in ("clv", "network_value")}
    weights = ", ".join(f"{weight:g}" for weight in run.weights)
    money = f" {run.currency}" if run.currency else ""
    times = ", ".join(f"{stage} {spent:.1f} s" for stage, spent in outcome.seconds.items())
    return "\n".join(
        [
            f"run {run.id} ({run.parameters.model}, weights {weights})",
            f"  {run.customers:,} customers, {run.ties:,} ties, {run.arcs:,} arcs",
            f"  Σ CLV {totals['clv']:,.2f}, Σ network value {totals['network_value']:,.2f}{money}",
            *([f"  purchases until {run.as_of}"] if run.as_of else []),
            *_unprofiled(run),
            f"  {run.convention}",
            *_estimated(run),
            *([f"  {run.steadiness}"] if run.steadiness else []),
            f"  changed {written.changed:,} customers, cleared {written.cleared:,}; {times}",
        ]
    )


def _numbers(outcome: Outcome) -> dict[str, Any]:
    """Return the figures of a finished run for a log."""
    from influence.engine.planner import peak_memory

    written, made = outcome.written, outcome.written.run
    return {
        "run": made.id,
        "customers": made.customers,
        "ties": made.ties,
        "arcs": made.arcs,
        "seconds": outcome.seconds,
        "peak_memory": peak_memory(),
        "changed": written.changed,
        "cleared": written.cleared,
    }


def _estimated(run: Run) -> list[str]:
    """Return the line that tells which figures are estimates."""
    if run.caveat is None:
        return []
    return [f"  {run.caveat}; influence and gross are exact at the top of the ranking"]


def _unprofiled(run: Run) -> list[str]:
    """Return the line with the totals of customers who are not profiled, if there are enough."""
    if not run.unprofiled:
        return []
    count, clv, value = (run.unprofiled[k] for k in ("customers", "clv", "network_value"))
    return [f"  and {count:,.0f} not profiled: Σ CLV {clv:,.2f}, Σ network value {value:,.2f}"]


def _total(scores: Scores, name: str) -> float:
    import math

    return math.fsum(scores.table[name].to_pylist())
