"""Dead letters: what was refused, where and why. The refused bytes may hold personal data and stay in Kafka."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from schemas.errors import InvalidEvent
from sinks.columns import moments
from sinks.shaping.shape import Shaped, origin_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.codec import Decoder
    from sinks.columns import Values
    from sinks.shaping.shape import Message
    from sinks.tables import Table

_TOWNSHIP: Final = re.compile(rb"[0-9]{9}")
_RECORD_TIME, _DEAD_AT = 9, 10


class DeadLetterShaper:
    """Shapes dead letters. One that cannot be read becomes a row about itself: it must not be a dead letter again."""

    weight = 1.0

    def __init__(self, table: Table, decoder: Decoder) -> None:
        self._table = table
        self._decode = decoder.decode
        self.tables = (table,)

    def shape(self, messages: Sequence[Message]) -> Shaped:
        """Return one row for each dead letter; refuses none."""
        shaped = Shaped()
        if messages:
            columns: list[Values] = [list(column) for column in zip(*map(self._row, messages), strict=True)]
            columns[_RECORD_TIME] = moments(columns[_RECORD_TIME])
            columns[_DEAD_AT] = moments(columns[_DEAD_AT])
            shaped.add(self._table, [*columns, *origin_columns(messages)])
        return shaped

    def _row(self, message: Message) -> tuple[Any, ...]:
        try:
            name, letter = self._decode(message.value)
            if name != "xiangmai.system.DeadLetter":
                raise InvalidEvent("unknown_event", f"{name} is no dead letter")  # noqa: TRY301
        except InvalidEvent as reason:
            return _unreadable(message, reason)
        return (
            letter["topic"],
            letter["partition"],
            letter["offset"],
            letter["stage"],
            letter["reason"],
            letter["detail"],
            letter["event_id"],
            _township(letter["key"]),
            _size(letter["value"]),
            letter["record_timestamp"],
            letter["dead_at"],
        )


def _unreadable(message: Message, reason: InvalidEvent) -> tuple[Any, ...]:
    place = (message.topic, message.partition, message.offset, "sink")
    township, size = _township(message.key), _size(message.value)
    return (*place, reason.reason, reason.detail, None, township, size, message.timestamp, message.timestamp)


def _township(key: bytes | None) -> str:
    """Return the key where it is a township code: another key may be anything, also somebody's name."""
    return key.decode() if key is not None and _TOWNSHIP.fullmatch(key) else ""


def _size(value: bytes | None) -> int | None:
    return None if value is None else len(value)
