"""Masks of 512 bits as SIMD vectors, which Numba does not vectorise by itself.

Plain code over eight 64-bit words is three times slower. LLVM splits these vectors where the
processor has shorter ones, so the code runs anywhere. Beside each intrinsic stands its plain
Python equivalent, which runs with the compiler off.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import config, types
from numba.core.extending import intrinsic
from numba.np import arrayobj

from influence.kernels import MASK_BITS
from influence.kernels.vectors import folding, folding_twice, spreading

Masks = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.float64]

WORDS = MASK_BITS // 64
MASK = ir.VectorType(ir.IntType(64), WORDS)
EIGHT = ir.VectorType(ir.DoubleType(), 8)
BITS = ir.VectorType(ir.IntType(1), 8)
SUMS = 4
"""Independent running sums, so that additions need not wait for each other."""


def _or(builder: Any, some: Any, others: Any) -> Any:
    return builder.or_(some, others)


@intrinsic
def _or_rows(
    _: Any, masks: Any, row: Any, indices: Any, begin: Any, end: Any, out: Any, place: Any
) -> Any:
    signature = types.void(masks, types.int64, indices, types.int64, types.int64, out, types.int64)
    return signature, folding(MASK, _or)


@intrinsic
def _fold_rows(_: Any, masks: Any, indices: Any, begin: Any, end: Any, out: Any, place: Any) -> Any:
    signature = types.void(masks, indices, types.int64, types.int64, out, types.int64)
    return signature, folding_twice(MASK)


@intrinsic
def _spread_row(_: Any, masks: Any, row: Any, indices: Any, begin: Any, end: Any, out: Any) -> Any:
    signature = types.void(masks, types.int64, indices, types.int64, types.int64, out)
    return signature, spreading(MASK, _or)


@intrinsic
def _sum_where(_: Any, masks: Any, place: Any, values: Any, column: Any) -> Any:
    signature = types.float64(masks, types.int64, values, types.int64)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        masks_at = arrayobj.make_array(sig.args[0])(context, builder, args[0]).data
        values_at = arrayobj.make_array(sig.args[2])(context, builder, args[2]).data
        word = builder.mul(args[1], ir.Constant(ir.IntType(64), WORDS))
        octets = builder.bitcast(builder.gep(masks_at, [word]), ir.IntType(8).as_pointer())
        start = builder.mul(args[3], ir.Constant(ir.IntType(64), MASK_BITS))
        numbers = builder.gep(values_at, [start])
        sums = [ir.Constant(EIGHT, [0.0] * 8)] * SUMS
        for octet in range(MASK_BITS // 8):
            at = builder.gep(octets, [ir.Constant(ir.IntType(64), octet)])
            bits = builder.bitcast(builder.load(at), BITS)
            eight = builder.gep(numbers, [ir.Constant(ir.IntType(64), 8 * octet)])
            loaded = builder.load(builder.bitcast(eight, EIGHT.as_pointer()), align=8)
            before = sums[octet % SUMS]
            # One masked addition; selecting from what is loaded would be an instruction more.
            sums[octet % SUMS] = builder.select(bits, builder.fadd(before, loaded), before)
        total = builder.fadd(builder.fadd(sums[0], sums[1]), builder.fadd(sums[2], sums[3]))
        parts = [builder.extract_element(total, ir.Constant(ir.IntType(32), i)) for i in range(8)]
        while len(parts) > 1:
            parts = [builder.fadd(a, b) for a, b in zip(parts[::2], parts[1::2], strict=True)]
        return parts[0]

    return signature, generate


@intrinsic
def _count(_: Any, masks: Any, place: Any) -> Any:
    signature = types.int64(masks, types.int64)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        masks_at = arrayobj.make_array(sig.args[0])(context, builder, args[0]).data
        word = builder.mul(args[1], ir.Constant(ir.IntType(64), WORDS))
        start = builder.bitcast(builder.gep(masks_at, [word]), MASK.as_pointer())
        mask = builder.load(start, align=8)
        words = [builder.extract_element(mask, ir.Constant(ir.IntType(32), i)) for i in range(8)]
        parts = [builder.ctpop(word) for word in words]
        while len(parts) > 1:
            parts = [builder.add(a, b) for a, b in zip(parts[::2], parts[1::2], strict=True)]
        return parts[0]

    return signature, generate


@intrinsic
def _lowest_bit(_: Any, word: Any) -> Any:
    def generate(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(word), generate


def or_rows(
    masks: Masks, row: int, indices: Indices, begin: int, end: int, out: Masks, place: int
) -> None:
    """out[place] = masks[row] | masks[indices[begin]] | … | masks[indices[end − 1]].

    masks, out : uint64[:, 8], C-contiguous; indices : uint32[:].
    """
    out[place] = masks[row]
    for arc in range(begin, end):
        out[place] |= masks[indices[arc]]


def fold_rows(masks: Masks, indices: Indices, begin: int, end: int, out: Masks, place: int) -> None:
    """Fold masks[indices[begin:end]]: any bit into out[place], repeated bits into out[place + 1].

    masks, out : uint64[:, 8], C-contiguous, not the same; indices : uint32[:].
    """
    out[place : place + 2] = 0
    for arc in range(begin, end):
        out[place + 1] |= out[place] & masks[indices[arc]]
        out[place] |= masks[indices[arc]]


def spread_row(masks: Masks, row: int, indices: Indices, begin: int, end: int, out: Masks) -> None:
    """out[indices[begin]] |= masks[row], …, out[indices[end − 1]] |= masks[row].

    masks, out : uint64[:, 8], C-contiguous, not the same; indices : uint32[:].
    """
    for arc in range(begin, end):
        out[indices[arc]] |= masks[row]


def sum_where(masks: Masks, place: int, values: Numbers, column: int) -> float:
    """Σ values[column, b] over the bits b that are set in masks[place].

    masks : uint64[:, 8]; values : float64[:, 512], both C-contiguous.
    """
    total = 0.0
    for b in range(MASK_BITS):
        if masks[place, b >> 6] >> np.uint64(b & 63) & np.uint64(1):
            total += values[column, b]
    return total


def count(masks: Masks, place: int) -> int:
    """Count the bits that are set in masks[place].

    masks : uint64[:, 8], C-contiguous.
    """
    return sum(int(word).bit_count() for word in masks[place])


def lowest_bit(word: np.uint64) -> int:
    """The position of the lowest bit that is set, from 0; some bit must be."""
    return (int(word) & -int(word)).bit_length() - 1


if not config.DISABLE_JIT:  # type: ignore[attr-defined]
    # The compiled equivalents of the functions above.
    or_rows = _or_rows  # type: ignore[assignment]
    fold_rows = _fold_rows  # type: ignore[assignment]
    spread_row = _spread_row  # type: ignore[assignment]
    sum_where = _sum_where  # type: ignore[assignment]
    count = _count  # type: ignore[assignment]
    lowest_bit = _lowest_bit  # type: ignore[assignment]
