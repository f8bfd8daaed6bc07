"""Run: the record of a computation."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

from influence.errors import NothingToShow
from influence.headings import heading
from influence.network import Selection
from influence.notebook import html_facts
from influence.parameters import Parameters
from influence.value.card_rules import CardRules
from influence.value.conventions import Conventions

Status = Literal["writing", "finished", "failed"]
Method = Literal["exact", "sketch"]
CONVENTION = "the split is a convention until calibrated"
"""Said wherever figures in money are shown whose weights are not the company's own."""


def now() -> datetime:
    """Return the current time in UTC, to the millisecond."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def new_run_id() -> str:
    """Return a unique id that sorts by time: `20241231-235959-1a2b3c`."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


@dataclass(frozen=True)
class Accuracy:
    """The accuracy of the estimates of a sketched run.

    Attributes
    ----------
    standard_error : float
        The relative standard error of the estimated sum within a distance.
    factor : float
        The factor by which credited values were multiplied so that the ledger adds up.
    mean_error : float or None
        The mean relative error of influence in a sample that was also computed exactly.
    """

    standard_error: float
    factor: float
    mean_error: float | None


@dataclass(frozen=True)
class Stability:
    """Stability of the top of the ranking where weights or CLV are uncertain.

    Attributes
    ----------
    top_size : int
        How many customers the top is: 100, or all if there are fewer.
    top_expected : float
        How many of these customers are at the top in a draw, on average.
    top_sure : int
        How many of them are within the top even at the lower end of their interval of ranks.
    """

    top_size: int
    top_expected: float
    top_sure: int


@dataclass(frozen=True)
class Run:
    """The record of how a set of scores was computed: input, parameters and times.

    Attributes
    ----------
    fingerprint : str
        Hash of the customers, values and arcs of the input; equal input has an equal fingerprint.
    customers, ties, arcs : int
        Size of the network.
    version : str
        The version of this software.
    parameters : Parameters
        The parameters of the run, with the method that was chosen.
    id : str
    started_at, finished_at : datetime
        `finished_at` is None until everything is written.
    status : {"writing", "finished", "failed"}
    current : bool
        Whether readers see the scores of this run.
    accuracy : Accuracy or None
        The accuracy of estimates; None if the figures are exact.
    stability : Stability or None
        Of the ranking; None where the run made no intervals.
    uncertain : tuple of str
        What is known with an error that intervals include: weights, clv; empty without intervals.
    as_of : date or None
        The last day whose purchases counted. None if no CLV is computed from purchases, unless a
        day was given (`conventions`).
    currency : str or None
        The currency of all money, if the tables name it.
    input_changed : bool
        Whether a later load changed the input, so that a new run could give other figures.
    unprofiled : mapping of str to float
        The number of customers who are not profiled and the totals of their figures; empty if they
        are so few that a customer could be identified.
    credited : mapping of str to mapping
        How much of the value of each relation is credited to each other, in money: by the relation
        that is credited, then by the relation whose value it is. Empty where there is one relation.
    compared_with : str or None
        The id of the previous finished run: customers leave its quadrants and tiers only when they
        fall clearly below.
    acts_without_tie : int
        Acts towards customers to whom no tie leads, which make no influence active.
    emails_not_sent : int
        E-mails opened, clicked or passed on by customers with no e-mail sent, which count in no
        rate.
    tie_bound : float or None
        No tie that was not valued carries more, in money; None where all ties were valued.
    """

    fingerprint: str
    customers: int
    ties: int
    arcs: int
    version: str
    parameters: Parameters = field(default_factory=Parameters)
    id: str = field(default_factory=new_run_id)
    started_at: datetime = field(default_factory=now)
    finished_at: datetime | None = None
    status: Status = "writing"
    current: bool = False
    unprofiled: Mapping[str, float] = field(default_factory=dict)
    input_changed: bool = False
    as_of: date | None = None
    currency: str | None = None
    accuracy: Accuracy | None = None
    stability: Stability | None = None
    uncertain: tuple[str, ...] = ()
    credited: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    tie_bound: float | None = None
    compared_with: str | None = None
    acts_without_tie: int = 0
    emails_not_sent: int = 0

    def _repr_html_(self) -> str:
        """Show what was computed, and how, in a notebook."""
        changed = "the data changed since this run" if self.input_changed else None
        finished = self.finished_at and f"{self.finished_at:%Y-%m-%d %H:%M} UTC"
        return html_facts(
            f"Run {self.id}",
            [
                ("status", self.status + ", current" * self.current),
                ("finished", finished),
                ("customers", self.customers),
                ("ties", self.ties),
                ("model", self.parameters.model),
                ("weights", ", ".join(f"{weight:g}" for weight in self.weights)),
                ("method", self.method),
                ("currency", self.currency),
                ("last day of purchases", self.as_of and self.as_of.isoformat()),
                ("note", "; ".join(filter(None, (self.caveat, changed)))),
            ],
        )

    @property
    def weights(self) -> tuple[float, ...]:
        """The factors by which value counts at each distance."""
        return self.parameters.weights

    @property
    def depth(self) -> int:
        """The largest distance at which value counts."""
        return self.parameters.depth

    @property
    def method(self) -> Method:
        """The method by which sums were computed."""
        return "sketch" if self.parameters.method == "sketch" else "exact"

    @property
    def convention(self) -> str:
        """The basis of the weights, in a few words."""
        made = self.parameters.calibration
        return (
            CONVENTION if made is None else f"weights from the company's data: calibration {made}"
        )

    @property
    def unit(self) -> str:
        """The unit of money in charts: the currency, if the tables name it."""
        return self.currency or "money"

    @property
    def caveat(self) -> str | None:
        """A sentence on the accuracy of estimates; None if the figures are exact."""
        if self.accuracy is None:
            return None
        mean = self.accuracy.mean_error
        measured = f", {mean:.1%} off on a sample" if mean is not None else ""
        error = f"standard error {self.accuracy.standard_error:.1%} within a distance"
        rest = "credited values are more accurate than their standard errors"
        registers = self.parameters.registers
        return f"estimates from sketches of {registers} registers, {error}{measured}; {rest}"

    @property
    def steadiness(self) -> str | None:
        """The stability of the top of the ranking; None where the run made no intervals."""
        found = self.stability
        if found is None:
            return None
        return (
            f"first {found.top_size} by network value: {found.top_expected:.1f} expected to stay "
            f"among them, {found.top_sure} certain to"
        )

    @property
    def included(self) -> str | None:
        """Which errors the intervals include; None where the run made none."""
        if not self.uncertain:
            return None
        errors = [*map(heading, self.uncertain), *["estimated sums"] * (self.method == "sketch")]
        *others, last = errors
        text = f"{', '.join(others)} and {last}" if others else last
        return f"95 % intervals of network value and rank include the errors of {text}"

    def finished(self) -> Run:
        """Return this run as finished and current."""
        return replace(self, finished_at=now(), status="finished", current=True)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; times in ISO 8601."""
        asked, estimated = self.parameters, self.method == "sketch"
        conventions = asdict(asked.conventions)
        return {
            "id": self.id,
            "status": self.status,
            "fingerprint": self.fingerprint,
            "weights": asked.weights,
            "calibration": asked.calibration,
            "customers": self.customers,
            "ties": self.ties,
            "arcs": self.arcs,
            "version": self.version,
            "started_at": self.started_at.isoformat(timespec="milliseconds"),
            "finished_at": self.finished_at and self.finished_at.isoformat(timespec="milliseconds"),
            "current": self.current,
            "model": asked.model,
            "weighted": asked.weighted,
            "kinds": asked.selection.kinds,
            "networks": asked.selection.networks,
            "directions": dict(asked.selection.directions),
            "kind_weights": dict(asked.selection.kind_weights),
            "unprofiled": dict(self.unprofiled),
            "input_changed": self.input_changed,
            "as_of": self.as_of and self.as_of.isoformat(),
            "as_of_asked": conventions.pop("as_of") is not None,
            "currency": self.currency,
            "credited": {name: dict(row) for name, row in self.credited.items()},
            "tie_bound": self.tie_bound,
            "compared_with": self.compared_with,
            "acts_without_tie": self.acts_without_tie,
            "emails_not_sent": self.emails_not_sent,
            "card": asdict(asked.card),
            "roles": dict(asked.roles),
            "method": self.method,
            "registers": asked.registers if estimated else None,
            "uncertain": self.uncertain,
            "seed": asked.seed if estimated or self.stability else None,
            "intervals": asked.intervals if self.stability else 0,
            **(asdict(self.accuracy) if self.accuracy else dict.fromkeys(ACCURACY)),
            **(asdict(self.stability) if self.stability else dict.fromkeys(STABILITY)),
            **conventions,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Run:
        """Read the result of `to_dict`; values that an older version did not write get defaults."""
        values = {name: value for name, value in data.items() if value is not None}
        for name in {"started_at", "finished_at"} & values.keys():
            values[name] = datetime.fromisoformat(values[name])
        values["uncertain"] = tuple(values.get("uncertain", ()))
        values["as_of"] = as_of = values.get("as_of") and date.fromisoformat(values["as_of"])
        names = {f.name for f in fields(Conventions)} - {"as_of"}
        conventions = {name: values.pop(name) for name in names & values.keys()}
        if values.pop("as_of_asked", False):
            conventions["as_of"] = as_of
        selection: dict[str, Any] = {
            name: tuple(values.pop(name)) for name in ("kinds", "networks")
        }
        for name in ("directions", "kind_weights"):
            selection[name] = values.pop(name, None) or {}
        asked: dict[str, Any] = {"intervals": 0}  # of an earlier version
        asked |= {f.name: values.pop(f.name) for f in fields(Parameters) if f.name in values}
        asked["weights"] = tuple(asked["weights"])
        asked["card"] = CardRules(**asked.get("card", {}))
        parameters = Parameters(
            **asked,
            selection=Selection(**selection),
            conventions=Conventions(**conventions),
        )
        accuracy = {name: values.pop(name, None) for name in ACCURACY}
        found = None if accuracy["standard_error"] is None else Accuracy(**accuracy)
        of_top = {name: values.pop(name, None) for name in STABILITY}
        stability = None if of_top["top_size"] is None else Stability(**of_top)
        return cls(**values, parameters=parameters, accuracy=found, stability=stability)


ACCURACY = tuple(f.name for f in fields(Accuracy))
STABILITY = tuple(f.name for f in fields(Stability))


def record_keys() -> tuple[str, ...]:
    """Return the keys of `Run.to_dict`."""
    return tuple(Run(fingerprint="", customers=0, ties=0, arcs=0, version="").to_dict())


def named(runs: Sequence[Run], name: str) -> str:
    """Return the id of the run named by its id, or by `latest`, `current` or `previous`.

    Parameters
    ----------
    runs : sequence of Run
        Newest first.
    name : str
        `latest` and `current` mean the current run, `previous` the one finished before it; any
        other name is an id.

    Raises
    ------
    NothingToShow
        If there is no such run yet.
    """
    if name not in {"latest", "current", "previous"}:
        return name
    finished = [run for run in runs if run.status == "finished"]
    current = next((at for at, run in enumerate(finished) if run.current), None)
    if current is None:
        raise NothingToShow(f"{name}: no finished run yet; start one with `influence run`")
    if name != "previous":
        return finished[current].id
    if current + 1 == len(finished):
        raise NothingToShow(
            f"previous: run {finished[current].id} is the first one; `influence run --force` "
            "makes a second one to compare"
        )
    return finished[current + 1].id


def ago(moment: datetime) -> str:
    """Return the time since a moment as text: `3 min`, `2 days`."""
    seconds = (now() - moment).total_seconds()
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
