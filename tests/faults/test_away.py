"""What the line needs is away while events flow: it waits in bounded memory, and goes on without a hand."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest
from kafka import KafkaProducer

from deploy.local.supervise import Supervisor
from schemas.codec import Encoder
from schemas.domain import load_domains
from schemas.registry import SchemaRegistry
from schemas.settings import Settings
from tests.faults import county, stored
from tests.faults.ledger import Ledger
from tests.faults.looking import Log, Peak
from tests.faults.settling import drain, settle
from tests.streams.edge.worker_process import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.line import Client, FaultyLine

pytestmark = pytest.mark.timeout(900)

AWAY_SECONDS = int(os.environ.get("XIANGMAI_FAULTS_AWAY_SECONDS", "20"))
RATE = 1_000
WARM_UP_EVENTS = 3_000
MB = 1 << 20
GROWTH_MB = 300
"""By how much a process may grow while ClickHouse is away, however long, and while what waited is stored: each of the three sinks
holds one batch, and a full one is 20,000 rows as Python's objects; besides, what was fetched, 2 MB of a partition."""


@pytest.mark.long
def test_clickhouse_away_is_waited_for_in_bounded_memory_and_everything_is_stored_once(
    line: FaultyLine, new_client: Callable[..., Client]
) -> None:
    client = new_client(events_per_second=RATE)
    client.allow(WARM_UP_EVENTS)
    wait_until("the first events are confirmed", lambda: client.ledger.confirmations() == WARM_UP_EVENTS)
    drain(line, 60)
    supervisor = Supervisor(line.layout)
    with Peak(line, ("sink", "worker")) as peak:
        line.signal("clickhouse", signal.SIGSTOP)
        client.allow(WARM_UP_EVENTS + AWAY_SECONDS * RATE // 2)
        wait_until("half is sent while it sleeps", client.idle, AWAY_SECONDS + 60)
        line.kill("clickhouse")
        supervisor.stop_process("clickhouse")
        committed = line.committed(stored.GROUP)
        client.allow(WARM_UP_EVENTS + AWAY_SECONDS * RATE)
        client.finish(AWAY_SECONDS + 60)
        wait_until("the worker goes on", lambda: _worker_has_read_all(line), 60)
        waiting = dict(peak.growth)
        line.signal("sink", signal.SIGSTOP)
        supervisor.start_process("clickhouse")
        wait_until("ClickHouse is there again", lambda: line.healthy("clickhouse"))
        assert not stored.missing(line), "offsets are never ahead of what is stored"
        assert line.committed(stored.GROUP) == committed, "what is not stored is not committed"
        line.signal("sink", signal.SIGCONT)
        drain(line, 60 + AWAY_SECONDS)
        print({name: (waiting[name] // MB, peak.growth[name] // MB) for name in waiting}, "MB waiting, draining")
        assert peak.growth["sink"] < GROWTH_MB * MB
        assert peak.growth["worker"] < GROWTH_MB * MB
        assert peak.unchanged, "nobody had to be started again"
    outcome = settle(line)
    assert not outcome.wrong


def _worker_has_read_all(line: FaultyLine) -> bool:
    told = line.behind()
    return "xiangmai-worker" not in told and "Kafka" not in told


@pytest.mark.long
def test_the_registry_away_while_events_of_an_unseen_schema_flow(
    line: FaultyLine, new_client: Callable[..., Client], tmp_path: Path
) -> None:
    client = new_client(events_per_second=RATE)
    client.allow(500)
    wait_until("the first events are confirmed", lambda: client.ledger.confirmations() == 500)
    unseen = _Unseen(line, tmp_path)
    logs = {name: Log(line, name) for name in ("worker", "sink")}
    supervisor = Supervisor(line.layout)
    supervisor.stop_process("registry")
    client.allow(1_500)
    unseen.send(600)
    client.allow(2_500)
    client.finish()
    wait_until("the worker waits", lambda: "waiting for the schema registry" in logs["worker"].new())
    wait_until("the sink waits", lambda: "sink events waits" in logs["sink"].new())
    supervisor.start_process("registry")
    outcome = settle(line)
    assert not outcome.wrong
    assert unseen.sent > 100


class _Unseen:
    """A department that is ahead: its reports have a field more than the line has ever seen."""

    RECORD = "xiangmai.appeals.AppealReported"

    def __init__(self, line: FaultyLine, folder: Path) -> None:
        schema = dict(load_domains(Settings().domains)["appeals"].events[self.RECORD].schema)
        more = {"zh": "备注", "en": "note", "doc": "试验用。 / For trials.", "privacy": "none"}
        field: dict[str, Any] = {"name": "note", "type": ["null", "string"], "default": None, **more}
        schema["fields"] = [*schema["fields"], field]
        with SchemaRegistry(line.environment["XIANGMAI_REGISTRY_URL"]) as registry:
            self._encoder = Encoder(registry, [schema])
            self._encoder.prepare([self.RECORD])
        self._ledger = Ledger(folder, 1 + len(line.ledgers))
        line.ledgers.append(self._ledger)
        self._producer = KafkaProducer(
            bootstrap_servers=line.environment["XIANGMAI_KAFKA_BOOTSTRAP"].split(","), acks="all"
        )
        self.sent = 0

    def send(self, events: int) -> None:
        """Send the reports among so many events of its stream."""
        self._ledger.attempt(0, events)
        futures = {}
        for number in range(events):
            event = county.event(self._ledger.seed, number)
            if event.record == "AppealReported":
                value = self._encoder.encode(self.RECORD, {**event.fields, "note": "又"})
                futures[number] = self._producer.send(stored.TOPIC, value, event.fields["township"].encode())
        self._producer.flush()
        self._ledger.confirm(number for number, future in futures.items() if future.get(timeout=0))
        self.sent = len(futures)
        self._producer.close()
