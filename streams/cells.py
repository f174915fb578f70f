"""The cells of one kind of case: numbers by place, period and dimension, changed by adding deltas.

Deltas are gathered at the finest grain (village, day, dimension values), then rolled up: villages into the township,
days into months, quarters and years. What cancels on the way is never written, so only cells whose numbers changed
count as changed. Whether a village is covered and how many different values there are is no sum; `coverage.py` and
`distinct.py` say how they are counted.

`newest_event_at` of a cell is a maximum, which cannot be taken back: it is the newest occurred_at of a case at the
time the case changed the cell. After a rebuild it is that of the cases now in it: it differs only where events were
voided or moved away, or where newer events changed no number.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

from schemas.calendar import periods_of
from streams.avro_bytes import Remembered
from streams.coverage import Coverage, wrapped
from streams.distinct import Distinct

if TYPE_CHECKING:
    from streams.contributions import CellLayout, Items

PERIODS: Final = ("day", "month", "quarter", "year", "now")
DAY, MONTH, QUARTER, YEAR, NOW = range(len(PERIODS))

NOW_DAY: Final = -(1 << 40)
"""The day of what counts for the period `now`."""


_MOST_HEADS: Final = 100_000

ALL: Final = "|"
"""The tail of a cell that is not broken down."""

CellKey = tuple[str, int, str]
"""(head, first day of the period, tail)."""

Delta = dict[int, int]
"""Position -> amount."""

Grain = tuple[str, int | None, int, tuple[str, ...]]
"""(township, village, day or NOW_DAY, dimension values)."""

Rolled = dict[CellKey, tuple[int, Delta]]
"""Cell -> (newest event, delta)."""


class Change:
    """What is gathered at one grain, and the newest occurred_at of the cases it comes from."""

    __slots__ = ("delta", "newest")

    def __init__(self, newest: int) -> None:
        self.delta: Delta = {}
        self.newest = newest


class Deltas:
    """Changes gathered at the finest grain."""

    def __init__(self) -> None:
        self.changes: dict[Grain, Change] = {}

    def add(self, grain: Grain, items: Items, sign: int, newest: int) -> None:
        """Add a case's items, or with sign -1 take them out; `newest` is the case's newest occurred_at."""
        change = self.changes.get(grain)
        if change is None:
            change = self.changes[grain] = Change(newest)
        elif change.newest < newest:
            change.newest = newest
        delta = change.delta
        for position, amount in items:
            delta[position] = delta.get(position, 0) + sign * amount


class Cells:
    """The store. A cell is a row of one flat array, so that Python's cyclic collector has nothing to walk.

    A cell's key is (head, first day, tail) within its period: `township|case|level|place` and `dimension|value`.
    `changed` holds, for each period in PERIODS, the rows that changed since it was last cleared.
    """

    def __init__(self, layout: CellLayout) -> None:
        self.layout = layout
        self.changed: list[dict[CellKey, int]] = [{} for _ in PERIODS]
        self.numbers = array("q")
        self.newest = array("q")
        self.histograms: dict[int, dict[int, int]] = {}
        self._rows: list[dict[CellKey, int]] = [{} for _ in PERIODS]
        self._empty = array("q", bytes(8 * layout.stride))
        self._coverage = Coverage(layout)
        self._quantities = self._coverage.quantities
        self.distinct = Distinct(layout)
        self._sums_only = not self._quantities and not self.distinct
        self._stocks = frozenset(range(layout.flow_count, layout.stride))
        self._declared = [None, *(self._blocks_of(dimension) for dimension in layout.dimensions)]
        # Of one place, and of one value, all cells have the same text in their keys.
        self._heads = Remembered(self._head, most=_MOST_HEADS)
        self._tails = Remembered(self._tails_of)

    def __len__(self) -> int:
        return len(self.newest)

    def change_all(self) -> None:
        """Count every cell as changed, so that it is published again."""
        self.changed = [dict(rows) for rows in self._rows]

    def clear_changed(self) -> None:
        """Count every cell as published."""
        self.changed = [{} for _ in PERIODS]

    def apply(self, deltas: Deltas) -> None:
        """Take the gathered changes in, at every place, period and dimension."""
        months = self._apply_days(self._places(deltas))
        quarters = self._apply_periods(months, MONTH, 1)
        years = self._apply_periods(quarters, QUARTER, 2)
        self._apply_periods(years, YEAR, None)

    def _places(self, deltas: Deltas) -> Rolled:
        """Roll villages up into townships, and dimension values into all."""
        rolled: Rolled = {}
        for (township, village, day, values), change in deltas.changes.items():
            delta, newest = _without_zeros(change.delta), change.newest
            if not delta and day != NOW_DAY:
                continue
            tails = [
                (tail, delta if blocks is None else self._only(delta, blocks))
                for tail, blocks in zip(self._tails[values], self._declared, strict=True)
            ]
            if village is not None:
                head = self._heads[township, village]
                for tail, part in tails:
                    _merge(rolled, (head, day, tail), newest, part)
            if self._quantities and not self._quantities.isdisjoint(delta):
                tails = [(tail, added) for tail, part in tails if (added := self._coverage.without(part))]
            head = self._heads[township, None]
            for tail, part in tails:
                _merge(rolled, (head, day, tail), newest, part)
        return rolled

    def _head(self, place: tuple[str, int | None]) -> str:
        township, village = place
        if village is None:
            return f"{township}|{self.layout.case}|township|{township}"
        return f"{township}|{self.layout.case}|village|{township}{village:03d}"

    def _tails_of(self, values: tuple[str, ...]) -> list[str]:
        return [ALL, *(f"{name}|{value}" for name, value in zip(self.layout.dimensions, values, strict=True))]

    def _apply_days(self, rolled: Rolled) -> Rolled:
        """Change the cells of days and of now; return the flows rolled up into months."""
        months: Rolled = {}
        townships: Rolled = {}
        stocks, sums_only = self._stocks, self._sums_only
        for key, (newest, whole) in rolled.items():
            delta = _without_zeros(whole)
            head, day, tail = key
            if day == NOW_DAY:
                # Where everything that came has left again, there is a stock, and it is zero: not the same as no data.
                now = (head, 0, tail)
                if delta or now not in self._rows[NOW]:
                    self._change(NOW, now, delta, newest)
            elif delta:
                if sums_only:
                    self._change(DAY, key, delta, newest)
                else:
                    self._judge(DAY, key, delta, newest, townships)
                if not stocks.isdisjoint(delta):
                    delta = {position: amount for position, amount in delta.items() if position not in stocks}
                if delta:
                    _merge(months, (head, periods_of(day)[0], tail), newest, delta)
        self._count_villages(DAY, townships)
        return months

    def _apply_periods(self, rolled: Rolled, period: int, following: int | None) -> Rolled:
        """Change the cells of one period; return them rolled up into the next longer one, named by its place in Periods."""
        longer: Rolled = {}
        townships: Rolled = {}
        sums_only = self._sums_only
        for key, (newest, whole) in rolled.items():
            delta = _without_zeros(whole)
            if delta:
                if sums_only:
                    self._change(period, key, delta, newest)
                else:
                    self._judge(period, key, delta, newest, townships)
                if following is not None:
                    head, start, tail = key
                    _merge(longer, (head, periods_of(start)[following], tail), newest, delta)
        self._count_villages(period, townships)
        return longer

    def _judge(self, period: int, key: CellKey, delta: Delta, newest: int, townships: Rolled) -> None:
        """Change a cell that may have quantities; what the township of a village must count goes to `townships`.

        A quantity that stays on its side of the line changes nothing that is published.
        """
        row, quantities, values_from = self._rows[period].get(key), self._quantities, self.distinct.positions_from
        covers = not quantities.isdisjoint(delta)
        moved: Delta = {}
        if covers:
            moved = self._coverage.crossings(delta, self.numbers, None if row is None else row * self.layout.stride)
        found = self.distinct.crossings(delta, row) if self.distinct else {}
        unseen = (
            row is not None
            and key not in self.changed[period]
            and not moved
            and not any(found.values())
            and all(position in quantities or position >= values_from for position in delta)
        )
        self._change(period, key, {**delta, **moved, **found}, newest)
        if unseen:
            del self.changed[period][key]
        if covers:
            self._cover(period, key, moved, newest, townships)

    def _cover(self, period: int, key: CellKey, moved: Delta, newest: int, townships: Rolled) -> None:
        """Pass on which villages came to be covered, or ceased to be."""
        head, start, tail = key
        township = (self._coverage.township_of(head), start, tail)
        if moved or township not in self._rows[period]:
            _merge(townships, township, newest, moved)

    def _count_villages(self, period: int, townships: Rolled) -> None:
        """Count the villages that came to be covered, or ceased to be, in their townships' cells.

        A township of which none is covered has a cell as well: zero is not the same as no data.
        """
        for key, (newest, whole) in townships.items():
            delta = _without_zeros(whole)
            if delta or key not in self._rows[period]:
                self._change(period, key, delta, newest)

    def _change(self, period: int, key: CellKey, delta: Delta, newest: int) -> None:
        rows = self._rows[period]
        row = rows.get(key)
        if row is None:
            row = rows[key] = len(self.newest)
            self.numbers.extend(self._empty)
            self.newest.append(newest)
        elif self.newest[row] < newest:
            self.newest[row] = newest
        numbers, stride, values_from = self.numbers, self.layout.stride, self.layout.values_from
        base, histogram = row * stride, None
        for position, amount in delta.items():
            if position < stride:
                try:
                    numbers[base + position] += amount
                except OverflowError:
                    numbers[base + position] = wrapped(numbers[base + position] + amount)
            elif position < values_from:
                if histogram is None:
                    histogram = self.histograms.setdefault(row, {})
                number = histogram.get(position, 0) + amount
                if number:
                    histogram[position] = number
                else:
                    del histogram[position]
            else:
                self.distinct.add(row, position, amount)
        self.changed[period][key] = row

    def _blocks_of(self, dimension: str) -> frozenset[int] | None:
        """Return the blocks of the indicators that declare a dimension; None when all do."""
        parts = [part for part in self.layout.parts if dimension in part.indicator.dimensions]
        if len(parts) == len(self.layout.parts):
            return None
        positions = ((part.numerator, part.denominator, part.quantity) for part in parts)
        numbers = {number for part in positions for number in part if number is not None}
        return frozenset(numbers | {-1 - part.histogram for part in parts if part.histogram is not None})

    def _only(self, delta: Delta, blocks: frozenset[int]) -> Delta:
        """Return the part of a delta in these blocks: a position, or for the buckets of histogram n, -1 - n."""
        stride, layout = self.layout.stride, self.layout
        return {
            position: amount
            for position, amount in delta.items()
            if (position if position < stride else -1 - layout.bucket_at(position)[0]) in blocks
        }


def _merge(rolled: Rolled, key: CellKey, newest: int, delta: Delta) -> None:
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
    if 0 in delta.values():  # seldom; looking first is much cheaper than always copying
        return {position: amount for position, amount in delta.items() if amount}
    return delta
