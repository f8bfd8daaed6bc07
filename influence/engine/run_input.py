"""Input of a run: a network, its customers as arrays, and what is known of the money."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.engine.customers import CustomerArrays
from influence.errors import UsageError
from influence.network import Network, Selection
from influence.network.kinds import Kinds
from influence.network.network import sorted_ids
from influence.parameters import Parameters
from influence.tables import Frame, Tables, complete
from influence.tables.keys import by_position
from influence.tables.notes import Note
from influence.tables.rules.currency import of_tables
from influence.tables.rules.questions import not_counted

Source: TypeAlias = Tables | Network | Mapping[str, Frame]


@dataclass(frozen=True, eq=False)
class RunInput:
    """The input of a run.

    Attributes
    ----------
    network : Network
    customers : CustomerArrays
    currency : str or None
        Of all money, where the tables name it.
    relations : pa.Array or None, n
        The relation of each customer, in the order of the network; None for a network.
    names : pa.Table or None
        `id` and `name` of customers, where there are names.
    kinds : Kinds or None
        The kinds of all ties; None where a network was given.
    ties : pa.Table or None
        All ties, of whatever kind, by position; None where no act could name their network.
    notes : tuple of Note
        Assumptions that were made about the input.
    """

    network: Network
    customers: CustomerArrays
    currency: str | None = None
    relations: pa.Array | None = None
    names: pa.Table | None = None
    kinds: Kinds | None = None
    ties: pa.Table | None = None
    notes: tuple[Note, ...] = ()

    @classmethod
    def read(
        cls,
        source: Source,
        values: npt.ArrayLike | None,
        parameters: Parameters,
        tell: Callable[[Note], None],
    ) -> RunInput:
        """Read tables, frames by table name, or a network with values.

        Parameters
        ----------
        source : Tables, mapping of str to frame, or Network
        values : float64[n], optional
            Own value in money, in the order of the network's ids; with a network only.
        parameters : Parameters
        tell : callable
            Called with notes on the selection of ties.

        Raises
        ------
        InputRejected
            If tables have problems.
        UsageError
            If the source cannot be used.
        """
        if isinstance(source, Network):
            return cls(source, _customers_of(source, values, parameters))
        if values is not None:
            raise UsageError("values go with a Network; tables have own value in customers.clv")
        tables = _by_position(complete(_tables(source)))
        del source  # the ids of ties, if nobody else holds them
        network = Network.from_tables(tables, parameters.selection, tell)
        customers = CustomerArrays.from_tables(
            tables, network, parameters.selection, parameters.conventions,
            with_errors=parameters.intervals > 0,
        )  # fmt: skip
        notes = tuple(_notes(tables, customers))
        names = tables.customers.select(["id", "name"])
        if names["name"].null_count == len(names):
            names = None
        at = pc.index_in(network.keys, tables.customers["id"].combine_chunks())
        relations = tables.customers["relation"].combine_chunks().take(at)
        ties = tables.ties if len(customers.activity.acts) else None
        return cls(
            network, customers, of_tables(tables), relations, names, Kinds.of(tables.ties), ties,
            notes,
        )  # fmt: skip


def _tables(source: object) -> Tables:
    if isinstance(source, Tables):
        return source
    if isinstance(source, Mapping) and "customers" in source:
        return Tables(**source)
    raise UsageError(
        "compute takes Tables, a mapping such as {'customers': frame, 'ties': frame}, or a "
        f"Network with values; not {type(source).__name__}"
    )


def _by_position(tables: Tables) -> Tables:
    """Return tables whose ties name customers by their positions in the network."""
    frames = {name: tables[name] for name in tables}
    frames["ties"] = by_position(tables.ties, sorted_ids(tables.customers))
    return Tables(sources=tables.sources, complete=True, **frames)


def _customers_of(
    network: Network, values: npt.ArrayLike | None, parameters: Parameters
) -> CustomerArrays:
    if values is None:
        raise UsageError("a Network has no money: give values, one number per customer")
    value = np.array(values, dtype=np.float64)
    if value.shape != (network.n,) or not np.isfinite(value).all():
        raise UsageError(
            f"values: {network.n:,} finite numbers are needed, in the order of network.keys"
        )
    if parameters.selection != Selection():
        raise UsageError("a Network was made of selected ties already: leave the selection out")
    return CustomerArrays.of_values(value)


def _notes(tables: Tables, customers: CustomerArrays) -> Iterator[Note]:
    if customers.window_end is not None and customers.window_end.note is not None:
        yield customers.window_end.note
    ignored = not_counted(tables.surveys)
    if ignored is not None:
        yield ignored
