"""The cells of one kind of case: numbers by place, period and dimension, changed by adding deltas.

Deltas are gathered at the finest grain (village, day, dimension values), then rolled up: villages into the township,
days into months, quarters and years. What cancels on the way is never written, so only cells whose numbers changed
count as changed.

`newest_event_at` of a cell is a maximum, which cannot be taken back: it is the newest occurred_at of a case at the
time the case changed the cell. After a rebuild it is that of the cases now in it: it differs only where events were
voided or moved away, or where newer events changed no number.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

from schemas.calendar import periods_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.contributions import CellLayout, Items

NOW: Final = -(1 << 40)
"""The day of what counts for the period `now`."""

Delta = dict[int, int]
"""Position -> amount."""

Grain = tuple[str, int | None, int, tuple[str, ...]]
"""(township, village, day or NOW, dimension values)."""


class Deltas:
    """Changes gathered at the finest grain."""

    def __init__(self) -> None:
        self.amounts: dict[Grain, Delta] = {}
        self.newest: dict[Grain, int] = {}

    def add(self, grain: Grain, items: Items, sign: int, newest: int) -> None:
        """Add a case's items, or with sign -1 take them out; `newest` is the case's newest occurred_at."""
        delta = self.amounts.get(grain)
        if delta is None:
            delta = self.amounts[grain] = {}
            self.newest[grain] = newest
        elif self.newest[grain] < newest:
            self.newest[grain] = newest
        for position, amount in items:
            delta[position] = delta.get(position, 0) + sign * amount


class Cells:
    """The store. A cell is a row of one flat array, so that Python's cyclic collector has nothing to walk."""

    def __init__(self, layout: CellLayout) -> None:
        self.layout = layout
        self.changed: dict[int, None] = {}
        self._rows: dict[str, int] = {}
        self._keys: list[str] = []
        self._numbers = array("q")
        self._newest = array("q")
        self._histograms: dict[int, dict[int, int]] = {}
        self._empty = array("q", bytes(8 * layout.stride))
        self._stocks = frozenset(range(layout.flow_count, layout.stride))
        self._declared = [self._blocks_of(dimension) for dimension in layout.dimensions]

    def __len__(self) -> int:
        return len(self._keys)

    def key(self, row: int) -> str:
        """Return a cell's key: township|case|level|place|period|period_start|dimension|value."""
        return self._keys[row]

    def keys(self) -> Iterable[str]:
        """Return every cell's key."""
        return self._rows.keys()

    def row(self, key: str) -> int | None:
        """Return a cell's row, None when it never held anything."""
        return self._rows.get(key)

    def numbers(self, row: int) -> array[int]:
        """Return a cell's numbers by position."""
        stride = self.layout.stride
        return self._numbers[row * stride : (row + 1) * stride]

    def newest(self, row: int) -> int:
        """Return a cell's newest_event_at, 0 if none."""
        return self._newest[row]

    def histogram(self, row: int) -> dict[int, int]:
        """Return a cell's filled buckets by position (see CellLayout.bucket_at)."""
        return self._histograms.get(row, {})

    def change_all(self) -> None:
        """Count every cell as changed, so that it is published again."""
        self.changed = dict.fromkeys(range(len(self._keys)))

    def apply(self, deltas: Deltas) -> None:
        """Take the gathered changes in, at every place, period and dimension."""
        months = self._apply_days(self._places(deltas))
        quarters = self._apply_periods(months, "month", 1)
        years = self._apply_periods(quarters, "quarter", 2)
        self._apply_periods(years, "year", None)

    def _places(self, deltas: Deltas) -> _Rolled:
        """Roll villages up into townships, and dimension values into all."""
        rolled: _Rolled = {}
        for (township, village, day, values), whole in deltas.amounts.items():
            delta = _without_zeros(whole)
            if not delta and day != NOW:
                continue
            newest = deltas.newest[township, village, day, values]
            tails = [("|", delta)]
            for dimension, value, blocks in zip(self.layout.dimensions, values, self._declared, strict=True):
                tails.append((f"{dimension}|{value}", delta if blocks is None else self._only(delta, blocks)))
            heads = [f"{township}|{self.layout.case}|township|{township}"]
            if village is not None:
                heads.append(f"{township}|{self.layout.case}|village|{township}{village:03d}")
            for head in heads:
                for tail, part in tails:
                    _merge(rolled, (head, day, tail), newest, part)
        return rolled

    def _apply_days(self, rolled: _Rolled) -> _Rolled:
        """Change the cells of days and of now; return the flows rolled up into months."""
        months: _Rolled = {}
        for (head, day, tail), (newest, whole) in rolled.items():
            delta = _without_zeros(whole)
            if day == NOW:
                # Where everything that came has left again, there is a stock, and it is zero: not the same as no data.
                key = f"{head}|now|0|{tail}"
                if delta or key not in self._rows:
                    self._change(key, delta, newest)
                continue
            if not delta:
                continue
            self._change(f"{head}|day|{day}|{tail}", delta, newest)
            flows = {position: amount for position, amount in delta.items() if position not in self._stocks}
            if flows:
                _merge(months, (head, periods_of(day).month, tail), newest, flows)
        return months

    def _apply_periods(self, rolled: _Rolled, period: str, following: int | None) -> _Rolled:
        """Change the cells of one period.

        Return them rolled up into the next longer one, named by its place in Periods.
        """
        longer: _Rolled = {}
        for (head, start, tail), (newest, whole) in rolled.items():
            delta = _without_zeros(whole)
            if delta:
                self._change(f"{head}|{period}|{start}|{tail}", delta, newest)
                if following is not None:
                    _merge(longer, (head, periods_of(start)[following], tail), newest, delta)
        return longer

    def _change(self, key: str, delta: Delta, newest: int) -> None:
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = len(self._keys)
            self._keys.append(key)
            self._numbers.extend(self._empty)
            self._newest.append(newest)
        elif self._newest[row] < newest:
            self._newest[row] = newest
        numbers, stride = self._numbers, self.layout.stride
        base = row * stride
        for position, amount in delta.items():
            if position < stride:
                numbers[base + position] += amount
            else:
                self._count(row, position, amount)
        self.changed[row] = None

    def _count(self, row: int, position: int, amount: int) -> None:
        histogram = self._histograms.setdefault(row, {})
        number = histogram.get(position, 0) + amount
        if number:
            histogram[position] = number
        else:
            del histogram[position]

    def _blocks_of(self, dimension: str) -> frozenset[int] | None:
        """Return the blocks of the indicators that declare a dimension; None when all do."""
        parts = [part for part in self.layout.parts if dimension in part.indicator.dimensions]
        if len(parts) == len(self.layout.parts):
            return None
        numbers = {number for part in parts for number in (part.numerator, part.denominator) if number is not None}
        return frozenset(numbers | {-1 - part.histogram for part in parts if part.histogram is not None})

    def _only(self, delta: Delta, blocks: frozenset[int]) -> Delta:
        """Return the part of a delta in these blocks: a position, or for the buckets of histogram n, -1 - n."""
        stride, layout = self.layout.stride, self.layout
        return {
            position: amount
            for position, amount in delta.items()
            if (position if position < stride else -1 - layout.bucket_at(position)[0]) in blocks
        }


_Rolled = dict[tuple[str, int, str], tuple[int, Delta]]
"""(head of the key, first day, tail of the key) -> (newest event, delta)."""


def _merge(rolled: _Rolled, key: tuple[str, int, str], newest: int, delta: Delta) -> None:
    there = rolled.get(key)
    if there is None:
        rolled[key] = (newest, dict(delta))
        return
    merged = there[1]
    for position, amount in delta.items():
        merged[position] = merged.get(position, 0) + amount
    if there[0] < newest:
        rolled[key] = (newest, merged)


def _without_zeros(delta: Delta) -> Delta:
    return {position: amount for position, amount in delta.items() if amount}
