"""Run: the stamp on a computation."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal

from influence.errors import NothingToShow
from influence.network import Direction, Selection
from influence.value.conventions import Conventions

if TYPE_CHECKING:
    from influence.models import ModelName

Status = Literal["writing", "finished", "failed"]
Method = Literal["exact", "sketch"]


def now() -> datetime:
    """The present moment, to the millisecond, with its time zone."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def new_run_id() -> str:
    """An id that sorts by time and does not repeat: `20241231-235959-1a2b3c`."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


@dataclass(frozen=True)
class Run:
    """When, from what and how a set of scores was computed.

    Attributes
    ----------
    id : str
    started_at, finished_at : datetime
        `finished_at` is None until all is written.
    status : {"writing", "finished", "failed"}
    current : bool
        Whether the scores that readers see are this run's.
    model : {"shells", "walk"}
    weighted : bool
        Whether strengths counted.
    weights : tuple of float
    kinds, networks : tuple of str
        Restrictions on the ties; empty means all.
    directions : mapping of str to str
        How the ties of a kind were taken, where that was not left to the rows.
    customers, ties, arcs : int
        Size of the influence graph.
    fingerprint : str
        Of the customers, values and arcs that went in: equal input, equal fingerprint.
    version : str
        Of this software.
    conventions : Conventions
        How money was counted.
    method : {"exact", "sketch"}
        Whether sums over distance were searched, or estimated from sketches.
    registers, seed : int or None
        How large the sketches were and which; None where exact.
    standard_error : float or None
        Of the estimated sum over one customer's circle, relative.
    factor : float or None
        What the estimated credit was multiplied with so that the ledger adds up.
    mean_error : float or None
        Of the influence of some customers who were searched exactly, too: the mean relative error.
    as_of : date or None
        The last day whose purchases counted; None where own value comes from no purchases, unless
        a day was asked for (`conventions`).
    currency : str or None
        Of all money, where the tables name it.
    input_changed : bool
        Whether a load has brought something since that another run would find.
    unprofiled : mapping of str to float
        How many customers asked not to be profiled, and the sums of their figures; empty where
        they are too few to hide each other.
    """

    fingerprint: str
    weights: tuple[float, ...]
    customers: int
    ties: int
    arcs: int
    version: str
    id: str = field(default_factory=new_run_id)
    started_at: datetime = field(default_factory=now)
    finished_at: datetime | None = None
    status: Status = "writing"
    current: bool = False
    model: ModelName = "shells"
    weighted: bool = False
    kinds: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    directions: Mapping[str, Direction] = field(default_factory=dict)
    conventions: Conventions = field(default_factory=Conventions)
    unprofiled: Mapping[str, float] = field(default_factory=dict)
    input_changed: bool = False
    as_of: date | None = None
    currency: str | None = None
    method: Method = "exact"
    registers: int | None = None
    seed: int | None = None
    standard_error: float | None = None
    factor: float | None = None
    mean_error: float | None = None

    @property
    def selection(self) -> Selection:
        """Which ties the run was made of, and how they ran."""
        return Selection(self.kinds, self.networks, self.directions)

    @property
    def depth(self) -> int:
        """How many steps influence was followed."""
        return len(self.weights)

    @property
    def caveat(self) -> str | None:
        """That figures are estimates, and how good; None where they are exact."""
        if self.method == "exact" or self.standard_error is None:
            return None
        measured = f", {self.mean_error:.1%} off on a sample" if self.mean_error is not None else ""
        error = f"standard error {self.standard_error:.1%} of a circle"
        rest = "credits are closer than their standard errors say"
        return f"estimates from sketches of {self.registers} registers, {error}{measured}; {rest}"

    def finished(self) -> Run:
        """The same run, done and current."""
        return replace(self, finished_at=now(), status="finished", current=True)

    def to_dict(self) -> dict[str, Any]:
        """As plain data for JSON; moments in ISO 8601."""
        data = asdict(self)
        for name in ("started_at", "finished_at"):
            data[name] = data[name] and data[name].isoformat(timespec="milliseconds")
        conventions = data.pop("conventions")
        data["as_of"] = self.as_of and self.as_of.isoformat()
        data["as_of_asked"] = conventions.pop("as_of") is not None
        return {"id": data.pop("id"), "status": data.pop("status"), **data, **conventions}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Run:
        """Read what `to_dict` wrote."""
        values = dict(data)
        for name in ("started_at", "finished_at"):
            values[name] = values[name] and datetime.fromisoformat(values[name])
        for name in ("weights", "kinds", "networks"):
            values[name] = tuple(values[name])
        names = {f.name for f in fields(Conventions)} - {"as_of"}  # of a run, the day it came to
        conventions = {name: values.pop(name) for name in names & values.keys()}
        if values.get("as_of"):
            values["as_of"] = date.fromisoformat(values["as_of"])
        if values.pop("as_of_asked", False):
            conventions["as_of"] = values["as_of"]
        return cls(**values, conventions=Conventions(**conventions))


def named(runs: Sequence[Run], name: str) -> str:
    """The id of a run that is named by its id, or as `latest`, `current` or `previous`.

    Parameters
    ----------
    runs : sequence of Run
        Newest first.
    name : str
        `latest` and `current` are the run whose figures count, `previous` is the one finished
        before it; any other name is taken for an id.

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
        raise NothingToShow(f"{name}: no finished run yet: `influence run` makes one")
    if name != "previous":
        return finished[current].id
    if current + 1 == len(finished):
        raise NothingToShow(
            f"previous: run {finished[current].id} is the first one; the next `influence run` "
            "makes two to compare"
        )
    return finished[current + 1].id


def ago(moment: datetime) -> str:
    """How long ago something was, for a person: `3 min`, `2 days`."""
    seconds = (now() - moment).total_seconds()
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
