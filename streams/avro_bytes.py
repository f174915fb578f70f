"""Avro primitives as bytes, for the one record that is written by the million.

The cell. Everything else goes through fastavro.

A cell is mostly small numbers and texts that repeat; put together from ready-made pieces it costs a fifth of what a
dictionary and a general writer cost. A test holds the pieces to fastavro, byte for byte.
"""

from __future__ import annotations

from typing import Final

_SMALL: Final = 1 << 14
_SEVEN_BITS: Final = 0x7F
_MORE: Final = 0x80


def _long(number: int) -> bytes:
    """Return a number in Avro's zigzag varint."""
    rest = number << 1 ^ number >> 63
    found = bytearray()
    while rest > _SEVEN_BITS:
        found.append(rest & _SEVEN_BITS | _MORE)
        rest >>= 7
    found.append(rest)
    return bytes(found)


SMALL: Final = tuple(_long(number) for number in range(_SMALL))


def long(number: int) -> bytes:
    """Return an Avro long."""
    return SMALL[number] if 0 <= number < _SMALL else _long(number)


def text(value: str) -> bytes:
    """Return an Avro string."""
    encoded = value.encode()
    return long(len(encoded)) + encoded


class Texts:
    """Avro strings of values that come again and again, remembered up to a bound."""

    def __init__(self, most: int = 50_000) -> None:
        self._most = most
        self._known: dict[str, bytes] = {}

    def __getitem__(self, value: str) -> bytes:
        found = self._known.get(value)
        if found is None:
            if len(self._known) >= self._most:
                self._known.clear()
            found = self._known[value] = text(value)
        return found
