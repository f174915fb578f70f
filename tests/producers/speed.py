"""How quick the SDK is: `python tests/producers/speed.py [EVENTS]` against the running stack. Prints events per second."""

from __future__ import annotations

import random
import sys
import time
import uuid

from producers.event_producer import EventProducer
from schemas.settings import Settings


def main(events: int) -> None:
    rng = random.Random(1)
    now = time.time_ns() // 1_000_000
    made = []
    for number in range(events):
        township = f"33052100{rng.randint(1, 9)}"
        event = {
            "event_id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            "occurred_at": now - number * 1000,
            "township": township,
            "village": f"{township}201",
            "department": "12345热线",
            "corrects": None,
            "appeal_id": f"A{number}",
            "channel": "hotline",
            "category": "道路养护",
            "urgency": "normal",
            "summary": "村口路灯不亮已经三天，晚上出行不便，请尽快维修。",
            "resident": None,
            "due_at": now + 86_400_000,
            "longitude": None,
            "latitude": None,
        }
        made.append(event)
    with EventProducer(Settings(), source="speed") as producer:
        began, cpu = time.perf_counter(), time.process_time()
        for event in made:
            producer.send("AppealReported", event)
        producer.flush(120)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(f"{events:,} events confirmed: {events / seconds:,.0f}/s, {events / cpu:,.0f} a second of processor time")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60_000)
