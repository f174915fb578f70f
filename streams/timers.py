"""What becomes true by the clock alone.

Moments at which a case must be looked at again. A heap, so nothing is ever scanned.
"""

from __future__ import annotations

from heapq import heappop, heappush


class Timers:
    """Moments (ms) with the keys of cases.

    One that is no longer needed does no harm: the case is looked at and nothing is due.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[int, bytes]] = []

    def __len__(self) -> int:
        return len(self._heap)

    def set(self, moment: int, key: bytes) -> None:
        """Look at this case when the clock reaches `moment`."""
        heappush(self._heap, (moment, key))

    @property
    def next(self) -> int | None:
        """Return the earliest moment, None if there is none."""
        return self._heap[0][0] if self._heap else None

    def due(self, now: int) -> dict[bytes, None]:
        """Take out every timer up to and including `now`; return their cases, each once, the earliest first."""
        keys: dict[bytes, None] = {}
        while self._heap and self._heap[0][0] <= now:
            keys[heappop(self._heap)[1]] = None
        return keys
