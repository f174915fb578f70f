"""Avro primitives as bytes, for the two records that are written by the million: cells and cases.

Both are mostly small numbers, moments, money and texts that repeat; put together from ready-made pieces they cost a third of what a
dictionary and a general writer cost. Tests hold them to fastavro, byte for byte. Everything else goes through fastavro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_SMALL: Final = 1 << 14
_SEVEN_BITS: Final = 0x7F
_MORE: Final = 0x80
_SIX_BYTES: Final = (1 << 35, 1 << 42)
_FOURTEEN_BITS: Final = (1 << 14) - 1


def _varint(rest: int) -> bytes:
    found = bytearray()
    while rest > _SEVEN_BITS:
        found.append(rest & _SEVEN_BITS | _MORE)
        rest >>= 7
    found.append(rest)
    return bytes(found)


SMALL: Final = tuple(_varint(number << 1) for number in range(_SMALL))
_PAIRS: Final = tuple(bytes((pair & 127 | 128, pair >> 7 | 128)) for pair in range(1 << 14))
_LAST_PAIRS: Final = tuple(bytes((pair & 127 | 128, pair >> 7)) for pair in range(1 << 14))
"""Fourteen bits of a number as two of its bytes, with more to come and with none."""


def long(number: int) -> bytes:
    """Return an Avro long."""
    if 0 <= number < _SMALL:
        return SMALL[number]
    rest = number << 1 ^ number >> 63
    if _SIX_BYTES[0] <= rest < _SIX_BYTES[1]:  # as long as every moment from 1970-07 to 2039 is
        return _PAIRS[rest & _FOURTEEN_BITS] + _PAIRS[rest >> 14 & _FOURTEEN_BITS] + _LAST_PAIRS[rest >> 28]
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


Key = TypeVar("Key")
Made = TypeVar("Made")


class Remembered(dict[Key, Made]):
    """What comes again and again: made when it is first asked for, forgotten when it grows too much."""

    def __init__(self, make: Callable[[Key], Made], *, most: int = 50_000) -> None:
        super().__init__()
        self._make = make
        self._most = most

    def __missing__(self, key: Key) -> Made:
        if len(self) >= self._most:
            self.clear()
        found = self[key] = self._make(key)
        return found


def optional_text(value: str | None) -> bytes:
    """Return a value of a union of null and string."""
    return NULL if value is None else SOME + text(value)
