"""LLVM code for loops over rows of an array as SIMD vectors, which Numba does not vectorise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils
from numba.np import arrayobj

WIDE = ir.IntType(64)
ONE = ir.Constant(WIDE, 1)
Generate = Callable[[Any, Any, Any, Any], Any]


def folding(vector: ir.VectorType, merge: Callable[[Any, Any, Any], Any]) -> Generate:
    """Generate out[place] = the merge of rows[row] and all rows[indices[begin:end]].

    `merge` gets the builder and two vectors; the arguments of the generated code are, in order,
    rows, row, indices, begin, end, out, place.
    """

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        rows, indices, out = _data(context, builder, sig, args)
        found: Any = cgutils.alloca_once(builder, vector)  # type: ignore[no-untyped-call]
        builder.store(_load(builder, row_at(builder, rows, args[1], vector)), found, align=64)
        with cgutils.for_range_slice(builder, args[3], args[4], ONE, WIDE) as (arc, _):
            at = row_at(builder, rows, _neighbour(builder, indices, arc), vector)
            other = _load(builder, at)
            builder.store(merge(builder, builder.load(found, align=64), other), found, align=64)
        _store(builder, builder.load(found, align=64), row_at(builder, out, args[6], vector))
        return context.get_dummy_value()

    return generate


def folding_twice(vector: ir.VectorType) -> Generate:
    """Generate the bits of any of rows[indices[begin:end]], and those of at least two.

    Both are rows of `out`, at `place` and behind it; the arguments of the generated code are, in
    order, rows, indices, begin, end, out, place.
    """

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        rows, indices, out = _data(context, builder, sig, args, (0, 1, 4))
        any_of: Any = cgutils.alloca_once(builder, vector)  # type: ignore[no-untyped-call]
        two_of: Any = cgutils.alloca_once(builder, vector)  # type: ignore[no-untyped-call]
        for found in (any_of, two_of):
            builder.store(ir.Constant(vector, [0] * vector.count), found, align=64)
        with cgutils.for_range_slice(builder, args[2], args[3], ONE, WIDE) as (arc, _):
            other = _load(builder, row_at(builder, rows, _neighbour(builder, indices, arc), vector))
            one, two = (builder.load(found, align=64) for found in (any_of, two_of))
            builder.store(builder.or_(two, builder.and_(one, other)), two_of, align=64)
            builder.store(builder.or_(one, other), any_of, align=64)
        for found, at in ((any_of, args[5]), (two_of, builder.add(args[5], ONE))):
            _store(builder, builder.load(found, align=64), row_at(builder, out, at, vector))
        return context.get_dummy_value()

    return generate


def spreading(vector: ir.VectorType, merge: Callable[[Any, Any, Any], Any]) -> Generate:
    """Generate the merge of rows[row] into all out[indices[begin:end]], arguments in this order."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        rows, indices, out = _data(context, builder, sig, args)
        own = _load(builder, row_at(builder, rows, args[1], vector))
        with cgutils.for_range_slice(builder, args[3], args[4], ONE, WIDE) as (arc, _):
            to = row_at(builder, out, _neighbour(builder, indices, arc), vector)
            _store(builder, merge(builder, _load(builder, to), own), to)
        return context.get_dummy_value()

    return generate


def row_at(builder: Any, data: Any, index: Any, vector: ir.VectorType) -> Any:
    """The address of row `index` of an array whose rows are such vectors."""
    start = builder.gep(data, [builder.mul(index, ir.Constant(WIDE, vector.count))])
    return builder.bitcast(start, vector.as_pointer())


def _data(
    context: Any, builder: Any, sig: Any, args: Any, arrays: tuple[int, ...] = (0, 2, 5)
) -> list[Any]:
    make: Any = arrayobj.make_array
    return [make(sig.args[i])(context, builder, args[i]).data for i in arrays]


def _neighbour(builder: Any, indices: Any, arc: Any) -> Any:
    return builder.zext(builder.load(builder.gep(indices, [arc])), WIDE)


def _load(builder: Any, at: Any) -> Any:
    return builder.load(at, align=_width(at))


def _store(builder: Any, value: Any, at: Any) -> None:
    builder.store(value, at, align=_width(at))


def _width(at: Any) -> int:
    """Bytes of one element: the alignment that is guaranteed for the rows of an array."""
    return int(at.type.pointee.element.width // 8)
