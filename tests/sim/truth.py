"""What must be true, and is looked at while it happens: of the log, of its readers, of the warehouse."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tests.sim.cases import START, TOPICS, numbers_of_case, state_of, straight, waiting, world
from tests.streams.core.support import numbers_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.sim.cases import Case, Input
    from tests.sim.log import Broker, Place, Transaction

CHANGELOG, CASES, INDICATORS, DEAD_LETTERS = "worker-changelog", "township.cases", "township.indicators", "dead-letters"
ANEW = b"#"
"""Keys of records that withdraw what was published before begin with it."""
OUTPUTS = (CHANGELOG, CASES, INDICATORS, DEAD_LETTERS)


class Violation(AssertionError):  # noqa: N818 - a state of the world
    """A promise is broken."""


@lru_cache(maxsize=100_000)
def parts_of(value: bytes) -> tuple[tuple[str, Any], ...]:
    """Return the parts of a cell's record that are not zero, by indicator."""
    found = numbers_of([("", world().decoder.decode(value)[1])])
    return tuple((indicator, numbers) for (_, indicator), numbers in found.items())


@lru_cache(maxsize=20_000)
def decoded_state(value: bytes) -> dict[str, Any]:
    """Return a published case without the moment it was computed."""
    return state_of(value)


class Arrived:
    """What a partition's worker has committed to: the events of each case at the front of the topics, and the refused."""

    def __init__(self) -> None:
        self.upto: dict[str, int] = dict.fromkeys(TOPICS, 0)
        self.masks: dict[Case, int] = {}
        self.refused: dict[Place, str] = {}
        self.row: dict[str, int] = dict.fromkeys(TOPICS, 0)
        """By topic, how many of its newest records were refused in a row, those accepted by a person aside."""

    def take(self, topic: str, record: Input, offset: int) -> None:
        """Take the next record of a topic."""
        case, bit = record.case, record.bit
        if case is None:
            self.refused[topic, offset] = record.reason
            return
        mask = self.masks.get(case, 0)
        twin = case.twins.get(bit)
        if twin is not None and mask >> twin & 1:
            self.refused[topic, offset] = "id_conflict"
        else:
            self.masks[case] = mask | 1 << bit


class Ledger:
    """What a partition has published, kept from transaction to transaction and held against the fold of what arrived."""

    def __init__(self) -> None:
        self.arrived = Arrived()
        self.clock = 0
        self.cells: dict[bytes, bytes] = {}
        self.numbers: dict[tuple[str, str], Any] = {}
        self.cases: dict[bytes, bytes] = {}
        self.snapshots: list[dict[bytes, bytes]] = [{}]
        self.letters: Counter[tuple[str, int, str]] = Counter()
        self.told: Counter[tuple[str, str]] = Counter()

    def publish(self, records: Mapping[Place, Any], partition: int) -> None:
        """Take a transaction's records."""
        for key, value in records.get((CHANGELOG, partition), ()):
            if key == b"#clock":
                self.clock = int(value)
        for key, value in records.get((INDICATORS, partition), ()):
            if key.startswith(ANEW):
                continue
            text = key.decode()
            old = self.cells.get(key)
            if old is not None:
                for indicator, _ in parts_of(old):
                    del self.numbers[text, indicator]
            for indicator, numbers in parts_of(value):
                self.numbers[text, indicator] = numbers
            self.cells[key] = value
        cases = records.get((CASES, partition), ())
        self.cases.update((key, value) for key, value in cases if not key.startswith(ANEW))
        for _, value in records.get((DEAD_LETTERS, partition), ()):
            letter = world().decoder.decode(value)[1]
            if letter["reason"] in ("orphan", "rule:closed_once"):
                self.told[letter["event_id"], letter["reason"]] += 1
            else:
                self.letters[letter["topic"], letter["offset"], letter["reason"]] += 1
        self.snapshots.append(dict(self.cells))

    def expected(self, clock: int) -> dict[tuple[str, str], Any]:
        """Return the numbers of what arrived, by the naive reference."""
        found: dict[tuple[str, str], Any] = {}
        for case, mask in self.arrived.masks.items():
            for key, part in numbers_of_case(case, mask, clock).items():
                there = found.get(key)
                found[key] = part if there is None else _added(there, part)
        return {key: part for key, part in found.items() if any(part)}

    def behind(self, clock: int) -> bool:
        """Whether the clock alone must still change something, when every wait is over."""
        return self.numbers != self.expected(clock) or not self.waiting() <= self.told.keys()

    def waiting(self) -> set[tuple[str, str]]:
        """Return what waits among the events that arrived."""
        return {each for case, mask in self.arrived.masks.items() for each in waiting(case, mask)}

    def expected_cases(self) -> dict[bytes, dict[str, Any]]:
        """Return the state of every case that arrived, folded all at once."""
        found = {}
        for case, mask in self.arrived.masks.items():
            state = straight(case, mask)
            if state is not None:
                found[f"{case.township}|appeal|{case.id}".encode()] = state
        return found


def _added(one: Any, other: Any) -> Any:
    buckets = dict(one[2])
    for bucket, count in other[2].items():
        buckets[bucket] = buckets.get(bucket, 0) + count
    return one[0] + other[0], one[1] + other[1], buckets


class Truth:
    """Judges every transaction at the moment it is decided."""

    def __init__(self, partitions: int, refused_row_limit: int) -> None:
        self._refused_row_limit = refused_row_limit
        self._accepted: dict[Place, int] = {}
        self.ledgers = [Ledger() for _ in range(partitions)]
        self.inputs: dict[Place, list[Input]] = {(topic, part): [] for topic in TOPICS for part in range(partitions)}
        self.latest_ms = START
        self.read_again = False
        """Whether somebody set the group's offsets back: then offsets may go back, and letters are written again."""

    def committed(self, transaction: Transaction) -> None:
        """Judge a transaction; raises Violation."""
        partition = int(transaction.id.rpartition("-")[2])
        ledger = self.ledgers[partition]
        before, told = ledger.clock, dict(ledger.told)
        for (topic, number), offset in transaction.offsets.items():
            self._advance(ledger, topic, number, offset)
        ledger.publish(transaction.records, partition)
        if not before <= ledger.clock <= self.latest_ms:
            raise Violation(
                f"partition {partition}: the clock of what is published went from {before} to {ledger.clock}"
            )
        expected = ledger.expected(ledger.clock)
        if ledger.numbers != expected:
            raise Violation(f"partition {partition}: {difference(ledger.numbers, expected)}")
        states = {key: decoded_state(value) for key, value in ledger.cases.items()}
        if states != (wanted := ledger.expected_cases()):
            raise Violation(f"partition {partition}: cases {difference(states, wanted)}")
        self._judge_letters(ledger, partition, told)

    def _advance(self, ledger: Ledger, topic: str, partition: int, offset: int) -> None:
        upto = ledger.arrived.upto[topic]
        inputs = self.inputs[topic, partition]
        if offset < upto and not self.read_again:
            raise Violation(f"{topic}/{partition}: the committed offset went back from {upto} to {offset}")
        if offset > len(inputs):
            raise Violation(f"{topic}/{partition}: {offset} is committed of {len(inputs)} records")
        for number in range(upto, offset):
            ledger.arrived.take(topic, inputs[number], number)
            self._judge_row(ledger.arrived, (topic, partition), number)
        ledger.arrived.upto[topic] = max(upto, offset)

    def accept(self, place: Place, below: int) -> None:
        """Remember that a person has said so."""
        self._accepted[place] = max(below, self._accepted.get(place, 0))

    def _judge_row(self, arrived: Arrived, place: Place, offset: int) -> None:
        topic, _ = place
        counts = (topic, offset) in arrived.refused and offset >= self._accepted.get(place, 0)
        arrived.row[topic] = arrived.row[topic] + 1 if counts else 0
        if arrived.row[topic] > self._refused_row_limit:
            raise Violation(
                f"{place}: {arrived.row[topic]} records in a row were put aside, and nobody said that they may"
            )

    def _judge_letters(self, ledger: Ledger, partition: int, told: Mapping[tuple[str, str], int]) -> None:
        expected = {(topic, offset, reason) for (topic, offset), reason in ledger.arrived.refused.items()}
        if ledger.letters.keys() != expected:
            raise Violation(f"partition {partition}: dead letters {sorted(ledger.letters.keys() ^ expected)}")
        if not self.read_again and any(count > 1 for count in ledger.letters.values()):
            raise Violation(f"partition {partition}: a dead letter was written twice: {ledger.letters}")
        if any(count > 1 for count in ledger.told.values()):
            raise Violation(f"partition {partition}: an event was told twice: {ledger.told}")
        if told != ledger.told and not (new := ledger.told.keys() - told.keys()) <= ledger.waiting():
            raise Violation(f"partition {partition}: {new} were told, and do not wait")


class Reader:
    """Somebody who reads the published cells as any consumer of committed records would."""

    def __init__(self, broker: Broker, truth: Truth, partition: int) -> None:
        self._log = broker[INDICATORS, partition]
        self._ledger = truth.ledgers[partition]
        self._partition = partition
        self._position = 0
        self._view: dict[bytes, bytes] = {}
        self._newest = 0

    def read(self) -> None:
        """Read as far as one can; what is seen must be what some one transaction left, never an older one again."""
        log = self._log
        for offset in range(self._position, log.stable):
            entry = log.entries[offset]
            if entry is None or entry.transaction is None or entry.transaction.state != "committed":
                continue
            if entry.transaction.number < self._newest:
                raise Violation(f"partition {self._partition}: offset {offset} is older than what was read before it")
            self._newest = entry.transaction.number
            key, value = entry.message.key, entry.message.value
            if not entry.marker and key is not None and value is not None and not key.startswith(ANEW):
                self._view[key] = value
        self._position = log.stable
        if self._view != self._ledger.snapshots[self._newest]:
            raise Violation(f"partition {self._partition}: a reader sees cells that no transaction left")


def difference(found: Mapping[Any, Any], expected: Mapping[Any, Any]) -> str:
    """Say where two tables differ, the first few places."""
    lines = [
        f"{key}: {found.get(key)} where {expected.get(key)} is true"
        for key in sorted({*found, *expected}, key=str)
        if found.get(key) != expected.get(key)
    ]
    return "\n  ".join(["published is not what the committed events give", *lines[:4]])
