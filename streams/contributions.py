"""What a case adds to the cells: from its state, by a function generated from the catalogue's indicators.

A cell holds numbers at positions. Positions 0 to `flow_count` - 1 are counted by the period of an anchor, the next
ones are stocks; beyond `stride` lie the buckets of quantiles. A case contributes only while an opening event is
effective. Every version of an indicator has numbers of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from schemas.catalogue.buckets import bucket_of
from schemas.catalogue.expression_python import PythonWriter, compile_function, helpers, variable

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.calendar import Calendar
    from schemas.catalogue.expression import Node
    from schemas.catalogue.model import CaseDefinition, Indicator
    from streams.folds import State

BUCKETS: Final = 1 << 14
"""More than there are buckets of 64-bit numbers on either side of zero."""

Items = Sequence[tuple[int, int]]
"""(position, amount) pairs."""


class Contribution(NamedTuple):
    """What a case adds. Two states that contribute the same have equal contributions.

    `village` is its number or None, `dimensions` the values of the case's dimensions in order. `flows` are (day,
    items) of each anchor; `boundaries` are (moment, position, amount): at these moments it enters a stock with what it
    amounts to, 1 unless the stock has a value, and leaves it with the opposite. `values` are (day, numerator, value): what
    it has of that of which different values are counted.
    """

    village: int | None
    dimensions: tuple[str, ...]
    flows: tuple[tuple[int, tuple[tuple[int, int], ...]], ...]
    boundaries: tuple[tuple[int, int, int], ...]
    values: tuple[tuple[int, int, str], ...]


NOTHING: Final = Contribution(None, (), (), (), ())


@dataclass(frozen=True, slots=True)
class Part:
    """Where the numbers of a version of an indicator stand in a cell.

    `histogram` is the number of its buckets' block. `quantity` is how much there is in a village of what covers it; it is never
    published. None: it has none.
    """

    indicator: Indicator
    numerator: int | None
    denominator: int | None
    histogram: int | None
    quantity: int | None


@dataclass(frozen=True)
class CellLayout:
    """The positions of a kind of case's cells. `dimensions` are all that its indicators declare."""

    case: str
    parts: tuple[Part, ...]
    flow_count: int
    stride: int
    dimensions: tuple[str, ...]
    values_from: int
    """From here on lie the quantities of different values (`distinct.py`), beyond every bucket."""

    def bucket_position(self, histogram: int, bucket: int) -> int:
        """Return the position of a bucket."""
        return self.stride + (histogram * 2 + 1) * BUCKETS + bucket

    def block(self, histogram: int) -> range:
        """Return the positions of a histogram's buckets."""
        start = self.stride + histogram * 2 * BUCKETS
        return range(start, start + 2 * BUCKETS)

    def bucket_at(self, position: int) -> tuple[int, int]:
        """Return (histogram, bucket) of a position beyond `stride`."""
        histogram, place = divmod(position - self.stride, 2 * BUCKETS)
        return histogram, place - BUCKETS


def cell_layout(case: CaseDefinition, indicators: Sequence[Indicator]) -> CellLayout:
    """Return where the numbers of these indicators stand, flows before stocks."""
    parts: dict[tuple[str, int], Part] = {}
    position = histograms = 0
    for indicator in sorted(indicators, key=lambda each: each.kind == "stock"):
        numerator = denominator = histogram = quantity = None
        if indicator.kind != "quantile":
            numerator, position = position, position + 1
        if indicator.kind in ("share", "mean", "quantile"):
            denominator, position = position, position + 1
        if indicator.kind == "quantile":
            histogram, histograms = histograms, histograms + 1
        if indicator.kind == "coverage":
            quantity, position = position, position + 1
        parts[indicator.id, indicator.version] = Part(indicator, numerator, denominator, histogram, quantity)
    stocks = sum(indicator.kind == "stock" for indicator in indicators)
    dimensions = tuple(dict.fromkeys(name for indicator in indicators for name in indicator.dimensions))
    return CellLayout(
        case.name,
        tuple(parts[indicator.id, indicator.version] for indicator in indicators),
        position - stocks,
        position,
        dimensions,
        position + histograms * 2 * BUCKETS,
    )


def compile_contribution(
    case: CaseDefinition, layout: CellLayout, calendar: Calendar
) -> Callable[[State], Contribution]:
    """Return the function State -> Contribution."""
    writer = _ContributionWriter(case, layout, calendar)
    return compile_function("state", writer.source(), writer.bound, f"contribute_{case.name}")


class _ContributionWriter:
    """Writes the function; the case's fields are `f_<name>`."""

    def __init__(self, case: CaseDefinition, layout: CellLayout, calendar: Calendar) -> None:
        self._case = case
        self._layout = layout
        self._writer = PythonWriter()
        self.bound: dict[str, Any] = {
            **helpers(calendar),
            "bucket_of": bucket_of,
            "contribution": partial(tuple.__new__, Contribution),
            "NOTHING": NOTHING,
        }

    def source(self) -> str:
        fields = "".join(f", {variable(field.name)}" for field in self._case.fields)
        lines = [
            f"f_event_count, newest, village, opened, offenders{fields} = state",
            "if not opened: return NOTHING",
            "flows = boundaries = values = ()",
        ]
        anchors = dict.fromkeys(
            part.indicator.anchor for part in self._layout.parts if part.indicator.anchor is not None
        )
        for anchor in anchors:
            lines += self._anchored(anchor)
        for part in self._layout.parts:
            if part.indicator.kind == "stock":
                lines += self._stock(part)
        dimensions = "".join(f"{variable(name)} or '', " for name in self._layout.dimensions)
        lines.append(f"return contribution((village, ({dimensions}), flows, boundaries, values))")
        return "\n".join(f"    {line}" for line in lines)

    def _anchored(self, anchor: str) -> list[str]:
        lines = [f"if {variable(anchor)} is not None:", "    items = []", f"    day = day_of({variable(anchor)})"]
        for part in self._layout.parts:
            if part.indicator.anchor == anchor:
                lines.append(f"    if {self._population(part.indicator)}:")
                lines += [f"        {line}" for line in self._items(part)]
        return [*lines, "    flows += ((day, tuple(items)),)"]

    def _items(self, part: Part) -> list[str]:
        indicator = part.indicator
        if indicator.kind == "count":
            return [f"items.append({(part.numerator, 1)})"]
        if indicator.kind == "share" and indicator.numerator is not None:
            return [
                f"items.append({(part.denominator, 1)})",
                f"if {self._writer.truth(indicator.numerator)}: items.append({(part.numerator, 1)})",
            ]
        if indicator.kind == "coverage" and indicator.value is None:
            return [f"items.append({(part.quantity, 1)})"]
        if indicator.counts is not None:
            counted = f"if value is not None: values += ((day, {part.numerator}, value),)"
            return [f"value = {self._writer.value(indicator.counts)}", counted]
        return self._measured(part, indicator.value, indicator.weight) if indicator.value is not None else []

    def _measured(self, part: Part, value: Node, weight: Node | None) -> list[str]:
        """A case without a value, or without a weight, has no part: it is not in the denominator either."""
        lines = [f"value = {self._writer.value(value)}", "if value is not None:"]
        if weight is not None:
            lines = [f"weight = {self._writer.value(weight)}", lines[0], "if value is not None and weight is not None:"]
        if part.denominator is not None:
            lines.append(f"    items.append(({part.denominator}, {1 if weight is None else 'weight'}))")
        if part.quantity is not None:
            lines.append(f"    items.append(({part.quantity}, value))")
        elif part.numerator is not None:
            lines.append(f"    items.append(({part.numerator}, {'value' if weight is None else 'value * weight'}))")
        if part.histogram is not None:
            zero = self._layout.bucket_position(part.histogram, 0)
            lines.append(f"    items.append(({zero} + bucket_of(value), 1))")
        return lines

    def _stock(self, part: Part) -> list[str]:
        enter, leave = variable(str(part.indicator.enter)), variable(str(part.indicator.leave))
        position, value = part.numerator, part.indicator.value
        is_in = (
            f"if {enter} is not None and ({leave} is None or {leave} > {enter}) and {self._population(part.indicator)}:"
        )
        if value is None:
            return [
                is_in,
                f"    boundaries += (({enter}, {position}, 1),)",
                f"    if {leave} is not None: boundaries += (({leave}, {position}, -1),)",
            ]
        return [
            is_in,
            f"    value = {self._writer.value(value)}",
            "    if value is not None:",
            f"        boundaries += (({enter}, {position}, value),)",
            f"        if {leave} is not None: boundaries += (({leave}, {position}, -value),)",
        ]

    def _population(self, indicator: Indicator) -> str:
        tests = [self._writer.truth(indicator.over)] if indicator.over is not None else []
        tests += [f"not {self._writer.truth(exclusion.when)}" for exclusion in indicator.exclude]
        return f"({' and '.join(tests)})"
