"""The SDK on a real Kafka: what is confirmed is there, what is wrong is refused at once, nobody's number leaves."""

from __future__ import annotations

import os
import signal
import socket
import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from producers import metrics, sender
from producers.event_producer import DeliveryFailed, EventProducer, event_id_for
from schemas.errors import InvalidEvent, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.producers.conftest import Trial


def reported(**fields: Any) -> dict[str, Any]:
    return {
        "occurred_at": time.time_ns() // 1_000_000,
        "township": "330521001",
        "village": None,
        "department": "12345热线",
        "corrects": None,
        "appeal_id": "A1",
        "channel": "hotline",
        "category": "道路",
        "urgency": "normal",
        "summary": None,
        "resident": None,
        "due_at": None,
        "longitude": None,
        "latitude": None,
        **fields,
    }


def test_a_confirmed_event_stands_on_its_topic_completed_and_keyed_by_township(trial: Trial, source: str) -> None:
    before = time.time_ns() // 1_000_000
    given = reported(summary="路灯不亮")
    with EventProducer(trial.settings, source=source) as producer:
        delivery = producer.send("AppealReported", given, headers=[("trace", b"1")])
        partition, offset = delivery.result(30)
    assert delivery.confirmed
    [arrived] = trial.arrived(source)
    assert (arrived.partition, arrived.offset, arrived.key) == (partition, offset, b"330521001")
    assert arrived.record == "xiangmai.trial.AppealReported"
    assert uuid.UUID(arrived.event["event_id"]).version == 4
    assert arrived.event["event_id"] == delivery.event_id
    assert before <= arrived.event["recorded_at"] <= time.time_ns() // 1_000_000
    assert {name: arrived.event[name] for name in given} == given
    assert "event_id" not in given, "the caller's dict stays as it was"


def test_the_events_of_a_township_share_a_partition_in_order(trial: Trial, source: str) -> None:
    ids = [str(uuid.uuid4()) for _ in range(300)]
    with EventProducer(trial.settings, source=source) as producer:
        for number, event_id in enumerate(ids):
            producer.send(
                "xiangmai.trial.AppealReported", reported(event_id=event_id, township=f"33052100{1 + number % 3}")
            )
    arrived = trial.arrived(source)
    assert len(arrived) == 300
    for township in range(3):
        of_township = [each for each in arrived if each.key == f"33052100{1 + township}".encode()]
        assert len({each.partition for each in of_township}) == 1
        assert [each.event["event_id"] for each in of_township] == ids[township::3]


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"occurred_at": 0}, "event_time", "occurred_at"),
        ({"occurred_at": 253_370_764_800_000}, "event_time", "occurred_at"),
        ({"occurred_at": time.time_ns() // 1_000_000 + 8 * 86_400_000}, "event_time", "occurred_at"),
        ({"occurred_at": "2025-02-29"}, "rule:type", None),
        ({"due_at": 1_700_000_000_000}, "rule:not_before", "due_at"),
        ({"township": "33052"}, "rule:pattern", "township"),
        ({"village": "440100001001"}, "rule:starts_with", "village"),
        ({"channel": "telepathy"}, "rule:symbol", "channel"),
        ({"latitude": 91.0}, "rule:maximum", "latitude"),
        ({"category": "x" * 65_536}, "rule:max_length", "category"),
        ({"category": "a\0b"}, "text", "category"),
        ({"category": "\ud800"}, "text", "category"),
        ({"appeal_id": None}, "rule:type", None),
        ({"unknown": 1}, "rule:unknown_field", "unknown"),
    ],
)
def test_a_wrong_event_is_refused_at_once_and_never_sent(
    trial: Trial, source: str, changes: dict[str, Any], reason: str, field: str | None
) -> None:
    refused = metrics.RECORDS.labels(trial.topic, "invalid")
    before = refused._value.get()
    with EventProducer(trial.settings, source=source) as producer:
        with pytest.raises(InvalidEvent) as caught:
            producer.send("AppealReported", reported(**changes))
        assert (caught.value.reason, caught.value.field) == (reason, field or caught.value.field)
        with pytest.raises(InvalidEvent, match="unknown_event"):
            producer.send("AppealImagined", reported())
    assert refused._value.get() == before + 1
    assert trial.arrived(source) == []


def test_dangerous_looking_text_is_only_text(trial: Trial, source: str) -> None:
    texts = ["'; DROP TABLE cases; --", '=HYPERLINK("x")', "a\u200bb\u202ec", "😀", "𠮷𬱟", "\r\n\t"]
    with EventProducer(trial.settings, source=source) as producer:
        for text in texts:
            producer.send("AppealReported", reported(summary=text))
    assert {each.event["summary"] for each in trial.arrived(source)} == set(texts)


def test_numbers_of_persons_and_names_never_reach_the_log_or_our_output(
    trial: Trial, source: str, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = ["13800138000", "11010519491231002X", "张小明", "4111111111111111"]
    text = f"张小明的电话 {secrets[0]}，身份证 {secrets[1]}，卡号 {secrets[3]}"
    with caplog.at_level("DEBUG"), EventProducer(trial.settings, source=source) as producer:
        delivery = producer.send(
            "AppealReported",
            reported(summary=text.replace("张小明", ""), resident={"name": "张小明", "phone": "13800138000"}),
        )
        with pytest.raises(InvalidEvent) as caught:
            producer.send("AppealReported", reported(summary=text, category="\0"))
    assert set(delivery.masked) == {"phone", "resident_id", "bank_card"}
    [arrived] = trial.arrived(source)
    for secret in secrets:
        assert secret.encode() not in arrived.value
        assert secret not in caplog.text
        assert secret not in str(caught.value)
    assert arrived.event["resident"]["name"].startswith("p:")


def test_sending_an_event_again_under_its_id_is_the_same_bytes(trial: Trial, source: str) -> None:
    event = reported(appeal_id="B7", occurred_at=1_750_000_000_000, recorded_at=1_750_000_000_000)
    event["event_id"] = event_id_for(source, "row 7", "AppealReported", event)
    for _ in range(2):
        with EventProducer(trial.settings, source=source) as producer:
            producer.send("AppealReported", event)
    first, second = trial.arrived(source)
    assert first.value == second.value
    assert event["event_id"] == event_id_for(source, "row 7", "AppealReported", dict(reversed(event.items())))
    assert event["event_id"] != event_id_for(source, "row 8", "AppealReported", event)
    assert event["event_id"] != event_id_for(source, "row 7", "AppealReported", {**event, "category": "x"})


def test_a_void_stands_on_its_domains_topic(trial: Trial, source: str) -> None:
    with EventProducer(trial.settings, source=source) as producer:
        sent = producer.send("AppealReported", reported())
        void = {name: reported()[name] for name in ("occurred_at", "township", "village", "department")} | {
            "corrects": sent.event_id,
            "case_type": "appeal",
            "case_id": "A1",
            "reason": None,
        }
        producer.send("EventVoided", void)
    assert trial.effective(source).total() == 0
    assert [each.name for each in trial.arrived(source)] == ["AppealReported", "EventVoided"]


@contextmanager
def frozen_kafka(bootstrap: str) -> Iterator[None]:
    """Kafka takes no more requests, as when its machine hangs."""
    address = ("127.0.0.1", int(bootstrap.rpartition(":")[2]))
    pid = next(
        each.pid
        for each in psutil.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN and each.pid and tuple(each.laddr)[1] == address[1]
    )
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_an_event_kafka_does_not_confirm_is_named_and_can_be_sent_again(trial: Trial, source: str) -> None:
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    producer = EventProducer(trial.settings, source=source, delivery_timeout_seconds=1.5)
    producer.send("AppealReported", reported(event_id=first)).result(30)
    with frozen_kafka(trial.settings.kafka_bootstrap):
        delivery = producer.send("AppealReported", reported(event_id=second))
        with pytest.raises(DeliveryFailed) as caught:
            producer.flush(10)
        assert [label for label, _ in caught.value.failures] == [second]
        assert not delivery.confirmed
        with pytest.raises(DeliveryFailed, match=second):
            delivery.result(0.1)
    producer.close()
    with EventProducer(trial.settings, source=source) as again:
        again.send("AppealReported", reported(event_id=second))
    assert {each.event["event_id"] for each in trial.arrived(source)} == {first, second}


def test_what_waits_for_confirmation_is_bounded(trial: Trial, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "MAX_WAITING_RECORDS", 50)
    waiting = 0
    with EventProducer(trial.settings, source=source) as producer:
        for _ in range(1_000):
            producer.send("AppealReported", reported())
            waiting = max(waiting, len(producer._sender._waiting))
    assert waiting <= 50
    assert len(trial.arrived(source)) == 1_000


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


def test_what_is_away_is_named_with_its_address_and_the_command_that_starts_it(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_BOOTSTRAP_SECONDS", 1.0)
    port = free_port()
    with pytest.raises(Unavailable, match=f"Kafka.*127.0.0.1:{port}.*xiangmai stack up"):
        EventProducer(trial.settings.model_copy(update={"kafka_bootstrap": f"127.0.0.1:{port}"}), source="x")
    with pytest.raises(Unavailable, match=f"registry.*127.0.0.1:{port}"):
        EventProducer(trial.settings.model_copy(update={"registry_url": f"http://127.0.0.1:{port}"}), source="x")


def test_a_topic_that_is_missing_is_named(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "_METADATA_SECONDS", 1.0)
    domain = trial.domains["trial"]
    elsewhere = type(domain)("trial", "village.nowhere", domain.events, domain.folder)
    with pytest.raises(Unavailable, match=r"village\.nowhere.*xiangmai schemas topics"):
        EventProducer(trial.settings, source="x", domains={"trial": elsewhere})
