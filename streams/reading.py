"""Records of a topic to events that are ready to be merged into their cases: the quick way where it can, else the long way.

The quick way (streams/quick/reading.pyx) answers for plain events alone. The long way judges the others and has the words for what is
wrong; for an event that both take, both give the same (`tests/streams/core/test_quick.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from schemas.errors import InvalidEvent
from streams.packing import MOST_SECONDS, VOID_INDEX
from streams.quick.form import form_of, quick_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.rules import Limits
    from streams.engine import CasePlan, Decodes, EventPlan
    from streams.packing import Fresh
    from streams.records import Record

Read = tuple["CasePlan", bytes, "Fresh"]
"""The kind of case, the case's key, and the event packed."""

_SECOND_MS: Final = 1000
_ID_AT: Final = slice(1, 5)
_INDEX_AT: Final = 2


class TopicReader:
    """Reads the records of one topic.

    `quick` is a function (value, key, Kafka's ms, arrived seconds, offset) that reads a plain event, and gives None for any other.
    """

    def __init__(
        self,
        topic: str,
        plans: Mapping[str, EventPlan],
        cases: Mapping[str, CasePlan],
        decoder: Decodes,
        limits: Limits,
    ) -> None:
        self._topic = topic
        self._plans = plans
        self._cases = cases
        self._decoder = decoder
        self._limits = limits
        self._forms = quick_reader()
        self.quick: Callable[[bytes | None, bytes | None, int, int, int], Read | None] = self._forms.read

    def read(self, record: Record, arrived: int) -> Read:
        """Return what a record says, which came at `arrived` (ms). Raises InvalidEvent, with the event's id where it has one."""
        found = self.quick(record.value, record.key, record.timestamp, arrived // _SECOND_MS, record.offset)
        return self.examined(record, arrived) if found is None else found

    def examined(self, record: Record, arrived: int) -> Read:
        """Do what `read` does, the long way."""
        if record.key is None:
            raise InvalidEvent("null", "the message has no key")
        name, event = self._decoder.decode(record.value)
        try:
            plan = self._plans.get(name)
            if plan is None:
                raise InvalidEvent("unknown_event", f"{name} does not belong on {self._topic}")  # noqa: TRY301 - see below
            found = self._packed(plan, event, record, arrived)
        except InvalidEvent as refused:
            refused.event_id = str(event.get("event_id"))
            raise
        if record.value is not None:
            self._learn(int.from_bytes(record.value[_ID_AT], "big"), plan)
        return found

    def _packed(self, plan: EventPlan, event: Mapping[str, Any], record: Record, arrived: int) -> Read:
        plan.check(event, record.timestamp)
        township: str = event["township"]
        if record.key != township.encode():
            raise InvalidEvent("key_mismatch", f"the key is not the event's township {township}", "township")
        case = plan.case
        if case is None:
            case = self._case_of_void(str(event["case_type"]))
            if case is None:
                raise InvalidEvent("rule:case_type", f"{self._topic} has no cases of this type", "case_type")
        # A producer may claim any time for its record; what is kept of it is only for people.
        recorded = min(record.timestamp // _SECOND_MS, MOST_SECONDS)
        fresh = plan.pack(event, recorded, arrived // _SECOND_MS, record.offset)
        return case, f"{case.name}|{township}|{event[plan.id_field]}".encode(), fresh

    def _case_of_void(self, case_type: str) -> CasePlan | None:
        """Return the kind of case a void on this topic names; None when the topic has no such cases."""
        plan = self._cases.get(case_type)
        return plan if plan is not None and plan.topic == self._topic else None

    def _learn(self, schema_id: int, plan: EventPlan) -> None:
        """Read the next events of a schema the quick way, if there is one."""
        if not self._forms.knows(schema_id):
            written = self._decoder.written(schema_id)
            self._forms.put(schema_id, None if written is None else form_of(written, plan, self._limits))


def is_void(event: Fresh) -> bool:
    """Say whether an event only takes another one out."""
    return event.packed[_INDEX_AT] == VOID_INDEX
