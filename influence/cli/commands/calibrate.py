"""`calibrate`: the decay weights from the company's own data."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import click

from influence.cli import options
from influence.cli.output import emit_json, output_format, pass_on, progress, say, write_csv

if TYPE_CHECKING:
    from influence.calibration.record import Calibration
    from influence.network import Direction


@click.command()
@click.option("--events", metavar="NAME|FILE", required=True, help="The event: transactions (the "
              "first purchase), joins, referrals (the first one made), engagements (the first act),"
              " or a file with the columns customer and date.")  # fmt: skip
@click.option("--depth", type=click.IntRange(min=1, max=6), default=3, show_default=True,
              help="The largest distance.")  # fmt: skip
@click.option("--period", metavar="NAME", help="day, week, month, quarter, year or a number of "
              "days. [default: the step of the dates, else the shortest that makes at most 100 "
              "periods]")  # fmt: skip
@click.option("--window", type=click.IntRange(min=1, max=24), metavar="PERIODS", help="How long an "
              "event counts as fresh. [default: 2, unless another of 1 to 4 explains the events "
              "clearly better]")  # fmt: skip
@click.option("--since", metavar="DATE", help="Events before count as exposures alone. [default: "
              "the first event]")  # fmt: skip
@click.option("--until", metavar="DATE", help="The last day observed. [default: that of the last "
              "event]")  # fmt: skip
@click.option("--strata", multiple=True, callback=options.comma_separated, metavar="A,B",
              help="Columns of the customers: each combination gets a hazard of its own in each "
              "period.")  # fmt: skip
@click.option("--covariates", multiple=True, callback=options.comma_separated, metavar="A,B",
              help="Columns of the customers that may explain the event.")  # fmt: skip
@click.option("--cluster", metavar="COLUMN", help="Customers whose errors may depend on one "
              "another. [default: communities of the network]")  # fmt: skip
@click.option("--exposure", type=click.Choice(["number", "share"]), default="number",
              show_default=True, help="Count those exposed to, or their share of all at a "
              "distance.")  # fmt: skip
@click.option("--form", "hazard", type=click.Choice(["additive", "logit"]), default="additive",
              show_default=True, help="logit: odds of the exposure to all who had the event "
              "before, as many published studies do; gives no weights.")  # fmt: skip
@click.option("--save-anyway", is_flag=True, help="Keep weights that were not found.")
@click.option("--dry-run", is_flag=True, help="Keep nothing.")
@options.selection
@options.store
@options.wait
@options.output
@options.common
def calibrate(
    events: str,
    depth: int,
    period: str | None,
    window: int | None,
    since: str | None,
    until: str | None,
    strata: tuple[str, ...],
    covariates: tuple[str, ...],
    cluster: str | None,
    exposure: str,
    hazard: Literal["additive", "logit"],
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
    """Estimate the weights of distance 1, 2, 3 … from the dates of an event.

    Each customer is at risk from joining to their first event. The estimate is how much more likely
    the event is for each person at a distance who just had it, than for each who had it a while
    ago: what contacts have in common counts for both, influence for the fresh ones. Where the
    interval covers zero, the verdict is "none found" and no preset is saved.

    \b
    Examples:
      influence calibrate --events transactions
      influence calibrate --events adoption.csv --strata city --direction names=reversed
      influence run --preset calibrated
    """
    from influence.reports.calibrate import Asked
    from influence.reports.calibrate import calibrate as estimated
    from influence.reports.calibration_text import verdict

    settings = options.settings_for(store_url)
    asked = Asked(
        events=events,
        depth=depth,
        selection=options.selected(kinds, networks, {**settings.directions, **direction}),
        period=period,
        since=since,
        until=until,
        window=window,
        strata=strata,
        covariates=covariates,
        cluster=cluster,
        share=exposure == "share",
        form=hazard,
        anyway=save_anyway,
    )
    with options.opened(store_url, wait) as store, progress(quiet=quiet) as report:
        found = estimated(store.tables(report), asked, partial(pass_on, quiet=quiet), report)
        saved = bool(found.weights) and not dry_run
        if saved:
            store.write_calibration(found)
    sentence = verdict(found, saved=saved)
    wanted = output_format(form)
    if wanted == "json":
        emit_json({**found.to_dict(), "saved": saved, "sentence": sentence})
    elif wanted == "csv":
        _csv(found)
    else:
        _show(found)
    say(sentence, "calibrated", quiet=quiet, verdict=found.verdict, weights=found.weights)


def _csv(found: Calibration) -> None:
    import sys
    from dataclasses import asdict

    rows: list[dict[str, Any]] = [asdict(each) for each in found.estimates or found.odds]
    write_csv(rows, list(rows[0]), sys.stdout)


def _show(found: Calibration) -> None:
    from dataclasses import asdict

    from influence.cli.tables import show
    from influence.reports.calibration_text import ladder_rows, plural, window_of, window_rows

    facts, period = found.facts, plural(found.period, 2)
    sizes = (
        f"{facts['events']:,} events, {facts['person_periods']:,} person-periods, "
        f"{facts['periods']} {period}"
    )
    if found.odds:
        show(
            [{**asdict(each), "coefficient": f"{each.coefficient:.5f}",
              "standard_error": f"{each.standard_error:.5f}",
              "interval": f"{each.low:.3f} … {each.high:.3f}"} for each in found.odds],
            {"distance": "distance", "coefficient": "log odds", "standard_error":
             "standard error", "interval": "95 % interval"},
            title="Log odds of the event by exposure",
            caption=f"{sizes}, AIC {facts['aic']:.2f}",
        )  # fmt: skip
        return
    weights = [f"w_{each.distance}" for each in found.estimates]
    show(
        ladder_rows(found),
        {"rung": "explained by", **{name: name for name in weights}, "removed": "removed"},
        title=f"Weights {window_of(found)}, with 95 % intervals: each row explains more by other "
        "things than influence",
        caption=f"{sizes}; intervals by {facts['clusters']} "
        f"({facts['cluster_count']:,})\nremoved: share of the naive w_1 that is explained "
        "otherwise; the last row is the estimate",
    )
    show(
        window_rows(found),
        {"window": "window", **{name: name for name in weights}, "better": "better by",
         "taken": "taken"},
        title="The same estimate with other windows",
        caption="better by: fall of −2 log-likelihood against 2 periods; above 10 another window "
        "is taken",
    )  # fmt: skip
