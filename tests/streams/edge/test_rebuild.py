"""Definitions change, a rebuild puts the numbers right, the worker goes on: real Kafka, real registry, real processes."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from kafka import KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from ruamel.yaml import YAML

from schemas.settings import Settings
from tests.streams.edge import appeals, reading
from tests.streams.edge.line import Line
from tests.streams.edge.worker_process import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PLACES = [f"339902{number:03d}" for number in range(100, 113)]


@pytest.fixture
def line(edge_env: dict[str, str], tmp_path: Path) -> Iterator[Line]:
    line = Line(dict(edge_env), tmp_path)
    try:
        yield line
    finally:
        line.close()


def definitions(folder: Path, change: Callable[[Any], None]) -> str:
    """The shipped domains with a changed catalogue of appeals, in a folder."""
    shutil.copytree(Settings().domains, folder)
    yaml, file = YAML(), folder / "appeals" / "catalogue.yaml"
    yaml.width = 1_000
    catalogue = yaml.load(file)
    change(catalogue)
    yaml.dump(catalogue, file)
    return str(folder)


def before(catalogue: Any) -> None:
    """Nobody had asked how an appeal ended."""
    del catalogue["cases"]["appeal"]["fields"]["outcome"]


def after(catalogue: Any) -> None:
    """What was only explained is closed no longer, and the median of hours is not looked at any more."""
    del catalogue["indicators"]["appeal_hours_to_close_p50"]
    rate = catalogue["indicators"]["appeal_closure_rate"]
    earlier = {"version": 1, "effective_from": rate["effective_from"], "numerator": rate["numerator"]}
    rate["earlier"] = [earlier | {"changed": {"zh": "只解释不算办结", "en": "to explain is not to close"}}]
    rate |= {
        "version": 2,
        "effective_from": "2026-07-01",
        "numerator": "closed_at is not null and outcome = 'resolved'",
    }


def closures(events: list[appeals.Sent], *, resolved: bool) -> dict[str, int]:
    """The reference: closed appeals per township, or only those resolved."""
    closed = {
        appeals.key(sent)
        for sent in events
        if sent.record == appeals.CLOSED and (not resolved or sent.event["outcome"] == "resolved")
    }
    return dict(Counter(township for township, _ in closed))


def story(seed: int, number: int) -> list[appeals.Sent]:
    """Appeals of which every other one that was closed was only explained."""
    events = appeals.story(PLACES, number, seed)
    for sent in events:
        if sent.record == appeals.CLOSED and int(sent.event["appeal_id"].partition("-")[2]) % 2:
            sent.event["outcome"] = "explained"
    return events


def parts(line: Line) -> dict[str, dict[str, int]]:
    """The year's numerators by `indicator@version`, per township."""
    wait_until("nothing half written", lambda: reading.settled(line.client.bootstrap, "township.indicators"))
    found: dict[str, dict[str, int]] = {}
    for cell in line.client.cells(reading.read_all(line.client.bootstrap, "township.indicators")).values():
        if cell["place"] in PLACES and cell["period"] == "year" and not cell["dimension"]:
            for part in cell["parts"]:
                of_indicator = found.setdefault(f"{part['indicator']}@{part['version']}", {})
                of_indicator[cell["place"]] = of_indicator.get(cell["place"], 0) + part["numerator"]
    return found


def written(line: Line) -> dict[str, Any]:
    topics = ("worker-changelog", "township.cases", "township.indicators")
    return {topic: reading.ends(line.client.bootstrap, topic) for topic in topics}


def delete_older_half(line: Line) -> list[Any]:
    """Let retention delete half of what each partition has; gives the records."""
    records = reading.read_all(line.client.bootstrap, appeals.TOPIC)
    middle = {tp: offset // 2 for tp, offset in reading.ends(line.client.bootstrap, appeals.TOPIC).items()}
    admin = KafkaAdminClient(bootstrap_servers=line.client.bootstrap.split(","))
    try:
        admin.delete_records(middle)
    finally:
        admin.close()
    return [each for each in records if each.offset < middle[TopicPartition(each.topic, each.partition)]]


def send_again(line: Line, records: list[Any]) -> None:
    """Put records where `xiangmai refill` puts what the warehouse has of them."""
    producer = KafkaProducer(bootstrap_servers=line.client.bootstrap.split(","), acks="all", linger_ms=5)
    for each in records:
        place = {"topic": each.topic, "offset": each.offset, "timestamp": each.timestamp}
        headers = [(name, str(value).encode()) for name, value in place.items()]
        producer.send("event-refill", each.value, each.key, headers, each.partition)
    producer.flush()
    producer.close()


def test_a_new_fold_and_a_changed_definition_are_looked_at_switched_over_and_gone_on_with(
    line: Line, tmp_path: Path
) -> None:
    events = story(1, 500)
    line.env["XIANGMAI_DOMAINS"] = definitions(tmp_path / "before", before)
    worker = line.worker(static=False).ready()
    line.client.send(events)
    wait_until("lag zero", line.caught_up)
    busy = line.run("rebuild", "--apply", "--wait", "0")
    assert busy.returncode == 4, busy.stderr
    assert "Nothing was changed" in busy.stderr
    assert worker.stop() == 0

    line.env["XIANGMAI_DOMAINS"] = definitions(tmp_path / "after", after)
    worker = line.worker(static=False).ready()
    assert "xiangmai rebuild appeal --apply" in worker.log
    assert "AppealClosed.outcome" in worker.log
    wait_until("published again", lambda: "appeal_closure_rate@2" in parts(line))
    assert not any(parts(line)["appeal_closure_rate@2"].values()), "how they ended was not kept"

    stood = written(line)
    found = line.run("rebuild", "appeal_closure_rate", "--format", "json")
    assert found.returncode == 1, found.stderr
    told = json.loads(found.stdout)
    assert {name for each in told["differences"] for name in each.get("parts", ())} == {"appeal_closure_rate@2"}
    assert written(line) == stood, "to look is not to write, and a worker may run"
    assert worker.stop() == 0
    assert "xiangmai rebuild --apply" in worker.log[worker.log.index("stopped") :]

    deleted = delete_older_half(line)
    done = line.run("rebuild", "--apply", "--no-verify")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "xiangmai refill" in done.stdout, "what retention has deleted must come from the warehouse"
    send_again(line, deleted)
    done = line.run("rebuild", "--apply", "--no-verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "已切换并读回核对" in done.stdout
    assert line.run("rebuild").returncode == 0
    assert line.caught_up(), "the offsets stand where they stood"

    worker = line.worker(static=False).ready()
    assert "xiangmai rebuild" not in worker.log
    later = story(2, 200)
    line.client.send(later)
    wait_until("lag zero", line.caught_up)
    events += later
    numbers = parts(line)
    assert numbers["appeal_volume@1"] == appeals.volumes(events)
    assert numbers["appeal_closure_rate@1"] == closures(events, resolved=False)
    assert numbers["appeal_closure_rate@2"] == closures(events, resolved=True)
    assert "appeal_hours_to_close_p50@1" not in numbers
    assert worker.stop() == 0
    assert_many_refusals_are_held_back(line)


def assert_many_refusals_are_held_back(line: Line) -> None:
    """Rules that would take a partition's events out one after the other are more likely wrong than meant."""
    stood = written(line)
    line.env |= {"XIANGMAI_EARLIEST_EVENT_AT": "2090-01-01", "XIANGMAI_REFUSED_ROW_LIMIT": "20"}
    held = line.run("rebuild", "--apply", "--no-verify")
    assert held.returncode == 1, held.stdout + held.stderr
    assert "event_time" in held.stderr
    assert "--accept-refused" in held.stderr
    assert written(line)["township.cases"] == stood["township.cases"]
    first = re.search(r"分区 (\d+)", held.stderr)
    assert first is not None
    meant = line.run("rebuild", "--apply", "--no-verify", "--accept-refused", "--partition", first[1])
    assert "死信" in meant.stdout, meant.stdout + meant.stderr
    assert written(line)["township.cases"] != stood["township.cases"]
