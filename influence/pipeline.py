"""The stages of a run: tables, network, plan, figures, scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy.typing as npt

import influence
from influence.engine import planner
from influence.engine.cost import Work
from influence.engine.customers import CustomerArrays
from influence.engine.figures import (
    Figures,
    Previous,
    compute_figures,
    ranked,
    score_table,
    unprofiled_totals,
)
from influence.engine.intervals import intervals, is_uncertain, uncertain_input
from influence.engine.run_input import RunInput, Source
from influence.engine.snapshot import Snapshot
from influence.engine.ties import tie_table
from influence.errors import UsageError
from influence.models.backends import backend_of
from influence.models.jobs import Runner
from influence.parameters import Parameters
from influence.progress import Progress, silent
from influence.runs import Run, new_run_id, now
from influence.scores import Scores
from influence.tables import Tables
from influence.tables.notes import Note, warn

__all__ = ["Computed", "Parameters", "compute", "compute_run"]


@dataclass(frozen=True, eq=False)
class Computed:
    """The result of a run.

    Attributes
    ----------
    scores : Scores
    snapshot : Snapshot
        The network and values from which the scores were computed; a store may keep it.
    """

    scores: Scores
    snapshot: Snapshot


def compute(
    tables: Source,
    parameters: Parameters | None = None,
    progress: Progress = silent,
    *,
    values: npt.ArrayLike | None = None,
    run_id: str | None = None,
    tell: Callable[[Note], None] | None = None,
    runner: Runner | None = None,
) -> Scores:
    """Compute influence and network value of all customers.

    Parameters
    ----------
    tables : Tables, mapping of str to frame, or Network
        Tables are validated first if they have not been; a mapping holds frames by table name,
        such as `{"customers": frame, "ties": frame}`.
    parameters : Parameters, optional
    progress : callable, optional
        Called with the name of a stage, the amount done, and its total.
    values : float64[n], optional
        With a network: the CLV of each customer in money, in the order of `network.keys`.
    run_id : str, optional
        The id of the run; by default a new one.
    tell : callable, optional
        Called with a `Note` for the plan of the run, for names in the selection that no tie has,
        and for assumptions about the input; by default notes are issued as Python warnings.
    runner : Runner, optional
        Who runs the large computations; by default all processors of this machine.

    Returns
    -------
    Scores
        One row per profiled customer.

    Raises
    ------
    InputRejected
        If the tables have problems.
    UsageError
        If the input or the selection is not valid, or memory does not suffice.

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
    if not isinstance(parameters, Parameters | None):
        raise UsageError(
            "compute takes Parameters as its second argument; a network's values go in values=, "
            f"frames in a mapping such as {{'customers': frame, 'ties': frame}}; not "
            f"{type(parameters).__name__}"
        )
    parameters = parameters or Parameters()
    source = RunInput.read(tables, values, parameters, tell or warn)
    return _compute(source, parameters, progress, run_id, tell, runner=runner).scores


def compute_run(
    tables: Tables | RunInput,
    parameters: Parameters | None = None,
    progress: Progress = silent,
    *,
    run_id: str | None = None,
    previous: Previous | None = None,
    tell: Callable[[Note], None] | None = None,
    runner: Runner | None = None,
) -> Computed:
    """Compute scores like `compute`, and return them with their snapshot.

    Parameters
    ----------
    tables : Tables or RunInput
        What was read of tables by the same parameters needs less memory than the tables.
    previous : callable, optional
        Returns customer, quadrant and tier of the previous finished run, for hysteresis, or None;
        called when they are needed.
    runner : Runner, optional
        Who runs the large computations; by default all processors of this machine.
    """
    parameters = parameters or Parameters()
    source = tables
    if not isinstance(source, RunInput):
        source = RunInput.read(source, None, parameters, tell or warn)
    return _compute(source, parameters, progress, run_id, tell, previous, runner)


def _compute(
    source: RunInput,
    parameters: Parameters,
    progress: Progress,
    run_id: str | None,
    tell: Callable[[Note], None] | None,
    previous: Previous | None = None,
    runner: Runner | None = None,
) -> Computed:
    started_at, network, customers = now(), source.network, source.customers
    for note in source.notes:
        (tell or warn)(note)
    # With weights of kinds, other weights could make other paths count.
    drawn = is_uncertain(source, parameters) and network.kind_weight is None
    backend, work = backend_of(network, runner), _work(customers, parameters, drawn)
    plan = planner.plan(backend, work, parameters.method, parameters.limits)
    if tell is not None:
        tell(Note(plan.why, "planned", method=plan.method, seconds=plan.seconds,
                  memory=plan.memory))  # fmt: skip
    asked, parameters = parameters, parameters.recorded(plan.method, intervals=drawn)
    progress("computing", 0, 1)
    figures = compute_figures(backend, source, parameters, progress, previous)
    for note in _notes(figures, source, asked):
        (tell or warn)(note)
    shown, window_end = customers.profiled, customers.window_end
    columns, stability = ranked(customers, figures), None
    if figures.uncertain is not None:
        found = intervals(figures.uncertain, columns["rank"], parameters.intervals,
                          parameters.seed, progress)  # fmt: skip
        stability = found.stability
        columns |= {name: end for name, end in vars(found).items() if name != "stability"}
    run = Run(
        parameters=replace(parameters, weight_errors=None),
        customers=network.n,
        ties=network.ties,
        arcs=network.arcs,
        fingerprint=customers.fingerprint(network),
        version=influence.__version__,
        started_at=started_at,
        id=run_id or new_run_id(),
        as_of=window_end.day if window_end else parameters.conventions.as_of,
        currency=source.currency,
        unprofiled=unprofiled_totals(customers, figures),
        accuracy=figures.accuracy,
        stability=stability,
        uncertain=uncertain_input(source, asked) if drawn else (),
        credited=figures.credited,
        tie_bound=figures.ties.bound,
        compared_with=figures.compared_with,
        acts_without_tie=figures.strays,
        emails_not_sent=figures.emails_not_sent,
    )
    ties = tie_table(network.keys, ~shown, figures.ties, source.kinds)
    table = score_table(network.keys, shown, columns, run)
    scores = Scores(table, run, source.names, ties)
    return Computed(scores, Snapshot.of(network, customers, parameters.conventions))


def _notes(figures: Figures, source: RunInput, parameters: Parameters) -> Iterator[Note]:
    if is_uncertain(source, parameters) and source.network.kind_weight is not None:
        yield Note(
            "no intervals of network value: where kinds of ties weigh differently, other weights "
            "would make other paths count",
            "no_intervals",
        )
    if figures.strays:
        yield Note(
            "acts that make no influence active, since no tie leads to the customer they reached: "
            f"{figures.strays:,}",
            "acts_without_tie",
            acts=figures.strays,
        )
    if figures.emails_not_sent:
        yield Note(
            "e-mails opened, clicked or passed on by customers with no e-mail sent in the window, "
            f"which count in no rate: {figures.emails_not_sent:,} (acts of kind email_sent are "
            "missing)",
            "emails_not_sent",
            acts=figures.emails_not_sent,
        )
    bound = figures.ties.bound
    if bound is not None:
        yield Note(
            f"valued the {len(figures.ties.value):,} ties that may carry most; no other carries "
            f"more than {bound:,.2f}, and weak_tie_value stays empty (--max-seconds allows more)",
            "ties_not_all_valued",
            valued=len(figures.ties.value),
            bound=bound,
        )


def _work(customers: CustomerArrays, parameters: Parameters, drawn: bool) -> Work:
    signs = (customers.sentiment > 0).any(), (customers.sentiment < 0).any()
    errors = customers.errors
    more = [parameters.weight_errors is not None, bool(errors.own.any()), errors.common > 0]
    payoffs = 3 + int(sum(signs)) + drawn * sum(more)
    return Work(parameters.depth, payoffs, parameters.registers)
