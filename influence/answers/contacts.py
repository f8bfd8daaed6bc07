"""The contacts of one customer by network, inside and outside the customer base."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from influence.answers.company import Company
from influence.network.by_network import ContactsByNetwork
from influence.network.selection import selected


def contacts(company: Company, customer: int) -> pa.Table:
    """Count the contacts in each network, the most first."""
    own = company.ids[customer]
    ties = selected(company.source.table("ties"), company.run.parameters.selection)
    ties = ties.filter(pc.or_(pc.equal(ties["source"], own), pc.equal(ties["target"], own)))
    profiles = company.source.table("profiles")
    profiles = profiles.filter(pc.equal(profiles["customer"], own))
    ends = pa.chunked_array([*ties["source"].chunks, *ties["target"].chunks], pa.string())
    others = pc.unique(ends.filter(pc.not_equal(ends, own)))
    ids = pa.concat_arrays([pa.array([own.as_py()], pa.string()), others])
    found = ContactsByNetwork.count(ties, profiles, ids)
    inside, known = found.inside[:, 0], found.contacts[:, 0]
    table = pa.table({"network": pa.array(found.networks, pa.string()), "inside": inside,
                      "outside": known - inside, "contacts": known})  # fmt: skip
    return table.sort_by([("contacts", "descending"), ("network", "ascending")])
