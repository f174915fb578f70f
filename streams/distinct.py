"""How many different values the cases of a cell have.

Which values a cell has is no number that can be added up: a household visited on two days of a month, or in two villages of a
township, is one household there. What adds up is how many cases each cell has of each value. These quantities are rolled up like
every number, stay in memory, and are made from the cases again whenever a partition is taken over. What is published is how
many of a cell's values reach their line; it moves exactly when a quantity crosses it, whatever the order in which its events came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.contributions import CellLayout

_ROW: Final = 1 << 40
"""More than there are different values."""


class Line(NamedTuple):
    """The position of a numerator, and how many cases of a value it takes for the value to count."""

    numerator: int
    at_least: int


class Distinct:
    """The quantities of one kind of case's cells; most kinds have none.

    A quantity has a position in a delta as every number has: from `positions_from` on, one for each value and line.
    """

    def __init__(self, layout: CellLayout) -> None:
        self.positions_from = layout.values_from
        self._lines = tuple(
            Line(part.numerator, part.indicator.at_least or 1)
            for part in layout.parts
            if part.indicator.kind == "distinct" and part.numerator is not None
        )
        self._places = {line.numerator: place for place, line in enumerate(self._lines)}
        self._values: dict[str, int] = {}
        self._quantities: dict[int, int] = {}

    def __bool__(self) -> bool:
        return bool(self._lines)

    def __len__(self) -> int:
        return len(self._quantities)

    def position(self, numerator: int, value: str) -> int:
        """Return the position of the quantity of a value; numbers are given to values as they come."""
        number = self._values.setdefault(value, len(self._values))
        return self.positions_from + number * len(self._lines) + self._places[numerator]

    def crossings(self, delta: Mapping[int, int], row: int | None) -> dict[int, int]:
        """Return how a delta to a cell moves its numerators. `row` is the cell's; None: there is no such cell yet."""
        moved: dict[int, int] = {}
        for position, amount in delta.items():
            place = position - self.positions_from
            if place >= 0:
                numerator, at_least = self._lines[place % len(self._lines)]
                before = 0 if row is None else self._quantities.get(row * _ROW + place, 0)
                crossed = (before + amount >= at_least) - (before >= at_least)
                if crossed:
                    moved[numerator] = moved.get(numerator, 0) + crossed
        return moved

    def add(self, row: int, position: int, amount: int) -> None:
        """Add to a quantity of a cell; one that is zero is forgotten."""
        key = row * _ROW + position - self.positions_from
        quantity = self._quantities.get(key, 0) + amount
        if quantity:
            self._quantities[key] = quantity
        else:
            del self._quantities[key]
