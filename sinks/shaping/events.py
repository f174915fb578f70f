"""Events of every domain to the domains' tables, held to the same rules as in the worker.

What the worker refuses for what it is (its bytes, its key, its values) must not stand in the warehouse either, or the
two could never be proved equal. Both decide by the same pure functions of the record, so both refuse the same records.
The worker writes the dead letter; the sink only counts, so that one bad record gives one dead letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.errors import InvalidEvent
from schemas.rules import compile_rules
from sinks.shaping.shape import ORIGIN, Refusal, Shaped, origin_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from schemas.codec import Decoder
    from schemas.rules import Limits
    from sinks.layout import EventShape, EventTable
    from sinks.shaping.shape import Message, Reader, Record
    from sinks.tables import Table


class EventShaper:
    """Shapes the events of all domains' topics."""

    weight = 1.0

    def __init__(self, tables: Sequence[EventTable], decoder: Decoder, limits: Limits) -> None:
        self._decode = decoder.decode
        self.tables = tuple(each.table for each in tables)
        self._plans = {
            (each.topic, name): _Plan.of(each.table, shape, limits)
            for each in tables
            for name, shape in each.shapes.items()
        }

    def shape(self, messages: Sequence[Message]) -> Shaped:
        """Return the events as columns, record type by record type."""
        shaped = Shaped()
        decode, plans = self._decode, self._plans
        sorted_out: dict[tuple[str, str], tuple[list[Record], list[Message]]] = {}
        for message in messages:
            try:
                if message.key is None:
                    raise InvalidEvent("null", "the message has no key")  # noqa: TRY301
                name, event = decode(message.value)
                kind = (message.topic, name)
                plan = plans.get(kind)
                if plan is None:
                    raise InvalidEvent("unknown_event", f"{name} has no place on {message.topic}")  # noqa: TRY301
                plan.check(event, message.timestamp)
                if message.key != event["township"].encode():
                    raise InvalidEvent("key_mismatch", "the key is not the event's township")  # noqa: TRY301
                if plan.case_types is not None and event["case_type"] not in plan.case_types:
                    raise InvalidEvent("rule:case_type", f"{message.topic} has no cases of this type")  # noqa: TRY301
            except InvalidEvent as reason:
                shaped.refused.append(Refusal(message, reason))
                continue
            if kind not in sorted_out:
                sorted_out[kind] = ([], [])
            events, origins = sorted_out[kind]
            events.append(event)
            origins.append(message)
        for kind, (events, origins) in sorted_out.items():
            plans[kind].fill(shaped, events, origins)
        return shaped


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one record type fills the domain's table: a reader for each of its columns.

    `case_types` are those it may name, where it is the record itself that names one.
    """

    table: Table
    check: Callable[[Mapping[str, Any], int], None]
    case_types: frozenset[str] | None
    readers: tuple[Reader, ...]

    @classmethod
    def of(cls, table: Table, shape: EventShape, limits: Limits) -> _Plan:
        readers: dict[str, Reader] = {
            **{found.column.name: found.read for found in shape.envelope},
            **{name: found.read for name, found in shape.columns.items()},
            "event": _constant(shape.record.name),
            "case_type": _field("case_type") if shape.case_types is not None else _constant(shape.case_type),
            "case_id": _field(shape.id_field),
        }
        own = table.written[: -len(ORIGIN)]
        return cls(
            table,
            compile_rules(shape.record, limits),
            shape.case_types,
            tuple(readers.get(column.name, _constant(_missing(column.type))) for column in own),
        )

    def fill(self, shaped: Shaped, events: Sequence[Record], origins: Sequence[Message]) -> None:
        own = [read(events) for read in self.readers]
        shaped.add(self.table, [*own, *origin_columns(origins)])


def _missing(type_: str) -> Any:
    """Return what a column holds where a record has no such field: NULL, or of what cannot be NULL the empty one."""
    return [] if type_.startswith("Array") else {} if type_.startswith("Map") else None


def _constant(value: Any) -> Reader:
    return lambda events: [value] * len(events)


def _field(name: str) -> Reader:
    return lambda events: [event[name] for event in events]
