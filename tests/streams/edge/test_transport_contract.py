"""streams/transport.py replaces and relies on parts of Faust and aiokafka: an upgrade must look at each of them."""

from __future__ import annotations

import hashlib
import inspect
from importlib.metadata import version
from typing import Any

import pytest
from aiokafka.consumer import fetcher as aiokafka_fetcher
from aiokafka.consumer.subscription_state import SubscriptionState, TopicPartitionState
from aiokafka.producer.producer import AIOKafkaProducer
from aiokafka.producer.transaction_manager import TransactionManager
from faust import App
from faust.assignor.partition_assignor import PartitionAssignor
from faust.tables.recovery import Recovery
from faust.transport import consumer as faust_consumer
from faust.transport.drivers import aiokafka as driver

from streams.transport import HELD_TO_AIOKAFKA, HELD_TO_FAUST, ChunkConsumer, ChunkConsumerThread

SEEN: dict[str, tuple[Any, str]] = {
    # replaced
    "Consumer._drain_messages": (faust_consumer.Consumer._drain_messages, "44a2500309e8"),
    "Consumer.ack": (faust_consumer.Consumer.ack, "5fcf41cf4515"),
    "Consumer.commit": (faust_consumer.Consumer.commit, "a354437baaa0"),
    "Consumer.perform_seek": (faust_consumer.Consumer.perform_seek, "0e8c130ff4b0"),
    "Consumer.track_message": (faust_consumer.Consumer.track_message, "217d7f1399a4"),
    "Consumer.verify_all_partitions_active": (faust_consumer.Consumer.verify_all_partitions_active, "4e0e46f5c297"),
    "Consumer.wait_empty": (faust_consumer.Consumer.wait_empty, "e4662fe24f09"),
    "thread.__post_init__": (driver.AIOKafkaConsumerThread.__post_init__, "913dc7c0d957"),
    "thread._create_worker_consumer": (driver.AIOKafkaConsumerThread._create_worker_consumer, "c2701bfc3e6f"),
    "thread.on_partitions_revoked": (faust_consumer.ConsumerThread.on_partitions_revoked, "c44013f1259c"),
    "App._create_directories": (App._create_directories, "a9f571c3b04a"),
    # relied on
    "Fetcher._fetcher": (faust_consumer.Fetcher._fetcher.fun, "68f894f0b577"),
    "Consumer.on_partitions_revoked": (faust_consumer.Consumer.on_partitions_revoked, "d04b7ae72c6f"),
    "Consumer.on_partitions_assigned": (faust_consumer.Consumer.on_partitions_assigned, "29ce96596f05"),
    "ConsumerRebalanceListener": (driver.ConsumerRebalanceListener, "f79b8fc6cb9d"),
    "App._on_partitions_revoked": (App._on_partitions_revoked, "d5c895bbe57d"),
    "App._on_partitions_assigned": (App._on_partitions_assigned, "de932b7927db"),
    "Recovery._resume_streams": (Recovery._resume_streams, "d986a6710c1a"),
    "PartitionAssignor._perform_assignment": (PartitionAssignor._perform_assignment, "1e0bf2c5c8f4"),
    "aiokafka FetchResult": (aiokafka_fetcher.FetchResult, "b0af43ae4c2b"),
    "aiokafka Fetcher.fetched_records": (aiokafka_fetcher.Fetcher.fetched_records, "be4348896b9b"),
    "aiokafka Fetcher._fetch_requests_routine": (aiokafka_fetcher.Fetcher._fetch_requests_routine, "2a8ec5932644"),
    "aiokafka Fetcher._get_actions_per_node": (aiokafka_fetcher.Fetcher._get_actions_per_node, "1dab2cf937d1"),
    "aiokafka Fetcher._create_fetch_waiter": (aiokafka_fetcher.Fetcher._create_fetch_waiter, "61d840568746"),
    "aiokafka SubscriptionState.fetch_context": (SubscriptionState.fetch_context, "ff2a654dca23"),
    "aiokafka TopicPartitionState": (TopicPartitionState, "197c028aea63"),
    "aiokafka send_batch": (AIOKafkaProducer.send_batch, "bf42b0f0c5c0"),
    "aiokafka TransactionManager": (TransactionManager, "290307fe8e88"),
}


def fingerprint(thing: Any) -> str:
    """Of a function's source, or of the sources of a class's functions and properties in order."""
    if inspect.isclass(thing):
        found = [member.fget if isinstance(member, property) else member for member in vars(thing).values()]
        functions = [member for member in found if inspect.isfunction(member)]
    else:
        functions = [thing]
    source = "".join(inspect.getsource(function) for function in functions)
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def test_we_are_held_to_these_versions() -> None:
    assert version("faust-streaming") == HELD_TO_FAUST
    assert version("aiokafka").rsplit(".", 1)[0] == HELD_TO_AIOKAFKA


@pytest.mark.parametrize("name", SEEN)
def test_what_we_replace_or_rely_on_is_what_we_read(name: str) -> None:
    thing, seen = SEEN[name]
    assert fingerprint(thing) == seen, (
        f"{name} changed: read it again, then streams/transport.py, then renew this fingerprint"
    )


@pytest.mark.parametrize(
    "name",
    ["_drain_messages", "ack", "commit", "perform_seek", "track_message", "verify_all_partitions_active", "wait_empty"],
)
def test_every_method_we_replace_still_exists_in_faust(name: str) -> None:
    assert name in vars(ChunkConsumer)
    assert hasattr(driver.Consumer, name)


def test_the_thread_still_has_what_we_replace() -> None:
    for name in ("__post_init__", "_create_worker_consumer", "on_partitions_revoked"):
        assert name in vars(ChunkConsumerThread)
        assert hasattr(driver.AIOKafkaConsumerThread, name)
