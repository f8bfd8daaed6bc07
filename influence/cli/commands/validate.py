"""`validate`: whether the figures of a date predict what happened later."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from influence.cli import options
from influence.cli.output import emit, emit_json, output_format, pass_on, progress, say, warn
from influence.cli.tables import show
from influence.cli.weights import given_weights

if TYPE_CHECKING:
    from influence.network import Direction
    from influence.validation.result import Validation

HEADINGS = {
    "predictor": "predictor",
    "spearman": "Spearman",
    "difference": "network value minus this",
    "lift": "top-decile lift",
    "lift_difference": "lift of network value minus this",
}
MEASURES = ("spearman", "difference", "lift", "lift_difference")


@click.command()
@click.option("--until", required=True, metavar="DATE", help="The last day known to the figures, "
              "such as 2023-12-31; what is dated later is predicted.")  # fmt: skip
@click.option("--preset", metavar="NAME", help="Published weights, or geometric(p).")
@click.option("--weights", metavar="0.45,0.25,0.10", help="Weights of distance 1, 2, 3 …")
@options.selection
@options.kind_weight
@options.conventions
@click.option("--draws", type=click.IntRange(min=100), default=1000, show_default=True,
              help="Resamples of the bootstrap.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True,
              help="Random seed of the resamples.")  # fmt: skip
@click.option("--cluster", metavar="COLUMN", help="Draw people together if they may depend on one "
              "another: a column of the customers, or communities (of the network). [default: one "
              "by one]")  # fmt: skip
@options.store
@options.output
@options.common
def validate(
    until: str,
    preset: str | None,
    weights: str | None,
    kinds: tuple[str, ...],
    networks: tuple[str, ...],
    direction: dict[str, Direction],
    kind_weight: dict[str, float],
    conventions: dict[str, str],
    draws: int,
    seed: int,
    cluster: str | None,
    store_url: str | None,
    form: str | None,
    quiet: bool,
) -> None:
    """Check whether network value predicts anything, on the company's own history.

    It computes with what was known at a date, and compares network value (and gross), CLV, degree,
    PageRank and referral count with what happened later: referrals, purchases of contacts (ranked
    among people of similar CLV), own purchases. The store is not changed. All intervals of one
    measure hold jointly: where there is nothing to find, 1 company in 20 shows something.

    \b
    Examples:
      influence validate --until 2023-12-31
      influence validate --until 2023-12-31 --direction follows=reversed
      influence validate --until 2023-12-31 --cluster communities
    """
    from influence.parameters import Parameters
    from influence.reports.validation import validate_until

    if preset == "calibrated":
        raise click.UsageError(
            "--preset calibrated: its weights may come from events after the date; give --weights"
        )
    settings = options.settings_for(store_url)
    chosen = None if weights or preset else settings.checked_weights()
    parameters = Parameters(
        weights=given_weights(preset, weights, None) if chosen is None else chosen,
        selection=options.selected(
            kinds,
            networks,
            {**settings.directions, **direction},
            {**settings.kind_weight, **kind_weight},
        ),
        conventions=settings.conventions(conventions),
        method="auto",
        limits=settings.limits(),
    )
    with options.opened(store_url) as store, progress(quiet=quiet) as report:
        found = validate_until(
            store,
            until,
            parameters,
            draws=draws,
            seed=seed,
            cluster=cluster,
            tell=partial(pass_on, quiet=quiet),
            progress=report,
        )
    _print(found, output_format(form), quiet=quiet)


def _print(found: Validation, form: str, *, quiet: bool) -> None:
    for note in found.notes:
        if note.event == "left_out_later":
            say(str(note), note.event, quiet=quiet, **note.fields)
        else:
            warn(str(note), note.event, **note.fields)
    for outcome, missing in found.refused.items():
        warn(f"not compared: {missing}", "not_compared", outcome=outcome)
    if form == "json":
        emit_json(found.to_dict())
        return
    from influence.validation.result import NAMES

    rows = found.to_dict()["figures"]
    if form == "csv":
        emit(rows, {}, form)
    for verdict in found.verdicts if form == "table" else ():
        shown = [_row(row, NAMES) for row in rows if row["outcome"] == verdict.outcome]
        name = NAMES[verdict.outcome].capitalize()
        title = f"{name}: {verdict.customers:,} customers, {verdict.acted:,} people with any"
        show(shown, HEADINGS, title=title, caption=verdict.sentence)
    say(
        f"{found.verdict}\nknown until {found.until}, outcomes until {found.last}; the "
        f"95 % intervals {_by(found)}hold jointly; a predictor need not be a cause: people near "
        "one another are often alike",
        "validated",
        quiet=quiet,
        verdict=found.verdict,
    )


def _by(found: Validation) -> str:
    return "" if found.cluster is None else f"by {found.cluster} ({found.clusters:,}) "


def _row(row: dict[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """Write each measure with its interval as one text."""
    shown = {"predictor": names[row["predictor"]]}
    for name in MEASURES:
        numbers = row[name], row[f"{name}_low"], row[f"{name}_high"]
        if None not in numbers:
            value, low, high = (f"{number:z.2f}" for number in numbers)
            shown[name] = f"{value}, {low} to {high}"
    return shown
