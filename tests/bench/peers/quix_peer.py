"""Quix Streams. `memory`: dictionaries; `at_least_once` and `exactly_once`: its RocksDB state with changelog."""

from __future__ import annotations

from typing import Any

from quixstreams import Application

from tests.bench.peers.decoding import BROKER, EVENTS, FOLDER, MODE, RUN, TOPIC, Clock, decode, step

app = Application(
    broker_address=BROKER,
    consumer_group=f"quix-{RUN}",
    auto_offset_reset="earliest",
    state_dir=FOLDER,
    processing_guarantee="exactly-once" if MODE == "exactly_once" else "at-least-once",
    loglevel="WARNING",
)
clock = Clock()
cases: dict[str, Any] = {}
counts: dict[str, Any] = {}


class Stored:
    """Its state with a mapping's face; of the counts the last rows are kept as well, to be told at the end."""

    __slots__ = ("_last", "_prefix", "_state")

    def __init__(self, state: Any, prefix: str, last: dict[str, Any] | None) -> None:
        self._state, self._prefix, self._last = state, prefix, last

    def get(self, key: str) -> Any:
        return self._state.get(self._prefix + key)

    def __setitem__(self, key: str, value: Any) -> None:
        self._state.set(self._prefix + key, value)
        if self._last is not None:
            self._last[key] = value


def in_memory(value: bytes) -> None:
    step(cases, counts, *decode(value))
    if clock.one():
        clock.tell(counts)


def stored(value: bytes, state: Any) -> None:
    step(Stored(state, "c", None), Stored(state, "n", counts), *decode(value))
    if clock.one():
        clock.tell(counts)


if __name__ == "__main__":
    events = app.dataframe(app.topic(TOPIC, key_deserializer="bytes", value_deserializer="bytes"))
    if MODE == "memory":
        events.apply(in_memory)
    else:
        events.apply(stored, stateful=True)
    app.run(count=EVENTS)
