"""The places where the product touches Kafka or the time, and what stands there while a simulation runs."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING
from unittest.mock import patch

from sinks import consumer as sink_consumer
from sinks import sink as sink_module
from sinks.tokens import fingerprint
from streams import changelog, owner, partitions, recovery, transactions
from tests.sim.kafka_clients import ChangelogReader, Producer, batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class SimulatedTime:
    """The module `time`, where the product asks it: one clock for all of a simulation."""

    now: Callable[[], float] = staticmethod(lambda: 0.0)

    def monotonic(self) -> float:
        return SimulatedTime.now()

    time = perf_counter = monotonic


class Unmeasured:
    """Metrics nobody reads: counting would take a tenth of a run."""

    def __getattr__(self, name: str) -> Unmeasured:
        return self

    def __call__(self, *_: object, **__: object) -> Unmeasured:
        return self


@contextmanager
def simulated(*, tell_logs: bool = False) -> Iterator[None]:
    """Put Kafka's clients and the time aside for as long as the context lasts."""
    from contextlib import ExitStack

    from tests.sim.sinking import Consumer

    time, unmeasured = SimulatedTime(), Unmeasured()
    with ExitStack() as stack:
        for module in (owner, partitions, recovery, sink_module):
            stack.enter_context(patch.object(module, "time", time))
            stack.enter_context(patch.object(module, "metrics", unmeasured))
        stack.enter_context(patch.object(sink_module, "DEAD_LETTERS", unmeasured))
        stack.enter_context(patch.object(sink_module, "measure_end_to_end", unmeasured))
        stack.enter_context(patch.object(sink_module, "fingerprint", cache(fingerprint)))
        stack.enter_context(patch.object(transactions, "AIOKafkaProducer", Producer))
        stack.enter_context(patch.object(transactions, "batches", batches))
        stack.enter_context(patch.object(changelog, "TopicReader", ChangelogReader))
        stack.enter_context(patch.object(sink_consumer, "KafkaConsumer", Consumer))
        if not tell_logs:
            logging.disable(logging.CRITICAL)
            stack.callback(logging.disable, logging.NOTSET)
        yield
