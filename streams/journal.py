"""What the changelog holds beside cases.

The layouts they are packed in, when the cells were last published, by which definitions.

Keys begin with `#`, which no case's key does.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from streams.layouts import Layout, lacking, repacked
from streams.packing import Packed, layout_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from streams.engine import Engine

PREFIX: Final = b"#"
CLOCK: Final = b"#clock"
DEFINITION: Final = b"#definition"
_LAYOUT: Final = b"#layout|"
_REBUILDING: Final = b'{"rebuilding":'


class Unfinished(NamedTuple):
    """Stands in place of the definition while a rebuild of these kinds of case writes; `definition` stood there before.

    No catalogue is called so: a worker that starts in the middle finds other definitions than its own, and publishes again
    whatever the rebuild has left, so that cells and cases belong together.
    """

    kinds: frozenset[str]
    definition: str | None

    @property
    def value(self) -> bytes:
        """Return what is written."""
        return json.dumps(
            {"rebuilding": sorted(self.kinds), "definition": self.definition}, separators=(",", ":")
        ).encode()

    @classmethod
    def of(cls, value: bytes | None) -> Unfinished | None:
        """Return what was written, None when no rebuild is under way."""
        if value is None or not value.startswith(_REBUILDING):
            return None
        written = json.loads(value)
        return cls(frozenset(written["rebuilding"]), written["definition"])


class Journal:
    """Reads these records on restore, and writes those that are not in the changelog yet."""

    def __init__(self, engine: Engine) -> None:
        self._layouts = {plan.layout.id: plan.layout for plan in engine.cases.values()}
        self._wanted = {_LAYOUT + id_.hex().encode(): layout.text.encode() for id_, layout in self._layouts.items()}
        self._wanted[DEFINITION] = engine.definition.encode()
        self._written: dict[bytes, bytes] = {}
        self.clock: int | None = None

    @property
    def definition_changed(self) -> bool:
        """Whether the changelog was written under other definitions."""
        return self._written.get(DEFINITION) not in (None, self._wanted[DEFINITION])

    @property
    def unfinished(self) -> Unfinished | None:
        """The rebuild that began to write here and did not end, if there is one."""
        return Unfinished.of(self._written.get(DEFINITION))

    @property
    def definition(self) -> str | None:
        """Under which definitions the cells were published, an unfinished rebuild aside; None in an empty changelog."""
        unfinished, written = self.unfinished, self._written.get(DEFINITION)
        if unfinished is not None:
            return unfinished.definition
        return None if written is None else written.decode()

    def lacking(self, layout: Layout) -> frozenset[str]:
        """Return what this layout keeps and an older one of the same kind of case did not: `Record.field`."""
        targets = {event.name: event for event in layout.events}
        return frozenset(
            f"{event.name}.{field}"
            for older in self._layouts.values()
            if older.case == layout.case
            for event in older.events
            for field in lacking(event, targets.get(event.name))
        )

    def unwritten(self) -> list[tuple[bytes, bytes | None]]:
        """Return the layouts of today that the changelog lacks: they come before any case packed in them."""
        return [(key, value) for key, value in self._wanted.items() if key != DEFINITION and key not in self._written]

    def obsolete(self, kinds: Collection[str]) -> list[tuple[bytes, bytes | None]]:
        """Return the removal of the layouts of these kinds of case in which nothing is packed any more but today's."""
        old = [key for key in self._written if key.startswith(_LAYOUT) and key not in self._wanted]
        return [(key, None) for key in old if Layout.of_text(self._written[key].decode()).case in kinds]

    def read(self, key: bytes, value: bytes | None) -> None:
        """Take a record of the changelog whose key begins with PREFIX; raises ValueError when it makes no sense."""
        if value is None:
            self._written.pop(key, None)
            return
        self._written[key] = value
        if key == CLOCK:
            self.clock = int(value)
        elif key.startswith(_LAYOUT):
            layout = Layout.of_text(value.decode())
            self._layouts[layout.id] = layout

    def records(self, clock: int) -> list[tuple[bytes, bytes | None]]:
        """Return what must be written together with cells as of `clock`."""
        new = {key: value for key, value in self._wanted.items() if self._written.get(key) != value}
        new[CLOCK] = str(clock).encode()
        self._written.update(new)
        return list(new.items())

    def repacked(self, packed: Packed, layout: Layout) -> Packed:
        """Return a case packed in an older layout in this one.

        Raises ValueError when the changelog does not say how to read it.
        """
        old = self._layouts.get(layout_of(packed))
        if old is None:
            raise ValueError(f"the changelog lacks the layout {layout_of(packed).hex()}")
        return repacked(packed, old, layout)
