"""What a run stands on: its network and what everybody is worth, without the tables behind them.

One customer's circles are searched in it. A store may keep it beside the tables, so that a question
about one customer builds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from influence.engine.customers import CustomerArrays
from influence.network import Network
from influence.tables import Tables
from influence.value.conventions import Conventions
from influence.value.referral import crv_of_each


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The network of a run and its people.

    Attributes
    ----------
    network : Network
    value : float64[n]
        V, own value in money.
    hidden : bool[n]
        Who asked not to be profiled.
    referrer, referred : intp[m]
        Who brought whom; those that count.
    crv : float64[m]
        What each referral adds to the crv of its referrer, in money.
    made_of : tuple of str
        The files of the tables, sorted, as a store names them; frames have their own names.
    """

    network: Network
    value: npt.NDArray[np.float64]
    hidden: npt.NDArray[np.bool_]
    referrer: npt.NDArray[np.intp]
    referred: npt.NDArray[np.intp]
    crv: npt.NDArray[np.float64]
    made_of: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, tables: Tables, network: Network, people: CustomerArrays, conventions: Conventions
    ) -> Snapshot:
        """What was made from these tables."""
        referrals = people.referrals
        return cls(
            network=replace(network),  # without what a search arranged
            value=people.value,
            hidden=people.hidden,
            referrer=referrals.referrer,
            referred=referrals.referred,
            crv=crv_of_each(referrals, people.value, charge_certain=conventions.charge_certain),
            made_of=tuple(sorted(source.file for source in tables.sources.values())),
        )
