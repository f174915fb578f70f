"""What is done to every event before it may leave: completed, protected, checked, encoded. Pure after `prepare`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.codec import Encoder
from schemas.decimals import exact_decimals
from schemas.domain import EVENT_VOIDED, all_records
from schemas.errors import InvalidEvent
from schemas.privacy import Protection
from schemas.rules import Limits, compile_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from schemas.codec import Registers
    from schemas.domain import Domain, EventSchema
    from schemas.settings import Settings

Event = dict[str, Any]


class Preparation:
    """The records of the domains (and of the line itself), ready to be protected, checked and encoded.

    `registry` is the real one or a MemoryRegistry. Times are ms since the epoch.
    """

    def __init__(self, settings: Settings, domains: Mapping[str, Domain], registry: Registers) -> None:
        self.records: Mapping[str, EventSchema] = all_records(domains)
        self._topics = {name: domain.topic for domain in domains.values() for name in domain.events}
        self._domain_topics = {name: domain.topic for name, domain in domains.items()}
        self._key = settings.pseudonym_key.get_secret_value().encode()
        self._limits = Limits.of(settings)
        self._encoder = Encoder(registry, (record.schema for record in self.records.values()))
        self._protections: dict[str, Protection] = {}
        self._rules: dict[str, Callable[[Mapping[str, Any], int], None]] = {}
        self._decimals = {
            name: exact for name, record in self.records.items() if (exact := exact_decimals(record.schema)) is not None
        }
        self._names = self._short_names()

    def prepare(self, full_names: Iterable[str]) -> None:
        """Register these records or look their ids up. Blocks; raises Unavailable, Refused, KeyError."""
        names = list(full_names)
        self._encoder.prepare(names)
        for name in names:
            record = self.records[name]
            self._protections[name] = Protection(record.schema, self._key)
            self._rules[name] = compile_rules(record, self._limits)

    def full_name(self, name: str) -> str:
        """Return the full name of a record; raises InvalidEvent when there is none, or a short name has several."""
        found = self._names.get(name)
        if found is None:
            raise InvalidEvent("unknown_event", f"there is no record {name[:200]}, or several; use its full name")
        return found

    def topic(self, full_name: str, domain: str | None = None) -> str:
        """Return the topic an event stands on; `domain` is needed for a void where there are several domains."""
        if full_name != EVENT_VOIDED:
            topic = self._topics.get(full_name)
        elif domain is None and len(self._domain_topics) == 1:
            (topic,) = self._domain_topics.values()
        else:
            topic = self._domain_topics.get(domain or "")
        if topic is None:
            raise InvalidEvent("unknown_event", f"{full_name} stands on no topic; a void needs its domain named")
        return topic

    def protect(self, full_name: str, event: Mapping[str, Any]) -> tuple[Event, tuple[str, ...]]:
        """Return the event masked and with pseudonyms, and the kinds of numbers found in its text.

        Its decimals are made exact as well; raises InvalidEvent when one has more digits than its type.
        """
        exact = self._decimals.get(full_name)
        return self._protections[full_name].apply(event if exact is None else exact(event))

    def check(self, full_name: str, event: Mapping[str, Any], now: int) -> None:
        """Raise InvalidEvent for the first rule that the event breaks."""
        self._rules[full_name](event, now)

    def encode(self, full_name: str, event: Mapping[str, Any]) -> bytes:
        """Return the framed bytes; raises InvalidEvent for a field missing, unknown or of the wrong type."""
        return self._encoder.encode(full_name, event)

    def _short_names(self) -> dict[str, str]:
        names = {full: full for full in self.records}
        short: dict[str, list[str]] = {}
        for full, record in self.records.items():
            short.setdefault(record.name, []).append(full)
        return {**{name: full[0] for name, full in short.items() if len(full) == 1}, **names}
