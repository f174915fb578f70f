"""Buckets of a quantile's histogram: log-linear, 64 to each power of two, whole numbers only.

Values below 128 have a bucket of their own. Above, a bucket is at most 1/64 of its values wide, so its middle is at
most 1/128 off. Negative values mirror the positive ones. Buckets add and subtract, and Python and ClickHouse agree to
the last one.
"""

from __future__ import annotations

from typing import Final, NamedTuple

RELATIVE_ERROR: Final = 1 / 128
"""By how much, of the true value, a quantile read from the buckets can be off."""

_BITS: Final = 6
_EXACT_BITS: Final = _BITS + 1
_BUCKET_FORMULAS: Final = (
    ("size", "toUInt64(abs({value}))"),
    ("rough_bits", "if({size} = 0, 0, toUInt8(floor(log2(toFloat64(greatest({size}, 1))))) + 1)"),
    # log2 of a Float64 may round up just below a power of two: compare with the power itself.
    ("bits", "{rough_bits} - (bitShiftRight({size}, greatest({rough_bits} - 1, 0)) = 0)"),
    ("shift", f"greatest(toInt16({{bits}}) - {_EXACT_BITS}, 0)"),
    (
        "bucket",
        f"toInt32(sign({{value}}) * (bitShiftLeft(toInt64({{shift}}), {_BITS}) + bitShiftRight({{size}}, {{shift}})))",
    ),
)
"""The bucket of `value` in ClickHouse SQL, step by step."""


class Bounds(NamedTuple):
    """The smallest and the largest whole number in a bucket."""

    lowest: int
    highest: int


def bucket_of(value: int) -> int:
    """Return the bucket of a whole number."""
    if value < 0:
        return -bucket_of(-value)
    shift = value.bit_length() - _EXACT_BITS
    return value if shift <= 0 else (shift << _BITS) + (value >> shift)


def bounds(bucket: int) -> Bounds:
    """Return the smallest and largest value of a bucket."""
    if bucket < 0:
        lowest, highest = bounds(-bucket)
        return Bounds(-highest, -lowest)
    shift = max((bucket >> _BITS) - 1, 0)
    lowest = (bucket - (shift << _BITS)) << shift
    return Bounds(lowest, lowest + (1 << shift) - 1)


def value_of(bucket: int) -> float:
    """Return the middle of a bucket: what stands for its values."""
    lowest, highest = bounds(bucket)
    return (lowest + highest) / 2


def bucket_sql(value: str) -> str:
    """Return ClickHouse SQL for the bucket of a whole number; `value` is SQL for an Int64."""
    written = {"value": value}
    for name, formula in _BUCKET_FORMULAS:
        written[name] = f"({formula.format_map(written)})"
    return written["bucket"]


def bucket_columns(value: str) -> dict[str, str]:
    """Return the same in steps, by the names of their results: each reads those before it; the last one is `bucket`."""
    names = {name: name for name, _ in _BUCKET_FORMULAS} | {"value": value}
    return {name: formula.format_map(names) for name, formula in _BUCKET_FORMULAS}


def value_sql(bucket: str) -> str:
    """Return ClickHouse SQL for the middle of a bucket; `bucket` is SQL for an Int32."""
    size = f"toInt64(abs({bucket}))"
    shift = f"greatest(bitShiftRight({size}, {_BITS}) - 1, 0)"
    lowest = f"bitShiftLeft({size} - bitShiftLeft({shift}, {_BITS}), {shift})"
    return f"(sign({bucket}) * ({lowest} + (bitShiftLeft(toInt64(1), {shift}) - 1) / 2))"
