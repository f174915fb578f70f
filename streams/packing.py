"""A case as bytes: the set of its events, each reduced to the fields its folds use, in (occurred_at, event_id) order.

These bytes are what the worker holds in memory and what it writes to its changelog. Bytes are flat: Python's cyclic
collector never walks them. Format 1, little endian:

    header   format u8 · layout 4 bytes · flags u8 · number of events u32 · newest occurred_at i64
    event    size u16 · event u8 · flags u8 · event_id 16 bytes · occurred_at i64 · Kafka's time u32 s · arrived u32 s
             · offset u48 · fingerprint u32 · village u16 · fields of fixed width · texts · [corrects 16 bytes]

The layout names the events and fields by number; it is written to the changelog once, so that bytes written before a
change of the catalogue are read after it (streams/layouts.py): fields that were not kept are null until the domain is
rebuilt.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct, calcsize
from typing import Final, NamedTuple

from schemas.errors import InvalidEvent
from streams.quick.built import writing

FORMAT: Final = 1
VOID_INDEX: Final = 255

HEADER: Final = Struct("<B4sBIq")
EVENT: Final = Struct("<HBB16sqIIHIIH")
HEADER_SIZE: Final = HEADER.size
EVENT_FORMAT: Final = EVENT.format

CORRECTED: Final = 1
"""Header: some event names another in `corrects`."""
OPENED: Final = 2
"""Header: an opening event is in the set."""
INCOMPLETE: Final = 4
"""Header: some event was packed before all was kept of it that folds use now; what is missing is null until a rebuild."""

CORRECTS: Final = 1
"""Event: its last 16 bytes are the id it corrects."""
TOLD: Final = 2
"""Event: it was dead-lettered as breaking a rule of the case; that happens once."""
TOLD_ORPHAN: Final = 4
"""Event: it was dead-lettered as an orphan; that happens once, and says nothing of a rule it turns out to break."""

_MEMORY: Final = Struct("<IIHI")
_MEMORY_AT: Final = calcsize("<HBB16sq")
ARRIVED_AT: Final = calcsize("<HBB16sqI")
FINGERPRINT_AT: Final = calcsize("<HBB16sqIIHI")
"""Where these stand in an event's bytes; each is a u32."""

NO_VILLAGE: Final = 0xFFFF
ID_SIZE: Final = 16
MOST_BYTES: Final = 0xFFFF
MOST_SECONDS: Final = 0xFFFFFFFF

Packed = bytes


@dataclass(frozen=True, slots=True)
class Event:
    """One event's place in packed bytes, and what its fixed part says."""

    start: int
    size: int
    index: int
    flags: int
    id: bytes
    occurred_at: int
    record_seconds: int
    arrived_seconds: int
    offset: int
    fingerprint: int


class Fresh(NamedTuple):
    """An event not yet merged into its case: the order it belongs in, its bytes, and what it does to the header."""

    occurred_at: int
    id: bytes
    packed: bytes
    flags: int


def events_of(packed: Packed) -> list[Event]:
    """Return the events in order."""
    found, at, end = [], HEADER_SIZE, len(packed)
    unpack = EVENT.unpack_from
    while at < end:
        size, index, flags, id_, occurred, recorded, arrived, high, low, print_, _ = unpack(packed, at)
        found.append(Event(at, size, index, flags, id_, occurred, recorded, arrived, high << 32 | low, print_))
        at += size
    return found


def find(packed: Packed, event_id: bytes) -> Event | None:
    """Return the event with this id."""
    if event_id not in packed:
        return None
    # The bytes may also be those of another event's `corrects`: look at every event.
    return next((event for event in events_of(packed) if event.id == event_id), None)


def fixed_of(packed: bytes) -> Event:
    """Return the fixed part of one event's bytes."""
    size, index, flags, id_, occurred, recorded, arrived, high, low, print_, _ = EVENT.unpack_from(packed, 0)
    return Event(0, size, index, flags, id_, occurred, recorded, arrived, high << 32 | low, print_)


def merged(packed: Packed | None, layout: bytes, fresh: list[Fresh]) -> Packed:
    """Return the case with these events in it, each at its place in time. None of them may be in the case already."""
    found: Packed | None = None if writing is None else writing.merged(packed, layout, fresh)
    return sorted_in(packed, layout, fresh) if found is None else found


def sorted_in(packed: Packed | None, layout: bytes, fresh: list[Fresh]) -> Packed:
    """Do what `merged` does, whatever the order."""
    if packed is None and len(fresh) == 1:
        occurred_at, _, event_bytes, flags = fresh[0]
        return HEADER.pack(FORMAT, layout, flags, 1, occurred_at) + event_bytes
    flags, number, newest, body = 0, 0, -(1 << 63), b""
    if packed is not None:
        _, _, flags, number, newest = HEADER.unpack_from(packed, 0)
        body = packed[HEADER_SIZE:]
    for event in fresh:
        flags |= event.flags
    ordered = fresh if len(fresh) == 1 else sorted(fresh)
    if ordered[0].occurred_at > newest:
        body += b"".join([event.packed for event in ordered])
    elif packed is not None:
        there = [
            (event.occurred_at, event.id, packed[event.start : event.start + event.size]) for event in events_of(packed)
        ]
        there += [event[:3] for event in ordered]
        body = b"".join([each[2] for each in sorted(there)])
    newest = max(newest, ordered[-1].occurred_at)
    return HEADER.pack(FORMAT, layout, flags, number + len(fresh), newest) + body


def told(packed: Packed, ids: set[bytes], flag: int) -> Packed:
    """Return the case with these events marked as dead-lettered: TOLD or TOLD_ORPHAN."""
    changed = bytearray(packed)
    for event in events_of(packed):
        if event.id in ids:
            changed[event.start + 3] |= flag
    return bytes(changed)


def with_memory(event: bytes, stood: Event) -> bytes:
    """Return an event's bytes with what is remembered of it beside its content: where and when it came, whether it was told."""
    fixed = fixed_of(event)
    if fixed.fingerprint != stood.fingerprint and fixed.offset != stood.offset:
        return event
    changed = bytearray(event)
    changed[3] |= stood.flags & (TOLD | TOLD_ORPHAN)
    offset = stood.offset
    _MEMORY.pack_into(
        changed, _MEMORY_AT, stood.record_seconds, stood.arrived_seconds, offset >> 32, offset & 0xFFFFFFFF
    )
    return bytes(changed)


def count_of(packed: Packed) -> int:
    """Return the number of events in the set, effective or not."""
    number: int = HEADER.unpack_from(packed, 0)[3]
    return number


def flags_of(packed: Packed) -> int:
    """Return the header's flags."""
    return packed[5]


def layout_of(packed: Packed) -> bytes:
    """Return the id of the layout the case is packed in; raises ValueError for a format we do not know."""
    if not packed or packed[0] != FORMAT:
        raise ValueError(f"packed case of format {packed[:1].hex() or 'nothing'}: this worker reads format {FORMAT}")
    return packed[1:5]


def corrected_ids(packed: Packed) -> frozenset[bytes]:
    """Return every id that some event names in `corrects`: those events are not effective."""
    if not packed[5] & CORRECTED:
        return frozenset()
    return frozenset(
        packed[event.start + event.size - ID_SIZE : event.start + event.size]
        for event in events_of(packed)
        if event.flags & CORRECTS
    )


def too_large(size: int) -> InvalidEvent:
    """Return the refusal of an event whose folded fields do not fit."""
    return InvalidEvent("rule:size", f"the fields folds use take {size} bytes, more than {MOST_BYTES}")


def uuid_text(id_: bytes) -> str:
    """Return a uuid's canonical text."""
    digits = id_.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
