"""The statements of a load."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa

from influence.store.neo4j.batches import Step
from influence.store.neo4j.changes import no_figures
from influence.store.neo4j.customers import changed_customers, new_customers
from influence.tables import Difference
from influence.tables.specs import TABLES


def load_steps(change: dict[str, Difference], figures: Collection[str]) -> list[Step]:
    """Return the steps of a load in the order in which they must run.

    Parameters
    ----------
    change : dict of str to Difference
        The difference by table.
    figures : collection of str
        Keys of the figures that customers may have.
    """
    customers = change["customers"]
    others = [spec for name, spec in TABLES.items() if name != "customers"]
    hidden = customers.changed.filter(customers.changed["do_not_profile"])
    return [
        Step("load/customers-new", _without_empty_columns(customers.added), new_customers),
        Step("load/customers", customers.changed, changed_customers),
        *(
            Step(f"load/{spec.name}-removed", change[spec.name].removed.select(spec.key))
            for spec in others
        ),
        Step("load/ties-changed", change["ties"].changed),
        Step("load/ties-new", change["ties"].added),
        *(
            Step(f"load/{spec.name}", _new_and_changed(change[spec.name]))
            for spec in others
            if spec.name != "ties"
        ),
        Step("load/customers-removed", customers.removed.select(["id"])),
        # Customers who are not profiled have no figures.
        Step("write/figures-removed", hidden.select(["id"]), fixed=no_figures(figures)),
    ]


def _without_empty_columns(customers: pa.Table) -> pa.Table:
    """Leave out columns that are null for all customers."""
    names = customers.column_names
    return customers.select([n for n in names if customers[n].null_count < len(customers)])


def _new_and_changed(change: Difference) -> pa.Table:
    return pa.concat_tables([change.added, change.changed])
