"""What a run of the county needs to be told again: seed, beginning, clock, how far it came; and the truths of its end.

Written ahead of sending, so that a run that was cut off is continued with exactly the same events: the ones sent twice
are then the same events, and are counted once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from producers.simulate.clock import Clock, Stretch

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 2


@dataclass(slots=True)
class Sent:
    """What this run sent: records in all, copies among them, late ones, different events, and how long it took."""

    records: int = 0
    repeated: int = 0
    late: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Plan:
    """A county's run. `people` is the share of the usual residents who live in it.

    `until` is the county time (ms) up to which everything recorded was, or is about to be, sent.
    `complete`: everything before `until` is confirmed. `events` counts the different events recorded before `until`
    since the county began, by record; `truths` are by domain.
    """

    seed: int
    people: float
    county: str
    first_day: int
    clock: Clock
    until: int
    complete: bool = False
    events: dict[str, int] = field(default_factory=dict)
    sent: Sent = field(default_factory=Sent)
    truths: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def save(self, file: Path) -> None:
        """Write the plan whole or not at all."""
        content = {
            "format": FORMAT,
            "seed": self.seed,
            "people": self.people,
            "county": self.county,
            "first_day": self.first_day,
            "clock": [{"county": at.county, "wall": at.wall, "speed": at.speed} for at in self.clock.stretches],
            "until": self.until,
            "until_wall": self.clock.to_wall(self.until),
            "complete": self.complete,
            "events": self.events,
            "sent": {
                "records": self.sent.records,
                "repeated": self.sent.repeated,
                "late": self.sent.late,
                "seconds": round(self.sent.seconds, 3),
            },
            "truths": self.truths,
        }
        beside = file.with_name(file.name + ".new")
        beside.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(file)

    @classmethod
    def load(cls, file: Path) -> Plan:
        """Read a plan. Raises ValueError when the file is not one, OSError when it cannot be read."""
        problem = f"{file}: 不是仿真记录文件 / not the record of a simulation"
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                raise ValueError(f"format {content['format']}, {FORMAT} is read here")  # noqa: TRY301
            plan = cls(
                seed=content["seed"],
                people=content["people"],
                county=content["county"],
                first_day=content["first_day"],
                clock=Clock([Stretch(at["county"], at["wall"], at["speed"]) for at in content["clock"]]),
                until=content["until"],
                complete=content["complete"],
                events=content["events"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{problem}: {error!r}") from error
        return plan
