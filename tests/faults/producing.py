"""The client of a department, in a process of its own that can be killed: `python -m tests.faults.producing FOLDER SEED`.

It sends the stream with the product's `EventProducer` as far as it is told to on standard input (numbers, one a line),
and keeps the ledger. Started again, it first sends every second event of those that were never confirmed again, under
the ids they had, as the SDK asks for; the others stay as they are: perhaps sent, perhaps not.
"""

from __future__ import annotations

import os
import select
import sys
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from producers.event_producer import DeliveryFailed, EventProducer
from schemas.settings import Settings
from tests.faults import county
from tests.faults.ledger import Ledger

if TYPE_CHECKING:
    from producers.event_producer import Delivery

STRETCH = 50
"""Events written down as attempted at once."""
MOST_WAITING = 5_000


class Client:
    """Sends events of one stream and writes down what Kafka confirms."""

    def __init__(self, producer: EventProducer, ledger: Ledger, events_per_second: float) -> None:
        self._producer = producer
        self._ledger = ledger
        self._waiting: deque[tuple[int, Delivery]] = deque()
        self._seconds_each = 1 / events_per_second if events_per_second else 0.0
        self._due = time.monotonic()

    def send(self, number: int) -> None:
        """Hand one event over."""
        record, fields = county.event(self._ledger.seed, number)
        domain = "appeals" if record == "EventVoided" else None
        self._waiting.append((number, self._producer.send(record, fields, domain=domain)))

    def pace(self, events: int) -> None:
        """Keep to the rate; what a pause held up is not made up for."""
        now = time.monotonic()
        self._due = max(self._due + events * self._seconds_each, now - 1.0)
        if self._due > now:
            time.sleep(self._due - now)

    def reap(self, most_waiting: int) -> None:
        """Write down what is confirmed, waiting while more than `most_waiting` are under way; send again what failed."""
        confirmed: list[int] = []
        failed: list[int] = []
        while self._waiting and (self._waiting[0][1].done or len(self._waiting) > most_waiting):
            number, delivery = self._waiting.popleft()
            with suppress(DeliveryFailed):
                delivery.result(180)
            (confirmed if delivery.confirmed else failed).append(number)
        self._ledger.confirm(confirmed)
        for number in failed:
            self.send(number)


def main(folder: Path, seed: int, events_per_second: float) -> None:
    ledger = Ledger(folder, seed)
    begin = ledger.attempted()
    unconfirmed = sorted(set(range(begin)) - ledger.confirmed())
    with EventProducer(Settings(), source="faults") as producer:
        client = Client(producer, ledger, events_per_second)
        for number in unconfirmed:
            if number % 2 == 0:
                client.send(number)
        end = 0
        while True:
            if select.select([0], [], [], 0.01 if begin >= end else 0)[0]:
                told = os.read(0, 65_536)
                if not told:
                    break
                end = max(end, *map(int, told.split()))
            if begin >= end:
                client.reap(MOST_WAITING)
                continue
            behind = min(begin + STRETCH, end)
            ledger.attempt(begin, behind)
            for number in range(begin, behind):
                client.send(number)
            client.pace(behind - begin)
            client.reap(MOST_WAITING)
            begin = behind
        client.reap(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
