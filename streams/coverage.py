"""Which villages are covered.

A village's cell holds, beside the numbers that are published, how much there is of what covers it: its quantity. Quantities add
up over days as every number does. Whether a village is covered in a period follows from its quantity in that period alone, so
what its township counts moves exactly when a quantity crosses its line, whatever the order in which its events came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from array import array
    from collections.abc import Mapping

    from streams.contributions import CellLayout

_SIGN: Final = 1 << 63
_WORD: Final = 1 << 64


class Line(NamedTuple):
    """A quantity's position, the position of the numerator that says whether it reaches `at_least`."""

    quantity: int
    numerator: int
    at_least: int


class Coverage:
    """The quantities of one kind of case's cells; most have none."""

    def __init__(self, layout: CellLayout) -> None:
        self._lines = tuple(
            Line(part.quantity, part.numerator, part.indicator.at_least or 1)
            for part in layout.parts
            if part.quantity is not None and part.numerator is not None
        )
        self.quantities = frozenset(line.quantity for line in self._lines)
        self._townships: dict[str, str] = {}

    def without(self, delta: Mapping[int, int]) -> dict[int, int]:
        """Return a delta without its quantities: what a township adds up."""
        return {position: amount for position, amount in delta.items() if position not in self.quantities}

    def crossings(self, delta: Mapping[int, int], numbers: array[int], base: int | None) -> dict[int, int]:
        """Return the numerators that a delta to a village's cell moves, by 1 or -1.

        The cell's numbers begin at `base`; None: there is no such cell yet.
        """
        moved = {}
        for quantity, numerator, at_least in self._lines:
            if quantity in delta:
                before = 0 if base is None else numbers[base + quantity]
                covers = (wrapped(before + delta[quantity]) >= at_least) - (before >= at_least)
                if covers:
                    moved[numerator] = covers
        return moved

    def township_of(self, head: str) -> str:
        """Return the head of the township's cells for that of a village's."""
        found = self._townships.get(head)
        if found is None:
            township, case, _ = head.split("|", 2)
            found = self._townships[head] = f"{township}|{case}|township|{township}"
        return found


def wrapped(number: int) -> int:
    """Return a sum as 64 bits hold it: beyond them it goes on from the other end, in ClickHouse as here.

    So one senseless number stops nothing, and is gone without a trace once it is taken back.
    """
    return (number + _SIGN) % _WORD - _SIGN
