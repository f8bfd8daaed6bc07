"""A calibration in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from influence.calibration.observed import LEAVING
from influence.calibration.record import Calibration
from influence.calibration.weights import Weight

CAUTION = (
    "An observational estimate: it assumes that contacts have nothing else in common that acts at "
    "the same time as influence."
)


def verdict(found: Calibration, *, saved: bool) -> str:
    """Say what was found, in two or three sentences."""
    if found.ratios:
        return _of_ratios(found)
    if found.source == "experiment":
        return _of_experiment(found, saved=saved)
    first = found.estimates[0]
    over = window_of(found)
    if found.verdict == "found":
        depth = sum(1 for _ in _found(found.estimates))
        reach = f"distance 1 … {depth}" if depth > 1 else "distance 1"
        whose = "the event of all contacts" if of_shares(found) else "a contact's event"
        text = (
            f"influence found at {reach}: {whose} raises the probability of a customer's own by "
            f"{interval(first)} {over}. {CAUTION}"
        )
    else:
        side = "lies below zero" if first.high < 0 else "covers zero"
        text = (
            f"none found: the interval at distance 1 {side}, {interval(first)} {over}, from "
            f"{found.facts['events']:,} events. No influence of contacts is claimed."
        )
    if found.events == LEAVING:
        return f"{text} Weights of leaving are not a preset for influence."
    if of_shares(found):
        return (
            f"{text} Weights of shares belong to all people at a distance together and are not a "
            "preset."
        )
    return f"{text} {_saving(saved=saved)}"


def of_shares(found: Calibration) -> bool:
    """Tell whether exposures are shares of the people at a distance."""
    return bool(found.facts["exposure"] == "share")


def _saving(*, saved: bool) -> str:
    if saved:
        return "Saved: `influence run --preset calibrated` uses these weights."
    return "No preset is saved."


def _of_experiment(found: Calibration, *, saved: bool) -> str:
    if not found.estimates:
        text = (
            "none found: the own effect of the assignment is not clear, so no share of it can be "
            "given."
        )
    elif found.verdict == "none found":
        text = (
            "none found: the interval at distance 1 covers zero, "
            f"{interval(found.estimates[0])} of the own effect."
        )
    else:
        text = (
            f"influence found: {interval(found.estimates[0])} of the own effect arrives at "
            f"distance 1, a multiplier of {found.facts['multiplier']:.2f}. The assignment was "
            "random, so this is an effect and not clustering."
        )
    return f"{text} {_saving(saved=saved)}"


def window_of(found: Calibration) -> str:
    """Return over how long a weight adds up, such as `within 2 months`."""
    if found.window is None:
        return "for ever"
    return f"within {found.window} {plural(found.period, found.window)}"


def _of_ratios(found: Calibration) -> str:
    first, of = found.ratios[0], ratio_of(found)
    shown = f"{first.ratio:.3f} ({first.ratio_low:.3f} … {first.ratio_high:.3f})"
    if found.verdict == "found":
        return (
            f"more events among the exposed: {of} {shown} at distance 1. Without a placebo it does "
            "not separate influence from what contacts have in common, and it gives no weights."
        )
    return f"none found: the interval of the {of} at distance 1 holds 1, {shown}."


def ratio_of(found: Calibration) -> str:
    """Return what the ratios are of."""
    return "odds ratio" if found.facts["form"] == "logit" else "hazard ratio"


def _found(estimates: Sequence[Weight]) -> Sequence[Weight]:
    count = next((i for i, each in enumerate(estimates) if not each.found), len(estimates))
    return estimates[:count]


def interval(weight: Weight) -> str:
    """Return a weight with its 95 % interval in percent.

    Examples
    --------
    >>> interval(Weight(1, 0.03, 0.004, 0.0591, 0.0437, 0.0749))
    '5.9 % (4.4 … 7.5)'
    """
    value, low, high = (f"{100 * each:z.1f}" for each in (weight.weight, weight.low, weight.high))
    return f"{value} % ({low} … {high})"


def _short(weight: Weight) -> str:
    """Return the same for a table that says percent itself."""
    return interval(weight).replace(" %", "").replace(" … ", "…")


def plural(period: str, count: int) -> str:
    """Return the word for some periods.

    Examples
    --------
    >>> plural("month", 1), plural("month", 2), plural("10 days", 2)
    ('month', 'months', 'periods of 10 days')
    """
    if period[0].isdecimal():
        return f"periods of {period}" if count != 1 else f"period of {period}"
    return period + "s" * (count != 1)


def ladder_rows(found: Calibration) -> list[dict[str, object]]:
    """Return one row for each rung: its weights with intervals, and how much it removes."""
    return [
        {
            "rung": rung.name,
            **{f"w_{each.distance}": _short(each) for each in rung.weights},
            "removed": "" if rung.removed is None else f"{rung.removed:.0%}",
        }
        for rung in found.ladder
    ]


def window_rows(found: Calibration) -> list[dict[str, object]]:
    """Return one row for each window: its weights with intervals, and how well it explains."""
    return [
        {
            "window": row.window,
            **{f"w_{each.distance}": _short(each) for each in row.weights},
            "better": round(row.better, 1),
            "taken": row.window == found.window,
        }
        for row in found.windows
    ]


def matched_line(found: Calibration) -> str | None:
    """Say what the matched sample gives; None where it cannot be compared."""
    if found.matched is None:
        return None
    pairs = found.matched
    return (
        f"matched sample: {pairs.exposed:,} events among the exposed, {pairs.others:,} among "
        f"others as likely to be; ratio {pairs.ratio:.2f} ({pairs.low:.2f} … {pairs.high:.2f})"
    )
