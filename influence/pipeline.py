"""The only place where the stages meet: tables → network → influence → ledger → scores."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

import influence
from influence.engine import estimated as sketched
from influence.engine import exact as search
from influence.engine import planner
from influence.engine.cost import Work
from influence.engine.customers import CustomerArrays
from influence.engine.snapshot import Snapshot
from influence.models import ModelName, Shells, model
from influence.models.sketch import REGISTERS, Sketch
from influence.models.weights import DEFAULT
from influence.network import Network, Selection
from influence.progress import Progress, silent
from influence.runs import Run, new_run_id, now
from influence.scores import SMALLEST_GROUP, SUMS, Scores, score_columns
from influence.tables import Tables, complete
from influence.tables.notes import Note, warn
from influence.tables.rules.currency import of_tables
from influence.tables.rules.questions import not_counted
from influence.value import pressure, referral, stance
from influence.value.conventions import Conventions
from influence.value.rank import ROUNDING, rank


@dataclass(frozen=True)
class Parameters:
    """What a run is asked to compute.

    Attributes
    ----------
    weights : tuple of float
        How much of a value is brought about at distance 1, 2, 3 …
    selection : Selection
        Which ties, and how they run.
    model : {"shells", "walk"}
        How influence spreads. Reach and network value are those of shells with any model.
    weighted : bool
        Whether the strengths of ties count (walk only).
    conventions : Conventions
        How money is counted.
    method : {"exact", "sketch", "auto"}
        Whether sums over distance are searched, or estimated from sketches; auto searches where
        that keeps within the limits.
    registers, seed : int
        How large sketches are, and which.
    limits : Limits
        How long a search may take before auto sketches, and how much memory a run may use.
    """

    weights: tuple[float, ...] = DEFAULT
    selection: Selection = field(default_factory=Selection)
    model: ModelName = "shells"
    weighted: bool = False
    conventions: Conventions = field(default_factory=Conventions)
    method: planner.Choice = "exact"
    registers: int = REGISTERS
    seed: int = 0
    limits: planner.Limits = field(default_factory=planner.Limits)

    @property
    def sketch(self) -> Sketch | None:
        """What estimates, if something does."""
        if self.method != "sketch":
            return None
        return Sketch(self.weights, self.registers, self.seed)


def compute(
    tables: Tables,
    parameters: Parameters | None = None,
    progress: Progress = silent,
    *,
    run_id: str | None = None,
    tell: Callable[[Note], None] | None = None,
) -> Scores:
    """Compute everybody's influence and network value.

    Parameters
    ----------
    tables : Tables
        Validated first if they have not been.
    parameters : Parameters, optional
    progress : callable, optional
        Told how far the work is.
    run_id : str, optional
        What the run is called; by default a new id.
    tell : callable, optional
        Told what was planned and why, and in a `Note` what the selection names that is not there
        and what should be known of the input; by default a note is a Python warning.

    Returns
    -------
    Scores
        One row per profiled customer.

    Raises
    ------
    InputRejected
        If the tables have faults.
    UsageError
        If the weights or the selection cannot be used, or memory does not suffice.

    Examples
    --------
    >>> import influence
    >>> scores = influence.compute(influence.Tables(
    ...     customers={"id": ["A", "B"], "clv": [100.0, 0.0]},
    ...     ties={"source": ["A"], "target": ["B"]},
    ... ))
    >>> scores.to_pandas()[["customer", "clv", "network_value"]]
      customer    clv  network_value
    0        A  100.0           77.5
    1        B    0.0           22.5
    """
    parameters = parameters or Parameters()
    started_at = now()
    tables = complete(tables)
    network = Network.from_tables(tables, parameters.selection, tell or warn)
    people = CustomerArrays.from_tables(tables, network, parameters.conventions)
    end = people.window_end
    for remark in (end.note if end else None, not_counted(tables.surveys)):
        if remark is not None:
            (tell or warn)(remark)
    # Whatever is chosen, and before anything is measured.
    Sketch(parameters.weights, parameters.registers, parameters.seed)
    made = planner.plan(network, _work(people, parameters), parameters.method, parameters.limits)
    if tell is not None:
        tell(Note(made.why, "planned", method=made.method, seconds=made.seconds,
                  memory=made.memory))  # fmt: skip
    parameters = replace(parameters, method=made.method)
    progress("reckoning", 0, 1)
    figures, estimated = _figures(network, people, parameters, progress)
    run = Run(
        model=parameters.model,
        weighted=parameters.weighted,
        weights=parameters.weights,
        kinds=parameters.selection.kinds,
        networks=parameters.selection.networks,
        directions=dict(parameters.selection.directions or {}),
        customers=network.n,
        ties=network.ties,
        arcs=network.arcs,
        fingerprint=people.fingerprint(network),
        version=influence.__version__,
        started_at=started_at,
        id=run_id or new_run_id(),
        conventions=parameters.conventions,
        as_of=end.day if end else parameters.conventions.as_of,
        currency=of_tables(tables),
        **estimated,
    )
    run = replace(run, unprofiled=_unprofiled(people, figures))
    ground = Snapshot.of(tables, network, people, parameters.conventions)
    return Scores(_rows(network, people, figures, run), run, ground)


def _work(people: CustomerArrays, parameters: Parameters) -> Work:
    sides = (people.sentiment > 0).any(), (people.sentiment < 0).any()
    return Work(len(parameters.weights), 3 + int(sum(sides)), parameters.registers)


def _figures(
    network: Network, people: CustomerArrays, parameters: Parameters, progress: Progress
) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """All figures of all customers but the ranks, by score column, each an array of n; and what
    the run's record says where they are estimates.

    Referrals are settled first: they are harder evidence than influence, which spreads the rest.
    """
    n, value, conventions = network.n, people.value, parameters.conventions
    crv = referral.crv(n, people.referrals, value, charge_certain=conventions.charge_certain)
    taken, brought = referral.settle(n, people.referrals, value, conventions.referral_share)
    sides = pressure.sides(people.sentiment, conventions.negativity)
    asked = search.Payoffs(value, value - taken, *sides)
    sketch, errors = parameters.sketch, None
    if sketch is None:
        found = search.search(Shells(parameters.weights), network, asked, progress)
    else:
        found, errors = sketched.search(sketch, network, asked, (value + crv, brought), progress)
    values = found.values
    if parameters.model != "shells":
        influencing = model(parameters.model, parameters.weights, weighted=parameters.weighted)
        (values,) = influencing.by_distance(network, value, progress=progress)
        if errors is not None:
            errors = replace(errors, values=np.zeros_like(values))
    weights = np.array(parameters.weights)[:, np.newaxis]
    by_distance = weights * values
    influenced = by_distance.sum(axis=0)
    signed = pressure.signed(
        people.sentiment, influenced, value, found.for_us, found.against_us, conventions.negativity
    )
    books = found.books
    figures = {
        "clv": value,
        "crv": crv,
        **{f"reach_{d}": np.rint(row).astype(np.int64) for d, row in enumerate(found.reach, 1)},
        **{f"influence_{d}": row for d, row in enumerate(by_distance, 1)},
        "influence": influenced,
        "network_value_gross": value + crv + influenced,
        "network_value": books.network_value + brought,
        "own_kept": books.own_kept,
        "referral_value": brought,
        "credit_received": books.credit_received,
        "credit_given": books.credit_given,
        "referral_taken": taken,
        "referral_tree_value": referral.tree_value(n, people.referrals, crv),
        "sentiment": people.sentiment,
        "stance": stance.stance(people.sentiment),
        **vars(signed),
    }
    if sketch is None or errors is None:
        return figures, {}
    sentiment = sides[0] - sides[1]
    figures |= sketched.standard_errors(errors, weights, value, sentiment, found.against_us)
    return figures, {
        "method": "sketch",
        "registers": sketch.registers,
        "seed": sketch.seed,
        "standard_error": sketch.standard_error,
        "factor": errors.factor,
        "mean_error": errors.mean,
    }


def _rows(
    network: Network, people: CustomerArrays, figures: dict[str, npt.NDArray[Any]], run: Run
) -> pa.Table:
    """The score table: rows of the profiled, ranks among those."""
    shown = people.profiled
    tolerance = ROUNDING * float(np.abs(people.value).sum())
    ranks = {"rank": "network_value", "clv_rank": "clv"}
    columns = {name: figure[shown] for name, figure in figures.items()}
    columns |= {name: rank(columns[by], tolerance) for name, by in ranks.items()}
    return pa.table(
        {
            "customer": network.keys.filter(pa.array(shown)),
            **{
                column.name: pa.array(columns[column.name], column.type, from_pandas=True)
                for column in score_columns(run.depth, run.method)
            },
            "run": pa.repeat(run.id, int(shown.sum())),
        }
    )


def _unprofiled(people: CustomerArrays, figures: dict[str, npt.NDArray[Any]]) -> dict[str, float]:
    """What those who are not profiled are worth together, if they are enough to hide each other."""
    together = people.hidden & people.known
    if together.sum() < SMALLEST_GROUP:
        return {}
    return {"customers": int(together.sum())} | {
        name: math.fsum(figures[name][together]) for name in SUMS
    }
