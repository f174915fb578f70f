"""Random events of any domain: whatever its records allow, at few and round moments, repeated, corrected, taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from schemas.domain import EVENT_VOIDED

if TYPE_CHECKING:
    from random import Random

    from schemas.catalogue.model import CaseDefinition, Catalogue
    from schemas.domain import Field

HOUR = 3_600_000
DAY = 24 * HOUR
START = 1_772_323_200_000  # 2026-03-01 08:00 in Shanghai; New York changes its clock a week later
TEXTS = ("供电所", "水务", "城管|综合", "it's \\ 50%", "b", "")
Event = tuple[str, dict[str, Any]]


class EventMaker:
    """Makes events of one kind of case in one township."""

    def __init__(self, rng: Random, catalogue: Catalogue, case: CaseDefinition, township: str) -> None:
        self._rng = rng
        self._catalogue = catalogue
        self._case = case
        self._township = township
        self._ids: dict[str, list[str]] = {}

    def events(self, cases: int, most: int) -> list[Event]:
        """Return some events of a few cases, in no order, some of them twice, some under an id that is taken."""
        rng = self._rng
        made: list[Event] = []
        for number in range(rng.randint(1, most)):
            case = f"案{rng.randint(1, cases)}"
            if number < cases and rng.random() < 0.8:
                made.append(self._event(self._case.opens_with, case))
            elif rng.random() < 0.12:
                made.append(self._void(case))
            else:
                made.append(self._event(rng.choice(self._case.events), case))
        if rng.random() < 0.3:  # another content under an id that is there
            name, event = rng.choice(made)
            made.append((name, {**event, "occurred_at": self._moment()}))
        made += rng.choices(made, k=rng.randint(0, 3))
        rng.shuffle(made)
        return made

    def _event(self, record: str, case: str) -> Event:
        schema = self._catalogue.domain.event(record)
        event = {field.name: self._value(field) for field in schema.fields}
        event |= self._envelope(case) | {self._case.id_field: case}
        for field in schema.fields:
            floor = field.attributes.get("not_before")
            if floor and event[field.name] is not None and event.get(floor) is not None:
                event[field.name] = event[floor] + self._rng.choice((0, 1, HOUR, DAY, 9 * DAY))
        return schema.full_name, event

    def _void(self, case: str) -> Event:
        own = {"case_type": self._case.name, "case_id": case, "reason": None}
        return EVENT_VOIDED, {**self._envelope(case, corrects=True), **own}

    def _envelope(self, case: str, *, corrects: bool = False) -> dict[str, Any]:
        rng, known = self._rng, self._ids.setdefault(case, [])
        at = self._moment()
        others = [each for ids in self._ids.values() for each in ids]
        named = None
        if known and (corrects or rng.random() < 0.2):
            named = rng.choice(known)
        elif corrects or rng.random() < 0.05:
            named = rng.choice([*others, str(UUID(int=rng.getrandbits(128), version=4))])
        id_ = str(UUID(int=rng.getrandbits(128), version=4))
        known.append(id_)
        village = rng.choice((None, f"{self._township}001", f"{self._township}002"))
        return {
            "event_id": id_,
            "occurred_at": at,
            "recorded_at": at,
            "township": self._township,
            "village": village,
            "department": rng.choice(TEXTS[:4]),
            "source": "test",
            "corrects": named,
        }

    def _moment(self) -> int:
        """Return a moment near the ends of days, months and of summer time, seldom anywhere else."""
        rng = self._rng
        edge = START + rng.choice((0, 0, 1, 7, 8, 30, 31, 45)) * DAY + rng.choice((0, 7, 8, -8, -3, 16)) * HOUR
        return edge + rng.choice((0, 0, 0, 1, -1, 999, HOUR - 1))

    def _value(self, field: Field) -> Any:
        rng = self._rng
        if field.nullable and rng.random() < 0.3:
            return None
        low, high = float(field.attributes.get("minimum", -3)), float(field.attributes.get("maximum", 9))
        details = field.avro_type if isinstance(field.avro_type, dict) else {}
        scale, digits = details.get("scale", 0), details.get("precision", 18)
        most = min(100_000, 10**digits)
        values: dict[str | None, Any] = {
            "timestamp-millis": lambda: self._moment() + rng.choice((0, HOUR, DAY, 8 * DAY)),
            "date": lambda: 20_500 + rng.randrange(40),
            "uuid": lambda: str(UUID(int=rng.getrandbits(128), version=4)),
            "decimal": lambda: Decimal(rng.randrange(-min(500, most - 1), most)).scaleb(-scale),
            "enum": lambda: rng.choice(field.symbols),
            "boolean": lambda: rng.random() < 0.5,
            "int": lambda: rng.randint(int(low), int(high)),
            "long": lambda: rng.randint(int(low), int(high)),
            "float": lambda: min(max(rng.randrange(-12, 40) / 8, low), high),
            "double": lambda: min(max(rng.randrange(-12, 40) / 10, low), high),
            "array": list,
            "map": dict,
            "record": lambda: None,
            "string": lambda: rng.choice(TEXTS[:4] if field.attributes.get("min_length") else TEXTS),
        }
        return values[field.logical if field.logical in values else field.kind]()
