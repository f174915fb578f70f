"""What the changelog holds beside cases.

The layouts they are packed in, when the cells were last published, by which definitions.

Keys begin with `#`, which no case's key does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.layouts import Layout, repacked
from streams.packing import Packed, layout_of

if TYPE_CHECKING:
    from streams.engine import Engine

PREFIX: Final = b"#"
_CLOCK: Final = b"#clock"
_DEFINITION: Final = b"#definition"
_LAYOUT: Final = b"#layout|"


class Journal:
    """Reads these records on restore, and writes those that are not in the changelog yet."""

    def __init__(self, engine: Engine) -> None:
        self._layouts = {plan.layout.id: plan.layout for plan in engine.cases.values()}
        self._wanted = {_LAYOUT + id_.hex().encode(): layout.text.encode() for id_, layout in self._layouts.items()}
        self._wanted[_DEFINITION] = engine.definition.encode()
        self._written: dict[bytes, bytes] = {}
        self.clock: int | None = None

    @property
    def definition_changed(self) -> bool:
        """Whether the changelog was written under other definitions."""
        written = self._written.get(_DEFINITION)
        return written is not None and written != self._wanted[_DEFINITION]

    def read(self, key: bytes, value: bytes | None) -> None:
        """Take a record of the changelog whose key begins with PREFIX; raises ValueError when it makes no sense."""
        if value is None:
            self._written.pop(key, None)
            return
        self._written[key] = value
        if key == _CLOCK:
            self.clock = int(value)
        elif key.startswith(_LAYOUT):
            layout = Layout.of_text(value.decode())
            self._layouts[layout.id] = layout

    def records(self, clock: int) -> list[tuple[bytes, bytes | None]]:
        """Return what must be written together with cells as of `clock`."""
        new = {key: value for key, value in self._wanted.items() if self._written.get(key) != value}
        new[_CLOCK] = str(clock).encode()
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
