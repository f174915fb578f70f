"""From what a row shall say to bytes on their way: the ledger first, then the events. Two forms: real, and dry."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from schemas.domain import EVENT_VOIDED
from schemas.topics import IMPORT_LEDGER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from producers.importer.case_of import CaseKind
    from producers.importer.ledger import LedgerWriter
    from producers.importer.reconcile import Link, Outgoing
    from producers.preparation import Preparation
    from producers.sender import Delivery, Sender

LEDGER_CONFIRM_SECONDS = 130.0
VOID_REASON = "来源行改动 / the source row changed"


class RowOut(NamedTuple):
    """What a row sends: its key, its new history, and the events."""

    key: str
    links: Sequence[Link]
    outgoing: Sequence[Outgoing]


class Outbox(Protocol):
    """Where rows go."""

    def send(self, rows: Sequence[RowOut]) -> None:
        """Write the rows' histories, then send their events."""
        ...

    def complete(self, accepted: int) -> None:
        """Return when every event is confirmed and the import is marked complete."""
        ...


class Envelopes:
    """Encodes what a row sends."""

    def __init__(self, source: str, domain: str, preparation: Preparation, kinds: dict[str, CaseKind]) -> None:
        self._source = source
        self._domain = domain
        self._preparation = preparation
        self._kinds = kinds

    def encode(self, out: Outgoing) -> tuple[str, bytes]:
        """Return the topic and the bytes of one event; raises InvalidEvent."""
        link = out.link
        if out.event is not None:
            return self._preparation.topic(link.record), self._preparation.encode(link.record, out.event)
        void = {
            "event_id": link.event_id,
            "occurred_at": link.recorded_at,
            "recorded_at": link.recorded_at,
            "township": link.township,
            "village": None,
            "department": link.department,
            "source": self._source,
            "corrects": link.corrects,
            "case_type": self._kinds[link.record].case_type,
            # A fact is a case of one event, and is known by the event's id.
            "case_id": link.case_id or link.corrects,
            "reason": VOID_REASON,
        }
        return self._preparation.topic(EVENT_VOIDED, self._domain), self._preparation.encode(EVENT_VOIDED, void)


class KafkaOutbox:
    """Sends for real. `send` blocks until the ledger has the rows; events are confirmed at `complete`.

    Both raise DeliveryFailed. What was written to the ledger and not confirmed is sent again by the next import.
    """

    def __init__(
        self,
        *,
        sender: Sender,
        envelopes: Envelopes,
        ledger: LedgerWriter,
        now: int,
    ) -> None:
        self._sender = sender
        self._envelopes = envelopes
        self._ledger = ledger
        self._now = now
        self._partition_key = ledger.source.encode()

    def send(self, rows: Sequence[RowOut]) -> None:
        """Write the rows' histories to the ledger, wait until it has them, then hand their events over."""
        # All of it before the ledger is told: what cannot be encoded must not be promised.
        encoded = [(out.link, *self._envelopes.encode(out)) for row in rows for out in row.outgoing]
        written = [self._write(*self._ledger.row(row.key, row.links, self._now)) for row in rows]
        for delivery in written:
            delivery.result(LEDGER_CONFIRM_SECONDS)
        for link, topic, value in encoded:
            self._sender.send(topic, link.township.encode(), value, label=link.event_id)

    def complete(self, accepted: int) -> None:
        """Wait for every event, then mark the import complete in the ledger."""
        self._sender.flush(LEDGER_CONFIRM_SECONDS)
        self._write(*self._ledger.completed(accepted, self._now))
        self._sender.flush(LEDGER_CONFIRM_SECONDS)

    def _write(self, key: str, value: bytes) -> Delivery:
        return self._sender.send(IMPORT_LEDGER, key.encode(), value, label=key, partition_key=self._partition_key)


class DryOutbox:
    """Sends nothing, but encodes everything, so that a dry run meets what a real one would meet."""

    def __init__(self, envelopes: Envelopes) -> None:
        self._envelopes = envelopes

    def send(self, rows: Sequence[RowOut]) -> None:
        """Encode the events."""
        for row in rows:
            for out in row.outgoing:
                self._envelopes.encode(out)

    def complete(self, accepted: int) -> None:
        """There is nothing to wait for."""
