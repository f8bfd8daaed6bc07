"""The statements of a load."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pyarrow as pa

from influence.store.neo4j.batches import Step
from influence.store.neo4j.changes import no_figures
from influence.store.neo4j.customers import changed_customers, new_customers
from influence.tables import Difference
from influence.tables.specs import ENGAGEMENTS, TABLES, TableSpec

ACT = ("kind", "date", "other", "network", "public", "sentiment", "time", "occurrence")
"""The columns by which the statement tells the acts of one customer apart."""
IN_TEXT = [ACT.index(name) for name in ("kind", "date", "other", "network", "occurrence")]


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
        *(_removal(spec, change[spec.name].removed.select(spec.key)) for spec in others),
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


def _removal(spec: TableSpec, removed: pa.Table) -> Step:
    query = f"load/{spec.name}-removed"
    if spec is ENGAGEMENTS:
        return Step(query, removed.sort_by("customer"), acts_by_customer)
    return Step(query, removed)


def acts_by_customer(removed: pa.Table) -> dict[str, list[Any]]:
    """Return the acts of each customer as the statement makes them: as lists, and as texts."""
    dates = removed["date"].cast(pa.string())
    removed = removed.set_column(removed.column_names.index("date"), "date", dates)
    columns = [removed[name].to_pylist() for name in ("customer", *ACT)]
    acts: dict[str, list[list[Any]]] = {}
    for customer, *act in zip(*columns, strict=True):
        acts.setdefault(customer, []).append(["" if cell is None else cell for cell in act])
    texts = [["|".join(str(act[i]) for i in IN_TEXT) for act in some] for some in acts.values()]
    return {"customer": list(acts), "texts": texts, "acts": list(acts.values())}


def _without_empty_columns(customers: pa.Table) -> pa.Table:
    """Leave out columns that are null for all customers."""
    names = customers.column_names
    return customers.select([n for n in names if customers[n].null_count < len(customers)])


def _new_and_changed(change: Difference) -> pa.Table:
    return pa.concat_tables([change.added, change.changed])
