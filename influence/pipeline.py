"""The only place where the stages meet: tables → network → influence → ledger → scores."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

import influence
from influence.models import ModelName, Shells, model
from influence.models.weights import DEFAULT
from influence.network import Network, Selection
from influence.progress import Progress, silent
from influence.runs import Run, new_run_id, now
from influence.scores import Scores, score_columns
from influence.tables import Tables, complete
from influence.tables.columns import true_where
from influence.value import ledger
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
    """

    weights: tuple[float, ...] = DEFAULT
    selection: Selection = field(default_factory=Selection)
    model: ModelName = "shells"
    weighted: bool = False


@dataclass(frozen=True, eq=False)
class People:
    """The customers in the order of the network's keys.

    Attributes
    ----------
    value : float64[n]
        CLV in money; 0 where there is none.
    known : bool[n]
        Whose value is known.
    hidden : bool[n]
        Who asked not to be profiled.
    """

    value: npt.NDArray[np.float64]
    known: npt.NDArray[np.bool_]
    hidden: npt.NDArray[np.bool_]

    @property
    def profiled(self) -> npt.NDArray[np.bool_]:
        """Who gets a row."""
        return self.known & ~self.hidden

    @classmethod
    def from_tables(cls, tables: Tables, network: Network) -> People:
        """Line the customers up with the network."""
        at = pc.index_in(network.keys, tables.customers["id"].combine_chunks())
        customers = tables.customers.select(["clv", "do_not_profile"]).take(at)
        known = true_where(pc.is_valid(customers["clv"]))
        value = pc.fill_null(customers["clv"], 0.0).to_numpy()
        return cls(value, known, true_where(customers["do_not_profile"]))

    def fingerprint(self, network: Network) -> str:
        """Of everything that scores are computed from: equal input, equal fingerprint."""
        return network.fingerprint(self.value, self.profiled)


def compute(
    tables: Tables,
    parameters: Parameters | None = None,
    progress: Progress = silent,
    *,
    run_id: str | None = None,
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

    Returns
    -------
    Scores
        One row per profiled customer.

    Raises
    ------
    InputRejected
        If the tables have faults.
    UsageError
        If the weights or the selection cannot be used.

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
    influencing = model(parameters.model, parameters.weights, weighted=parameters.weighted)
    tables = complete(tables)
    network = Network.from_tables(tables, parameters.selection)
    people = People.from_tables(tables, network)
    shells = Shells(parameters.weights)
    reach, values, books = _search(shells, network, people.value, progress)
    if not isinstance(influencing, Shells):
        (values,) = influencing.by_distance(network, people.value, progress=progress)
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
    )
    return Scores(_rows(network, people, reach, values, books, run), run)


def _search(
    shells: Shells, network: Network, value: npt.NDArray[np.float64], progress: Progress
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], ledger.Ledger]:
    """Reach and value by distance, float64[D, n] each, and the ledger, in two searches.

    A ledger needs to know how many can influence a customer before it can share her value out.
    Where every tie runs both ways those are the people whom she can influence.
    """
    turned = network.reversed()
    first = [1.0, value] if turned is network else [1.0]
    counted = shells.by_distance(turned, *first, progress=progress)
    shares = ledger.shares(value, shells.weights, counted[0])
    second = [shares] if turned is network else [shares, 1.0, value]
    summed = shells.by_distance(network, *second, progress=progress)
    reach, values = counted if turned is network else summed[1:]
    received = summed[0].sum(axis=0)
    return reach, values, ledger.settle(value, shells.weights, counted[0], received)


def _rows(
    network: Network,
    people: People,
    reach: npt.NDArray[np.float64],
    values: npt.NDArray[np.float64],
    books: ledger.Ledger,
    run: Run,
) -> pa.Table:
    """The score table: figures of all, rows of the profiled, ranks among those."""
    influence_by_distance = np.array(run.weights)[:, np.newaxis] * values
    influenced = influence_by_distance.sum(axis=0)
    shown = people.profiled
    tolerance = ROUNDING * float(np.abs(people.value).sum())
    figures = {
        "clv": people.value,
        **{f"reach_{d}": row.astype(np.int64) for d, row in enumerate(reach, 1)},
        **{f"influence_{d}": row for d, row in enumerate(influence_by_distance, 1)},
        "influence": influenced,
        "network_value_gross": people.value + influenced,
        "network_value": books.network_value,
        "own_kept": books.own_kept,
        "credit_received": books.credit_received,
        "credit_given": books.credit_given,
    }
    columns = {name: pa.array(figure[shown]) for name, figure in figures.items()}
    columns["rank"] = pa.array(rank(books.network_value[shown], tolerance))
    columns["clv_rank"] = pa.array(rank(people.value[shown], tolerance))
    return pa.table(
        {
            "customer": network.keys.filter(pa.array(shown)),
            **{column.name: columns[column.name] for column in score_columns(run.depth)},
            "run": pa.repeat(run.id, int(shown.sum())),
        }
    )
