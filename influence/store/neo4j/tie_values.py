"""The values of ties as properties of the relationships: what a run changes."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from influence.store.neo4j.batches import Step
from influence.tables import difference

KEY = ["source", "target"]


def tie_value_step(there: pa.Table, now: pa.Table) -> Step:
    """Return the step that sets the values that differ and removes those of other ties.

    Parameters
    ----------
    there, now : pa.Table
        See `influence.scores.TIE_SCHEMA`; `there` is what the database has.
    """
    there, now = (table.drop_columns("kind") for table in (there, now))
    change = difference(there, now, KEY)
    nothing = pa.nulls(len(change.removed), pa.float64())
    gone = change.removed.select(KEY)
    for name in ("value", "overlap"):
        gone = gone.append_column(name, pa.chunked_array([nothing]))
    rows = pa.concat_tables([gone, change.added, change.changed])
    return Step("write/tie-values", rows.take(pc.sort_indices(rows["source"])))
