"""Ties between customers of two segments."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.answers.company import Company, Flags, Indices, beside, neighbours
from influence.answers.ranking import ANY
from influence.network.ego import arcs_from
from influence.network.selection import selected
from influence.tables.keys import places
from influence.tables.reading.columns import true_where


def bridges(company: Company, segment_a: str, segment_b: str, limit: int, near: int) -> pa.Table:
    """List pairs of customers in two segments by the value that the ties between them carry."""
    a, b, kind = _ends(company, segment_a, segment_b)
    n, worth = len(company.ids), company.number("network_value")
    pairs, pair = np.unique(a * n + b, return_inverse=True)
    one, other = np.divmod(pairs, max(n, 1))
    chosen = np.lexsort((other, one, -np.minimum(worth[one], worth[other])))[: int(near)]
    ends = zip(one[chosen].tolist(), other[chosen].tolist(), strict=True)
    carry = _Carry(company)
    value = np.array([carry.lost(x, y) + carry.lost(y, x) for x, y in ends], dtype=np.float64)
    order = np.lexsort((other[chosen], one[chosen], -value))[: int(limit)]
    chosen, value = chosen[order], value[order]
    names = ("customer", "name", "segment", "network_value")
    ends_b = company.rows(other[chosen], *names).rename_columns([f"other_{n}" for n in names])
    return beside(
        company.rows(one[chosen], *names),
        other=ends_b["other_customer"],
        **{name: ends_b[name] for name in ends_b.column_names[1:]},
        kinds=pa.array(_kinds(chosen, pair, kind), pa.list_(pa.string())),
        value=value,
    )


class _Carry:
    """The influence within two steps that one end of a tie owes to it, in money."""

    def __init__(self, company: Company) -> None:
        self._out, self._in = company.network, company.incoming
        self._near, self._far = (*company.run.weights, 0.0)[:2]
        self._two_steps = len(company.run.weights) > 1
        self._clv, self._shown = company.number("clv", 0.0), company.shown
        self._direct = np.zeros(len(company.ids), dtype=bool)

    def lost(self, customer: int, through: int) -> float:
        """Return what a customer would lose, or influence one step later, without `through`."""
        direct, marked = neighbours(self._out, customer), self._direct
        if through not in direct:
            return 0.0
        marked[direct] = True
        beyond = neighbours(self._out, through) if self._two_steps else direct[:0]
        beyond = beyond[~marked[beyond] & (beyond != customer)]
        marked[through] = False
        # Who of those is also influenced by another one whom the customer influences directly?
        asked = np.append(beyond, through)
        by, position = arcs_from(self._in, asked)
        anyway = np.zeros(len(asked), dtype=bool)
        anyway[position[marked[by]]] = True
        marked[direct] = False
        gone = beyond[~anyway[:-1] & self._shown[beyond]]
        weight = self._near - (self._far if anyway[-1] else 0.0)
        return float(weight * self._clv[through] + self._far * self._clv[gone].sum())


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
