"""Value at risk by churn: the value of those whom a customer's leaving may make leave."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from influence.engine.customers import CustomerArrays
from influence.models.shells import Shells
from influence.network import Network, Selection
from influence.tables import Tables
from influence.value.conventions import Conventions


def value_at_risk_churn(
    tables: Tables,
    weights: tuple[float, ...],
    selection: Selection | None = None,
    conventions: Conventions | None = None,
) -> pa.Table:
    """Return the value that leaves with each customer, the largest first.

    Σ_d w_d · Σ_{j at distance d} max(V_j, 0), with the weights of a calibration of leaving: the
    expected loss of others, never the customer's own CLV. Several customers may take the same money
    with them, so it is not summed.

    Parameters
    ----------
    tables : Tables
        Complete.
    weights : tuple of float
    selection : Selection, optional
    conventions : Conventions, optional
        How CLV is computed where it is not given.

    Returns
    -------
    pa.Table
        `customer` and `value_at_risk_churn`; customers who are not profiled have no row.
    """
    selection = selection or Selection()
    network = Network.from_tables(tables, selection, lambda _: None)
    customers = CustomerArrays.from_tables(tables, network, selection, conventions or Conventions())
    lost = Shells(weights).gain(network, np.maximum(customers.value, 0.0))
    found = pa.table({"customer": network.keys, "value_at_risk_churn": lost})
    order = [("value_at_risk_churn", "descending"), ("customer", "ascending")]
    return found.filter(pa.array(customers.profiled)).sort_by(order)
