"""Time and memory of a run before it starts."""

from __future__ import annotations

from collections.abc import Callable

from influence.engine.cost import Work
from influence.engine.planner import Plan, plan
from influence.network import Network
from influence.parameters import Parameters
from influence.tables import Tables
from influence.tables.notes import Note, warn


def estimate(
    tables: Tables | Network,
    parameters: Parameters | None = None,
    tell: Callable[[Note], None] = warn,
) -> Plan:
    """Estimate the time and memory of a run from a sample, exact and with sketches.

    Parameters
    ----------
    tables : Tables or Network
        Tables as a store returns them.
    parameters : Parameters, optional
        Those of the run; by default with method auto. Of the weights only their number matters.
        What intervals take is not included.
    tell : callable, optional
        Called with notes on the selection of ties.

    Returns
    -------
    Plan
        Of the method that a run would choose.

    Raises
    ------
    UsageError
        If the run does not fit into memory, or sketches are asked for where kinds of ties weigh
        differently.
    """
    parameters = parameters or Parameters(method="auto")
    network = tables
    if not isinstance(network, Network):
        network = Network.from_tables(network, parameters.selection, tell)
    work = Work(parameters.depth, registers=parameters.registers)
    return plan(network, work, parameters.method, parameters.limits, measure_all=True)
