"""`calibrate`: the decay weights from the company's own data."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli import options, rules
from influence.cli.output import emit, emit_json, output_format, pass_on, progress, say, warn

if TYPE_CHECKING:
    import pyarrow as pa

    from influence.calibration.options import Form
    from influence.calibration.record import Calibration
    from influence.calibration.screen import Clustering
    from influence.network import Direction
    from influence.tables.reading.date_parts import Order


@click.command()
@click.option("--events", metavar="NAME|FILE", help="The event: transactions (the "
              "first purchase), joins, referrals (the first one made), engagements (the first act),"
              " leaving, or a file with the columns customer and date.")  # fmt: skip
@click.option("--screen", metavar="TRAIT", help="Instead: whether people near one another share a "
              "trait: a yes/no column, or a condition such as 'alcohol >= 4'.")  # fmt: skip
@click.option("--experiment", metavar="FILE", help="Instead: a randomised experiment, with the "
              "columns customer, assigned and outcome.")  # fmt: skip
@click.option("--depth", type=click.IntRange(min=1, max=6), default=3, show_default=True,
              help="The largest distance.")  # fmt: skip
@click.option("--period", metavar="NAME", help="day, week, month, quarter, year or a number of "
              "days. [default: the step of the dates, else the shortest that makes at most 100 "
              "periods]")  # fmt: skip
@click.option("--window", type=click.IntRange(min=1, max=24), metavar="PERIODS", help="How long an "
              "event counts as fresh. [default: 2, unless another of 1 to 4 explains the events "
              "clearly better]")  # fmt: skip
@click.option("--since", metavar="DATE", help="Earlier events count only as exposures. [default: "
              "the first event]")  # fmt: skip
@click.option("--until", metavar="DATE", help="The last day observed. [default: that of the last "
              "event]")  # fmt: skip
@click.option("--strata", multiple=True, callback=options.comma_separated, metavar="A,B",
              help="Columns of the customers: each combination gets a hazard of its own in each "
              "period.")  # fmt: skip
@click.option("--covariates", multiple=True, callback=options.comma_separated, metavar="A,B",
              help="Columns of the customers that may explain the event.")  # fmt: skip
@click.option("--positions", is_flag=True, help="Adjust for positions in the network, too.")
@click.option("--cluster", metavar="COLUMN", help="A column that groups customers whose errors "
              "may depend on one another. [default: communities of the network]")  # fmt: skip
@click.option("--exposure", type=click.Choice(["number", "share"]), default="number",
              show_default=True, help="Measure exposure by the number of people at a distance "
              "who had the event, or by their share.")  # fmt: skip
@click.option("--form", "hazard", type=click.Choice(["additive", "logit", "multiplicative"]),
              default="additive", show_default=True, help="additive gives weights; logit and "
              "multiplicative give the factor by which each exposure multiplies the odds or the "
              "hazard, as in published studies, without a placebo or weights.")  # fmt: skip
@click.option("--inactive", type=click.IntRange(min=1), metavar="DAYS", help="With --events "
              "leaving: a customer without a purchase for this long has left. [default: the column "
              "left of the customers]")  # fmt: skip
@click.option("--at-risk", "at_risk", metavar="FILE", help="With --events leaving: write the value "
              "that leaves with each customer, as CSV.",
              type=click.Path(dir_okay=False, path_type=Path))  # fmt: skip
@click.option("--picture", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
              help="Draw the weights beside the published ones, into a file that ends in .svg, "
              ".png or .html (needs the extra `report`).")  # fmt: skip
@rules.FOR_ALL["dates"]
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True,
              help="Random seed of permutations and assignments.")  # fmt: skip
@click.option(
    "--save-anyway", is_flag=True, help="Save the weights even if no influence was found."
)
@click.option("--dry-run", is_flag=True, help="Save nothing.")
@options.selection
@options.store
@options.wait
@options.output
@options.common
def calibrate(
    events: str | None,
    screen: str | None,
    experiment: str | None,
    depth: int,
    period: str | None,
    window: int | None,
    since: str | None,
    until: str | None,
    strata: tuple[str, ...],
    covariates: tuple[str, ...],
    positions: bool,
    cluster: str | None,
    exposure: str,
    hazard: Form,
    inactive: int | None,
    at_risk: Path | None,
    picture: Path | None,
    dates: Order | None,
    seed: int,
    save_anyway: bool,
    dry_run: bool,
    kinds: tuple[str, ...],
    networks: tuple[str, ...],
    direction: dict[str, Direction],
    store_url: str | None,
    wait: float,
    form: str | None,
    quiet: bool,
) -> None:
    """Estimate the weights of distance 1, 2, 3 … from the company's own data.

    With --events each customer is at risk from joining to their first event. The estimate compares
    people at a distance who had the event recently with those who had it a while ago: how much more
    likely does each of them make it? What contacts have in common raises both, influence only the
    recent ones. Where the interval covers zero, the verdict is "none found" and no preset is saved.

    \b
    Examples:
      influence calibrate --events transactions
      influence calibrate --events transactions --picture weights.svg
      influence calibrate --events adoption.csv --direction names=reversed
      influence calibrate --events leaving --inactive 180 --at-risk leaving.csv
      influence calibrate --experiment campaign.csv --depth 2
      influence calibrate --screen newsletter --strata segment
      influence run --preset calibrated
    """
    from influence.calibration.observed import LEAVING
    from influence.calibration.options import CalibrationOptions
    from influence.report_page.picture import checked_suffix
    from influence.reports.calibrate import calibrate as estimated
    from influence.reports.churn import value_at_risk_churn
    from influence.reports.experiment import calibrate_experiment
    from influence.reports.screen import clustering

    if picture is not None:
        checked_suffix(picture)
        if screen is not None or hazard != "additive":
            raise click.UsageError("--picture draws weights, which --screen and --form do not give")
    settings = options.settings_for(store_url)
    selection = options.selected(kinds, networks, {**settings.directions, **direction})
    tell = partial(pass_on, quiet=quiet)
    if [events, screen, experiment].count(None) != 2:
        raise click.UsageError("give one of --events, --screen and --experiment")
    if events != LEAVING and (inactive is not None or at_risk is not None):
        raise click.UsageError("--inactive and --at-risk go with --events leaving")
    if screen is not None:
        with options.opened(store_url) as store, progress(quiet=quiet) as report:
            clustered = clustering(
                store.tables(report), screen, depth=depth, strata=strata, covariates=covariates,
                cluster=cluster, selection=selection, seed=seed, tell=tell, progress=report,
            )  # fmt: skip
        _emit_clustering(screen, clustered, form, quiet=quiet)
        return
    with options.opened(store_url, wait) as store, progress(quiet=quiet) as report:
        tables = store.tables(report)
        if experiment is not None:
            found = calibrate_experiment(
                tables, experiment, depth=depth, strata=strata, selection=selection,
                anyway=save_anyway, seed=seed, tell=tell, progress=report,
            )  # fmt: skip
        else:
            wanted = CalibrationOptions(
                str(events), depth, selection, period, since, until, hazard, window, strata,
                covariates, cluster, exposure == "share", save_anyway, inactive, positions,
                dates,
            )  # fmt: skip
            found = estimated(tables, wanted, tell, report)
        saved = bool(found.weights) and not dry_run and events != LEAVING
        if saved:
            store.write_calibration(found)
        if at_risk is not None and found.weights:
            rows = value_at_risk_churn(tables, found.weights, selection, settings.conventions())
            _write_at_risk(rows, at_risk)
    _emit(found, form, saved=saved, quiet=quiet)
    if picture is not None:
        _draw(found, picture, quiet=quiet)


def _draw(found: Calibration, file: Path, *, quiet: bool) -> None:
    from influence.report_page.picture import write_weights

    if not found.estimates:
        warn("no weights were estimated, so no picture is drawn", "nothing_to_draw")
        return
    size = write_weights(found, file).stat().st_size
    say(f"{file}: a picture of the weights, {size / 1e3:,.0f} kB", "file_written", quiet=quiet,
        file=str(file), bytes=size)  # fmt: skip


def _write_at_risk(rows: pa.Table, file: Path) -> None:
    from influence.cli.output import write_csv
    from influence.reports.replacing import replacing

    with replacing(file) as fresh, fresh.open("w", encoding="utf-8", newline="") as sink:
        write_csv(rows.to_pylist(), rows.column_names, sink)


def _emit(found: Calibration, form: str | None, *, saved: bool, quiet: bool) -> None:
    from influence.cli.calibration_tables import show_calibration
    from influence.reports.calibration_text import verdict

    sentence, wanted = verdict(found, saved=saved), output_format(form)
    if wanted == "json":
        emit_json({**found.to_dict(), "saved": saved, "sentence": sentence})
    elif wanted == "csv":
        emit([asdict(each) for each in found.estimates or found.ratios], {}, form)
    else:
        show_calibration(found)
    say(sentence, "calibrated", quiet=quiet, verdict=found.verdict, weights=found.weights)


def _emit_clustering(trait: str, found: list[Clustering], form: str | None, *, quiet: bool) -> None:
    from influence.cli.calibration_tables import show_clustering

    if output_format(form) == "table":
        show_clustering(trait, found)
    else:
        emit([asdict(each) for each in found], {}, form)
    text = (
        "clustering, not influence: people choose others who are like them, and share places and "
        "times with them; no weights follow from one snapshot"
    )
    say(text, "clustering", quiet=quiet, trait=trait)
