"""What a rebuild found, over all partitions: counted, and said to people or programs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console

    from streams.comparing import Compared, Difference
    from streams.rebuilding import Rebuilt

STATES: Final = ("equal", "different", "missing", "gone")

_EVENTS: Final = {
    "read": "读到的事件（含重复） / events read, repeats included",
    "new": "新计入的事件 / events that did not count before",
    "kept": "Kafka 已不保留、按原样沿用的事件 / events Kafka no longer has, kept as they were packed",
    "missing": "Kafka 里没有、不再计入的事件 / events Kafka does not have, which no longer count",
    "dropped": "按现行规则拒绝的事件，成为死信 / events refused by the rules of today: dead letters",
    "unreadable": "读不懂的旧事项 / cases that could not be read",
}


@dataclass
class Found:
    """A difference and where: `record` is `case` or `cell`."""

    partition: int
    record: str
    difference: Difference


@dataclass
class Report:
    """Everything found so far."""

    applied: bool
    partitions: int = 0
    records: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    events: Counter[str] = field(default_factory=Counter)
    incomplete: Counter[str] = field(default_factory=Counter)
    undefined: dict[str, Counter[str]] = field(default_factory=dict)
    undecided: list[int] = field(default_factory=list)
    differences: list[Found] = field(default_factory=list)

    def add(self, rebuilt: Rebuilt) -> None:
        """Take a partition in."""
        self.partitions += 1
        for record, kinds in (("case", rebuilt.cases), ("cell", rebuilt.cells)):
            for kind, compared in kinds.items():
                self._count(rebuilt.partition, record, kind, compared)
        self.events += rebuilt.counts
        self.events["dropped"] += len(rebuilt.dropped)
        self.incomplete += rebuilt.incomplete
        for kind, (cases, cells) in rebuilt.undefined.items():
            self.undefined.setdefault(kind, Counter()).update(cases=cases, cells=cells)

    def _count(self, partition: int, record: str, kind: str, compared: Compared) -> None:
        self.records.setdefault((kind, record), Counter()).update(compared.counts)
        self.differences += [Found(partition, record, difference) for difference in compared.differences]

    @property
    def equal(self) -> bool:
        """Whether everything published was what the events say."""
        return not any(counts[state] for counts in self.records.values() for state in STATES[1:])

    def as_json(self) -> str:
        """Return it for programs. What is in a case is named, not shown."""
        return json.dumps(
            {
                "equal": self.equal,
                "applied": self.applied,
                "partitions": self.partitions,
                "undecided": self.undecided,
                "records": [
                    {"case_type": kind, "record": record, **{state: counts[state] for state in STATES}}
                    for (kind, record), counts in self.records.items()
                ],
                "events": {name: self.events[name] for name in _EVENTS},
                "incomplete": dict(self.incomplete),
                "undefined": {kind: dict(counts) for kind, counts in self.undefined.items()},
                "differences": [_difference(found) for found in self.differences],
            },
            ensure_ascii=False,
            indent=1,
        )

    def print(self, console: Console, most: int) -> None:
        """Print it for people, with so many differences at most."""
        table = Table("事项类型 case type", "记录 record", "相同 equal", "不同 different", "缺少 missing", "多余 gone")
        words = {"case": "事项 cases", "cell": "单元 cells"}
        for (kind, record), counts in self.records.items():
            table.add_row(kind, words[record], *(f"{counts[state]:,}" for state in STATES))
        console.print(table)
        for name, sentence in _EVENTS.items():
            if self.events[name]:
                console.print(f"{sentence}: {self.events[name]:,}", highlight=False)
        if not self.differences or not most:
            return
        shown = Table("分区 partition", "键 key", "差别 difference", "原来 → 应为 was → should be")
        for found in self.differences[:most]:
            shown.add_row(str(found.partition), found.difference.key, found.difference.kind, _words(found))
        console.print(shown)
        if most < len(self.differences):
            console.print(f"……共 {len(self.differences):,} 处，用 --show 看更多 / in all; --show shows more")


def _difference(found: Found) -> dict[str, Any]:
    difference = found.difference
    values: Any = (
        sorted(difference.values)
        if found.record == "case"
        else {name: list(pair) for name, pair in difference.values.items()}
    )
    return {
        "partition": found.partition,
        "record": found.record,
        "key": difference.key,
        "kind": difference.kind,
        "fields" if found.record == "case" else "parts": values,
    }


def _words(found: Found) -> str:
    """Return what differs: of a cell its numbers, of a case only the names of its fields."""
    values = found.difference.values
    if found.record == "case":
        return ", ".join(sorted(values))
    return "\n".join(f"{name}: {_numbers(old)} → {_numbers(new)}" for name, (old, new) in values.items())


def _numbers(part: Any) -> str:
    if part is None:
        return "—"
    numerator, denominator, buckets = part
    return f"{numerator}/{denominator}" + (f" {buckets}" if buckets else "")
