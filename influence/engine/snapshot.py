"""Snapshot: the network and the values behind a run, without the tables that they were made of.

A store may keep it beside the tables, so that questions about one customer need not build the
network again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from influence.engine.customers import CustomerArrays
from influence.network import Network
from influence.value.conventions import Conventions
from influence.value.referral import crv_of_each


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The network of a run and its customers.

    Attributes
    ----------
    network : Network
    value : float64[n]
        V, own value in money.
    hidden : bool[n]
        Customers who asked not to be profiled.
    referrer, referred : intp[m]
        The referrals that count, as indices in the network.
    crv : float64[m]
        What each referral adds to the CRV of its referrer, in money.
    """

    network: Network
    value: npt.NDArray[np.float64]
    hidden: npt.NDArray[np.bool_]
    referrer: npt.NDArray[np.intp]
    referred: npt.NDArray[np.intp]
    crv: npt.NDArray[np.float64]

    @classmethod
    def of(cls, network: Network, customers: CustomerArrays, conventions: Conventions) -> Snapshot:
        """Take the snapshot of a network and its customers."""
        referrals = customers.referrals
        crv = crv_of_each(referrals, customers.value, charge_certain=conventions.charge_certain)
        return cls(
            network=network,
            value=customers.value,
            hidden=customers.hidden,
            referrer=referrals.referrer,
            referred=referrals.referred,
            crv=crv,
        )
