"""A bad deploy on the real line: a topic's partition is held, everything else flows, and after the fix nothing is missing."""

from __future__ import annotations

import socket
import urllib.request
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from kafka import KafkaProducer

from schemas.codec import Encoder
from schemas.domain import load_domains
from schemas.registry import SchemaRegistry
from schemas.settings import Settings
from streams.accept_command import accept
from tests.streams.edge import appeals, reading, worker_process
from tests.streams.edge.line import Line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

wait_until = worker_process.wait_until
DISPUTES = "village.disputes"
IN_JULY = appeals.OPENED_AT + 120 * appeals.DAY_MS
STRICT = {"XIANGMAI_EARLIEST_EVENT_AT": "2026-06-01"}
"""The bad deploy: it refuses every appeal of spring."""
LIMIT, BAD = 1_000, 3_000


@pytest.fixture
def line(edge_env: dict[str, str], tmp_path: Path) -> Iterator[Line]:
    line = Line(edge_env, tmp_path)
    try:
        yield line
    finally:
        line.close()


def reported(township: str, case: str, at: int) -> appeals.Sent:
    return appeals.Sent(appeals.REPORTED, appeals.reported(township, case, at))


def send_disputes(line: Line, township: str, count: int, prefix: str) -> None:
    """Another domain's events, of a time the bad deploy takes."""
    own = {"kind": "land", "parties_count": 2, "origin": "application", "amount_in_dispute": None}
    events = [
        appeals.envelope(township, IN_JULY)
        | own
        | {"dispute_id": f"{prefix}-{number}", "appeal_id": None, "summary": None}
        for number in range(count)
    ]
    with (
        SchemaRegistry(line.env["XIANGMAI_REGISTRY_URL"]) as registry,
        closing(KafkaProducer(bootstrap_servers=line.client.bootstrap.split(","), acks="all")) as producer,
    ):
        encoder = Encoder(
            registry, [event.schema for event in load_domains(Settings().domains)["disputes"].events.values()]
        )
        encoder.prepare(["xiangmai.disputes.DisputeRegistered"])
        for event in events:
            producer.send(
                DISPUTES, key=township.encode(), value=encoder.encode("xiangmai.disputes.DisputeRegistered", event)
            )
        producer.flush(timeout=30)


def dead_of(line: Line, partition: int, since: int) -> list[dict[str, Any]]:
    """Dead letters of records of one partition at or behind an offset: listed or resolved makes no difference."""
    return [
        letter
        for letter in line.dead(100_000)
        if letter["topic"] == appeals.TOPIC and letter["partition"] == partition and letter["offset"] >= since
    ]


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def held_partitions(port: int) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    wanted = f'xiangmai_worker_held_partitions{{topic="{appeals.TOPIC}"}} '
    return float(next(line.removeprefix(wanted) for line in text.splitlines() if line.startswith(wanted)))


def test_a_bad_deploy_holds_the_partition_and_after_the_fix_every_event_counts_once(
    line: Line,
) -> None:
    home, elsewhere, free_port = "336102100", "336102101", a_free_port()
    partition = line.client.partition_of(home)
    assert line.client.partition_of(elsewhere) != partition, "the other township shows that other partitions flow"
    start = line.standing.ends()[partition]
    worker = line.worker(**STRICT, XIANGMAI_METRICS_PORT=str(free_port)).ready()
    line.client.send([reported(home, f"early-{number}", IN_JULY) for number in range(100)])
    line.client.send([reported(home, f"bad-{number}", appeals.OPENED_AT) for number in range(BAD)])
    line.client.send([reported(home, f"late-{number}", IN_JULY) for number in range(100)])
    worker.wait_for(f"held at offset {start + 100 + LIMIT}")
    send_disputes(line, home, 50, "held")
    line.client.send([reported(elsewhere, f"other-{number}", IN_JULY) for number in range(50)])
    standing = reading.Standing(line.client.bootstrap, "xiangmai-worker", DISPUTES)
    wait_until("disputes of the same partition flow", standing.caught_up)
    standing.close()
    others = [number for number in line.standing.ends() if number != partition]
    wait_until("other partitions of the topic flow", lambda: only_behind(line, others))
    line.expect("dispute_volume", {home: 50}, [home])
    line.expect("appeal_volume", {home: 100, elsewhere: 50}, [home, elsewhere])
    wait_until("it is told as a metric", lambda: held_partitions(free_port) == 1)

    for _ in range(2):  # a supervisor that starts it again and again costs no letter more
        worker.kill()
        worker = line.worker(**STRICT).ready()
        worker.wait_for(f"held at offset {start + 100 + LIMIT}")
    assert len(dead_of(line, partition, start)) == LIMIT
    assert line.standing.committed()[partition] == start + 100 + LIMIT
    assert worker.stop() == 0

    worker = line.worker().ready()
    wait_until("the rest flows", line.caught_up)
    line.expect("appeal_volume", {home: BAD - LIMIT + 200, elsewhere: 50}, [home, elsewhere])
    for _ in range(2):
        assert line.run("deadletters", "replay", "--reason", "event_time", "--yes").returncode == 0
    wait_until("lag zero", line.caught_up)
    line.expect("appeal_volume", {home: BAD + 200, elsewhere: 50}, [home, elsewhere])
    assert dead_of(line, partition, start) == []
    assert worker.stop() == 0


def only_behind(line: Line, partitions: list[int]) -> bool:
    committed, ends = line.standing.committed(), line.standing.ends()
    return all((committed[number] or 0) == ends[number] for number in partitions)


def test_what_really_is_bad_is_accepted_by_a_person_and_the_good_behind_it_counts(line: Line) -> None:
    home = "336202100"
    partition = line.client.partition_of(home)
    start = line.standing.ends()[partition]
    few = {"XIANGMAI_REFUSED_ROW_LIMIT": "5"}
    worker = line.worker(**few).ready()
    for _ in range(8):
        line.client.send_raw(home.encode(), b"\x01not avro", partition)
    line.client.send([reported(home, "good", IN_JULY)])
    worker.wait_for(f"held at offset {start + 5}")
    assert worker.stop() == 0

    place = f"{appeals.TOPIC}/{partition}"
    wrong: tuple[list[str], ...] = (
        [],
        ["no.topic/1"],
        [appeals.TOPIC],
        [f"{appeals.TOPIC}/999"],
        [place, "--until", str(start + 5)],
    )
    for arguments in wrong:
        assert CliRunner().invoke(accept, [*arguments, "--yes"], env=line.env).exit_code == 2, arguments
    accepted = line.run("deadletters", "accept", place, "--until", str(start + 8), "--yes")
    assert accepted.returncode == 0, accepted.stderr
    worker = line.worker(**few).ready()
    wait_until("lag zero", line.caught_up)
    line.expect("appeal_volume", {home: 1}, [home])
    assert len(dead_of(line, partition, start)) == 8
    assert CliRunner().invoke(accept, [place, "--yes"], env=line.env).exit_code == 2, "nothing waits there any more"
    assert worker.stop() == 0
