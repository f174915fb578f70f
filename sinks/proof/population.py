"""What an indicator asks of a case, in SQL over the columns of `cases`: is it in, why not, when, and how much it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.catalogue.case_columns import OPENINGS
from schemas.catalogue.expression_sql import SqlWriter
from sinks.proof.cases_sql import CASES

if TYPE_CHECKING:
    from schemas.catalogue.expression_tree import Node
    from schemas.catalogue.model import Indicator


class Population:
    """One indicator's definition as SQL. Every name is qualified with `cases`, so that no alias can be mistaken for it."""

    def __init__(self, indicator: Indicator, timezone: str) -> None:
        self.indicator = indicator
        self._timezone = timezone
        self._writer = SqlWriter(timezone, CASES)

    @property
    def opened(self) -> str:
        """Return SQL that is true where an opening event takes part."""
        return f"{CASES}.{OPENINGS} > 0"

    @property
    def over(self) -> str:
        """Return SQL of the condition `over`; null is not true."""
        return "true" if self.indicator.over is None else self._writer.value(self.indicator.over)

    @property
    def excluded(self) -> tuple[str, ...]:
        """Return SQL of each reason to take a case out, never null."""
        return tuple(self._true(each.when) for each in self.indicator.exclude)

    @property
    def conditions(self) -> list[str]:
        """Return the conditions of being in the population, one after the other."""
        return [self.opened, self.over, *(f"NOT {each}" for each in self.excluded)]

    @property
    def anchor(self) -> str:
        """Return SQL of the time that decides the period."""
        return self.field(str(self.indicator.anchor))

    @property
    def day(self) -> str:
        """Return SQL of the day of the anchor in the county's time zone."""
        return self.day_of(self.anchor)

    @property
    def enter(self) -> str:
        """Return SQL of the time at which a case enters a stock."""
        return self.field(str(self.indicator.enter))

    @property
    def leave(self) -> str:
        """Return SQL of the time at which a case leaves a stock."""
        return self.field(str(self.indicator.leave))

    @property
    def stays(self) -> list[str]:
        """Return the conditions of ever being in a stock: it enters, and leaves later or never."""
        return [f"{self.enter} IS NOT NULL", f"({self.leave} IS NULL OR {self.leave} > {self.enter})"]

    @property
    def holds(self) -> str:
        """Return SQL of a share's numerator: 1 where its condition is true, else 0."""
        return "0" if self.indicator.numerator is None else f"toInt64({self._true(self.indicator.numerator)})"

    @property
    def value(self) -> str:
        """Return SQL of the value as a whole number (a decimal: of 10^-scale); null where there is none."""
        return self._whole(self.indicator.value)

    @property
    def weight(self) -> str:
        """Return SQL of the weight."""
        return self._whole(self.indicator.weight)

    @property
    def counted(self) -> str:
        """Return SQL of the text of which different values are counted; null where there is none."""
        if self.indicator.counts is None:
            raise ValueError(f"{self.indicator.id} counts no different values")
        return self._writer.value(self.indicator.counts)

    def field(self, name: str) -> str:
        """Return a field of the case."""
        return f"{CASES}.{name}"

    def dimension(self, name: str) -> str:
        """Return SQL of a dimension's value, empty where there is none."""
        return f"ifNull({self.field(name)}, '')"

    def day_of(self, moment: str) -> str:
        """Return SQL of the day on which a moment lies."""
        return f"toDate32({moment}, '{self._timezone}')"

    def names(self) -> frozenset[str]:
        """Return every field of the case that the definition reads."""
        indicator = self.indicator
        nodes = [indicator.over, indicator.numerator, indicator.value, indicator.weight, indicator.counts]
        nodes += [each.when for each in indicator.exclude]
        times = (indicator.anchor, indicator.enter, indicator.leave)
        read = frozenset[str]().union(*(node.names() for node in nodes if node is not None))
        return read | {name for name in times if name} | set(indicator.dimensions)

    def _true(self, node: Node) -> str:
        written = self._writer.value(node)
        return f"ifNull({written}, false)" if node.nullable else written

    def _whole(self, node: Node | None) -> str:
        if node is None:
            raise ValueError(f"{self.indicator.id} measures nothing of a case")
        return f"toInt64({self._writer.whole(node)})"
