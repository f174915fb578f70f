"""Sends dead letters back to where they came from, and marks them resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kafka import KafkaProducer
from kafka.errors import KafkaError

from schemas.codec import Encoder
from schemas.domain import load_system
from schemas.errors import Unavailable
from schemas.topics import DEAD_LETTERS
from streams.dead_letter_log import RECORD, DeadLetter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

_DELIVERY_MS: Final = 30_000
_BATCH: Final = 500


class Replayed(NamedTuple):
    """How many letters were sent back, and which could not be (with the reason, for people)."""

    sent: int
    failed: list[tuple[DeadLetter, str]]


def why_not(letter: DeadLetter, topics: Collection[str]) -> str | None:
    """Say why a letter cannot be sent back; None when it can. `topics` are the domains' topics."""
    if letter.origin.topic not in topics:
        return "不是村级事件主题，请修正来源后用 resolve 标记 / not an event topic: mend the source, then `resolve` it"
    if letter.value is None:
        return "没有内容可重放，请用 resolve 标记 / it has no bytes to send: `resolve` it"
    return None


class Resender:
    """A connection that sends letters back (acks=all) and resolves them. Blocks; raises Unavailable."""

    def __init__(self, bootstrap: str, registry: Any, *, now: Callable[[], int], topic: str = DEAD_LETTERS) -> None:
        self._bootstrap = bootstrap
        self._now = now
        self._topic = topic
        self._encoder = Encoder(registry, [load_system()[RECORD].schema])
        self._encoder.prepare([RECORD])
        try:
            self._producer = KafkaProducer(
                bootstrap_servers=bootstrap.split(","),
                client_id="xiangmai-deadletters",
                acks="all",
                enable_idempotence=True,
                compression_type="lz4",
                delivery_timeout_ms=_DELIVERY_MS,
                request_timeout_ms=_DELIVERY_MS // 2,
                max_request_size=2 << 20,
            )
        except (KafkaError, OSError) as error:
            raise Unavailable("Kafka", bootstrap, cause=type(error).__name__) from error

    def replay(self, letters: Sequence[DeadLetter], *, told: Callable[[int], object] | None = None) -> Replayed:
        """Send the original bytes back, same key and partition, then resolve what was confirmed.

        A crash in between leaves a letter that was sent and is still listed: sending it again changes no number, for
        the worker counts an event once. `told` is called with the number of letters done after each batch.
        """
        sent, failed = 0, []
        for start in range(0, len(letters), _BATCH):
            batch = letters[start : start + _BATCH]
            outcomes = self._confirmed(
                (letter.origin.topic, letter.origin.partition, letter.key, letter.value) for letter in batch
            )
            confirmed = [letter for letter, outcome in zip(batch, outcomes, strict=True) if isinstance(outcome, int)]
            failed += [
                (letter, outcome) for letter, outcome in zip(batch, outcomes, strict=True) if isinstance(outcome, str)
            ]
            self.resolve(confirmed, "已重放 / replayed")
            sent += len(confirmed)
            if told is not None:
                told(sent)
        return Replayed(sent, failed)

    def resolve(self, letters: Sequence[DeadLetter], note: str) -> None:
        """Mark letters as dealt with; raises Unavailable when that could not be written."""
        outcomes = self._confirmed(
            (
                self._topic,
                letter.letter.partition,
                letter.key,
                self._encoder.encode(RECORD, letter.resolution(note, self._now())),
            )
            for letter in letters
        )
        problems = [outcome for outcome in outcomes if isinstance(outcome, str)]
        if problems:
            raise Unavailable("Kafka", self._bootstrap, cause=f"{len(problems)} resolutions: {problems[0]}")

    def close(self) -> None:
        """Close the connection."""
        self._producer.close(timeout=3)

    def _confirmed(self, records: Iterable[tuple[str, int, bytes | None, bytes | None]]) -> list[int | str]:
        """Send, wait, and give for each record its offset, or the name of what went wrong."""
        futures: list[Any] = []
        for topic, partition, key, value in records:
            try:
                futures.append(self._producer.send(topic, partition=partition, key=key, value=value))
            except (KafkaError, AssertionError, ValueError) as error:
                futures.append(type(error).__name__)
        outcomes: list[int | str] = []
        for future in futures:
            if isinstance(future, str):
                outcomes.append(future)
                continue
            try:
                outcomes.append(int(future.get(timeout=_DELIVERY_MS / 1000).offset))
            except KafkaError as error:
                outcomes.append(type(error).__name__)
        return outcomes
