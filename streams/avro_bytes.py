"""Avro primitives as bytes, for the two records that are written by the million: cells and cases.

Both are mostly small numbers, moments, money and texts that repeat; put together from ready-made pieces they cost a third of what a
dictionary and a general writer cost. Tests hold them to fastavro, byte for byte. Everything else goes through fastavro.
"""

from __future__ import annotations

from typing import Final

_SMALL: Final = 1 << 14
_SEVEN_BITS: Final = 0x7F
_MORE: Final = 0x80
_SIX_BYTES: Final = (1 << 35, 1 << 42)


def _varint(rest: int) -> bytes:
    found = bytearray()
    while rest > _SEVEN_BITS:
        found.append(rest & _SEVEN_BITS | _MORE)
        rest >>= 7
    found.append(rest)
    return bytes(found)


SMALL: Final = tuple(_varint(number << 1) for number in range(_SMALL))


def long(number: int) -> bytes:
    """Return an Avro long."""
    if 0 <= number < _SMALL:
        return SMALL[number]
    rest = number << 1 ^ number >> 63
    if _SIX_BYTES[0] <= rest < _SIX_BYTES[1]:  # as long as every moment from 1970-07 to 2039 is
        return bytes(
            (
                rest & 127 | 128,
                rest >> 7 & 127 | 128,
                rest >> 14 & 127 | 128,
                rest >> 21 & 127 | 128,
                rest >> 28 & 127 | 128,
                rest >> 35,
            )
        )
    return _varint(rest)


def text(value: str) -> bytes:
    """Return an Avro string."""
    encoded = value.encode()
    return long(len(encoded)) + encoded


def whole(number: int) -> bytes:
    """Return an Avro decimal from its whole number of 10^-scale: bytes, big end first, as long as fastavro makes them."""
    size = (number.bit_length() + 8) >> 3
    return long(size) + number.to_bytes(size, "big", signed=True)


NULL: Final = long(0)
SOME: Final = long(1)
"""Before a value of a union of null and one type: which of the two it is."""


class Texts(dict[str | None, bytes]):
    """Avro strings of values that come again and again, made when first asked for, forgotten when they grow too many.

    With `nullable` they are values of a union of null and string.
    """

    def __init__(self, *, nullable: bool = False, most: int = 50_000) -> None:
        super().__init__()
        self._nullable = nullable
        self._most = most

    def __missing__(self, value: str | None) -> bytes:
        if len(self) >= self._most:
            self.clear()
        found = NULL if value is None else (SOME if self._nullable else b"") + text(value)
        self[value] = found
        return found
