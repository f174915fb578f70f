"""Records of our own topics that have a table of their own: cases, places, departments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from schemas.errors import InvalidEvent
from sinks.shaping.shape import Refusal, Shaped, newest, origin_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from schemas.codec import Decoder
    from sinks.layout import RecordTable
    from sinks.shaping.shape import Message, Record

_BLANK: Final[Mapping[str, Any]] = {"int": 0, "long": 0, "double": 0.0, "boolean": False, "array": [], "map": {}}


class RecordShaper:
    """Shapes records into one table for each record type.

    On a topic of `withdrawn` a message without a value takes the row of its key away; on one of `forgets` it is passed over,
    for what it takes away is withdrawn by another record (PublishedAnew); elsewhere it is refused. Tables are filled in the
    order in which they are given.
    """

    weight = 1.0

    def __init__(
        self,
        tables: Sequence[RecordTable],
        decoder: Decoder,
        withdrawn: Mapping[str, RecordTable] | None = None,
        forgets: Collection[str] = (),
    ) -> None:
        self._decode = decoder.decode
        self._by_record = {each.record.full_name: each for each in tables}
        self._withdrawn = {} if withdrawn is None else dict(withdrawn)
        self._forgets = frozenset(forgets)
        self.tables = tuple(each.table for each in tables)

    def shape(self, messages: Sequence[Message]) -> Shaped:
        """Return the records as columns."""
        shaped = Shaped()
        sorted_out: dict[str, tuple[list[Record], list[Message]]] = {}
        for message in newest(messages):
            if message.value is None and message.key is not None and message.topic in self._forgets:
                continue
            try:
                name, record = self._read(message)
            except InvalidEvent as reason:
                shaped.refused.append(Refusal(message, reason))
                continue
            if name not in sorted_out:
                sorted_out[name] = ([], [])
            records, origins = sorted_out[name]
            records.append(record)
            origins.append(message)
        for name, target in self._by_record.items():
            if name not in sorted_out:
                continue
            records, origins = sorted_out[name]
            own = [column.read(records) for column in target.columns]
            gone = [[origin.value is None for origin in origins]] if target.table.deleted else []
            shaped.add(target.table, [*own, *gone, *origin_columns(origins)])
        return shaped

    def _read(self, message: Message) -> tuple[str, Record]:
        target = self._withdrawn.get(message.topic)
        if message.value is None and message.key is not None and target is not None:
            return target.record.full_name, _blank(target, message.key)
        name, record = self._decode(message.value)
        if name not in self._by_record:
            raise InvalidEvent("unknown_event", f"{name} has no table")
        return name, record


def _blank(target: RecordTable, key: bytes) -> Record:
    """Return a row that says nothing but its key: it will not be seen."""
    try:
        code = key.decode()
    except UnicodeDecodeError:
        raise InvalidEvent("text", "the key is not text") from None
    blank: dict[str, Any] = {
        field.name: None if field.nullable else _BLANK.get(field.kind, "") for field in target.record.fields
    }
    return {**blank, target.table.order_by[0]: code}
