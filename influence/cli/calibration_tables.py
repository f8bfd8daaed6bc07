"""Draw calibrations as tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from influence.cli.tables import show
from influence.reports.calibration_text import (
    interval,
    ladder_rows,
    matched_line,
    plural,
    ratio_of,
    window_of,
    window_rows,
)

if TYPE_CHECKING:
    from influence.calibration.record import Calibration
    from influence.calibration.screen import Clustering


def show_calibration(found: Calibration) -> None:
    """Draw the result of a calibration of any kind."""
    if found.source == "experiment":
        _show_experiment(found)
    elif found.ratios:
        _show_ratios(found)
    else:
        _show_hazard(found)


def _sizes(found: Calibration) -> str:
    facts = found.facts
    return (
        f"{facts['events']:,} events, {facts['person_periods']:,} person-periods, "
        f"{facts['periods']} {plural(found.period, 2)}"
    )


def _show_hazard(found: Calibration) -> None:
    matches = matched_line(found)
    facts, weights = found.facts, [f"w_{each.distance}" for each in found.estimates]
    named = {name: name for name in weights}
    show(
        ladder_rows(found),
        {"rung": "explained by", **named, "removed": "removed"},
        title=f"Weights in %, {window_of(found)}, with 95 % intervals",
        caption=f"{_sizes(found)}; intervals by {facts['clusters']} ({facts['cluster_count']:,})\n"
        "each row attributes more to other causes than influence; the last one is the estimate\n"
        "removed: share of the naive w_1" + (f"\n{matches}" if matches else ""),
    )
    show(
        window_rows(found),
        {"window": "window", **named, "better": "better by", "taken": "chosen"},
        title="The same estimate with other windows, in %",
        caption="better by: fall of −2 log-likelihood against 2 periods; above 10 another window "
        "is chosen",
    )


def _show_ratios(found: Calibration) -> None:
    rows = [
        {
            "distance": each.distance,
            "coefficient": f"{each.coefficient:.5f}",
            "error": f"{each.standard_error:.5f}",
            "ratio": f"{each.ratio:.3f} ({each.ratio_low:.3f} … {each.ratio_high:.3f})",
        }
        for each in found.ratios
    ]
    headings = {"distance": "distance", "coefficient": "log ratio", "error": "standard error",
                "ratio": f"{ratio_of(found)} (95 %)"}  # fmt: skip
    caption = f"{_sizes(found)}, AIC {found.facts['aic']:.2f}"
    show(rows, headings, title="The event by exposure", caption=caption)


def _show_experiment(found: Calibration) -> None:
    weights = {each.distance: interval(each) for each in found.estimates}
    rows = [
        {
            "name": each["name"],
            "customers": each["customers"],
            "exposed": each["exposed"],
            "effect": f"{each['hajek']:.3f} ({each['low']:.3f} … {each['high']:.3f})",
            "p_value": f"{each['p_value']:.3f}",
            "weight": weights.get(each["distance"], ""),
        }
        for each in found.facts["effects"]
    ]
    headings = {"name": "assigned", "exposed": "exposed", "effect": "effect (95 %)",
                "p_value": "p", "weight": "weight (95 %)", "customers": "of"}  # fmt: skip
    caption = (
        "effect: mean outcome (Hájek) against customers with nobody assigned nearby\n"
        "p: by randomisation; weight: share of the own effect"
    )
    show(rows, headings, title="Effects of the experiment", caption=caption)


def show_clustering(trait: str, found: list[Clustering]) -> None:
    """Draw a screen."""
    rows = [
        {
            **asdict(each),
            "null": "" if each.null_mean is None else f"{each.null_mean:.2f}",
            "p": "" if each.p_value is None else f"{each.p_value:.3f}",
            "beyond": ""
            if each.risk_ratio is None
            else f"{each.risk_ratio:.2f}"
            + ("" if each.low is None else f" ({each.low:.2f} … {each.high:.2f})"),
        }
        for each in found
    ]
    headings = {"distance": "distance", "pairs": "pairs", "ratio": "ratio",
                "null": "by chance", "p": "p", "beyond": "risk ratio (95 %)",
                "with_trait": "share, with", "without_trait": "share, without"}  # fmt: skip
    caption = (
        "ratio: share with the trait around those who have it ÷ around others\n"
        "by chance: permuted within strata; risk ratio: beyond strata, contacts and covariates"
    )
    show(rows, headings, title=f"Clustering, not influence: {trait}", caption=caption)
