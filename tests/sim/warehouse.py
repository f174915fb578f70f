"""A ClickHouse made of dictionaries: insert tokens with a window, and tables that replace rows of one key by version.

A token may be taken and its rows not come, as when the server dies between the two.

What a query answers is what stands (FINAL). Storage engines that merge late differ from this only in queries that do
not say FINAL, and there are none (tests/sinks).
"""

from __future__ import annotations

from collections import defaultdict, deque
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.sim.truth import Violation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sinks.tables import Table
    from sinks.tokens import Place as KafkaPlace
    from tests.sim.log import Place

_GREATEST = 18_446_744_073_709_551_615
_FIRST_WINS = f"MATERIALIZED {_GREATEST} - kafka_offset"


class Row(NamedTuple):
    """A row that stands: its version, and its values in the order of `Table.written`."""

    version: int
    values: tuple[Any, ...]


class _Plan(NamedTuple):
    """Where in a block the columns of a table's key are, its version, and Kafka's offset."""

    key: tuple[int, ...]
    version: int
    first_wins: bool
    topic: int


class Warehouse:
    """The tables. `window` is how many inserts back a token is recognised."""

    def __init__(self, window: int) -> None:
        self.tables: dict[str, dict[tuple[Any, ...], Row]] = {}
        self.stored: dict[Place, set[int]] = {}
        """The offsets that were inserted, by the place they come from."""
        self.showing: dict[Place, dict[int, int]] = {}
        """How many rows of an offset stand."""
        self._inserted: set[tuple[str, str, int, int]] = set()
        """Where rows came from, by table."""
        self.newest_wins = True
        self._window = window
        self._tokens: dict[str, deque[str]] = {}
        self._plans: dict[str, _Plan] = {}

    def rows(self, table: Table) -> dict[tuple[Any, ...], Row]:
        """Return what a query of the table is answered from."""
        return self.tables.setdefault(table.name, {})

    def insert(self, table: Table, columns: Sequence[Sequence[Any]], token: str) -> None:
        """Insert a block; raises Violation when an older row would show again."""
        if not self.take(table, token):
            return
        plan = self._plan(table)
        rows = self.rows(table)
        for values in zip(*columns, strict=True):
            key = tuple([values[place] for place in plan.key])
            topic, partition, offset = values[plan.topic : plan.topic + 3]
            self.stored.setdefault((topic, partition), set()).add(offset)
            self._inserted.add((table.name, topic, partition, offset))
            showing = self.showing.setdefault((topic, partition), defaultdict(int))
            version = _GREATEST - offset if plan.first_wins else values[plan.version]
            there = rows.get(key)
            if there is None or version >= there.version or not self.newest_wins:
                if there is not None and _older(plan, values, there.values):
                    raise Violation(f"{table.name}: {key} goes back to the row of offset {offset}")
                if there is not None:
                    showing[there.values[plan.topic + 2]] -= 1
                showing[offset] += 1
                rows[key] = Row(version, values)

    def take(self, table: Table, token: str) -> bool:
        """Note a token, as ClickHouse does before the rows can be seen; returns whether it is new."""
        tokens = self._tokens.setdefault(table.name, deque(maxlen=self._window))
        if token in tokens:
            return False
        tokens.append(token)
        return True

    def has(self, table: Table, places: Sequence[KafkaPlace]) -> bool:
        """Whether a row from each of these places was inserted."""
        return all((table.name, *place) in self._inserted for place in places)

    def first(self, table: Table, case_id: str, event_id: str) -> float:
        """Return the offset of the row that stands for an event; infinity when there is none."""
        names = [column.name for column in table.written]
        case, event, offset = (names.index(name) for name in ("case_id", "event_id", "kafka_offset"))
        values = (row.values for row in self.rows(table).values())
        return min(
            (each[offset] for each in values if (each[case], str(each[event])) == (case_id, event_id)), default=inf
        )

    def _plan(self, table: Table) -> _Plan:
        plan = self._plans.get(table.name)
        if plan is None:
            names = [column.name for column in table.written]
            first_wins = table.version not in names
            if first_wins:
                extra = next(column.extra for column in table.columns if column.name == table.version)
                assert extra == _FIRST_WINS, "the version of events is worked out as this model does it"
            plan = self._plans[table.name] = _Plan(
                tuple(names.index(name) for name in table.order_by),
                0 if first_wins else names.index(table.version),
                first_wins,
                names.index("kafka_topic"),
            )
        return plan


def _older(plan: _Plan, values: Sequence[Any], there: Sequence[Any]) -> bool:
    """Whether a row says something older than the one it replaces; of events the first is the true one."""
    topic, partition, offset = values[plan.topic : plan.topic + 3]
    if (topic, partition) != (there[plan.topic], there[plan.topic + 1]):
        return False
    before = there[plan.topic + 2]
    return bool(offset > before if plan.first_wins else offset < before)
