"""Ties between customers of two segments."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.answers.company import Company, Flags, Indices, beside
from influence.answers.ranking import ANY
from influence.network.selection import selected
from influence.tables.keys import places
from influence.tables.reading.columns import true_where


def bridges(company: Company, segment_a: str, segment_b: str, limit: int) -> pa.Table:
    """List pairs of customers in two segments, those worth most at both ends first."""
    a, b, kind = _ends(company, segment_a, segment_b)
    n, value = len(company.ids), company.number("network_value")
    pairs, pair = np.unique(a * n + b, return_inverse=True)
    one, other = np.divmod(pairs, max(n, 1))
    order = np.lexsort((other, one, -np.minimum(value[one], value[other])))[: int(limit)]
    names = ("customer", "name", "segment", "network_value")
    ends = company.rows(other[order], *names).rename_columns([f"other_{n}" for n in names])
    rows = beside(
        company.rows(one[order], *names),
        other=ends["other_customer"],
        **{name: ends[name] for name in ends.column_names[1:]},
    )
    return beside(rows, kinds=pa.array(_kinds(order, pair, kind), pa.list_(pa.string())))


def _ends(company: Company, one: str, other: str) -> tuple[Indices, Indices, pa.Array]:
    """Ties of the run between two segments: the end in the first segment, the other, the kind.

    Where either end fits, the one with the larger network value comes first.
    """
    ties = selected(company.source.table("ties"), company.run.parameters.selection)
    x, y = (places(ties[end], company.ids) for end in ("source", "target"))
    segments = company.people["segment"].combine_chunks().dictionary_encode()
    code = pc.fill_null(segments.indices, -1).to_numpy()
    known = company.has_figures & (code >= 0)
    in_a, in_b = (_fits(company, segment) for segment in (one, other))
    ahead, back = in_a[x] & in_b[y], in_a[y] & in_b[x]
    taken = known[x] & known[y] & (code[x] != code[y]) & (ahead | back)
    x, y, ahead, back = x[taken], y[taken], ahead[taken], back[taken]
    value = company.number("network_value")
    more = (value[x] > value[y]) | (value[x] == value[y]) & (x < y)
    as_written = ahead & (more | ~back)
    kinds = ties["kind"].filter(pa.array(taken)).combine_chunks()
    return np.where(as_written, x, y), np.where(as_written, y, x), kinds


def _fits(company: Company, segment: str) -> Flags:
    if segment == ANY:
        return np.ones(len(company.ids), dtype=bool)
    return true_where(pc.equal(company.people["segment"], segment))


def _kinds(chosen: Indices, pair: npt.NDArray[np.intp], kind: pa.Array) -> list[list[str]]:
    """The kinds of the ties between each chosen pair, sorted."""
    wanted = np.isin(pair, chosen)
    found: dict[int, set[str]] = {at: set() for at in chosen.tolist()}
    names = kind.filter(pa.array(wanted)).to_pylist()
    for at, name in zip(pair[wanted].tolist(), names, strict=True):
        found[at].add(name)
    return [sorted(names) for names in found.values()]
