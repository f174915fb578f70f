"""How many records' publications may be under way at once, over all partitions of a worker.

Draining folds what was gathered and cannot yield; a transaction needs several turns of the event loop. In a backlog every
partition has much to publish, and if all began at once each would wait for the draining of all. So large publications go one
by one, while the others gather; small ones, as in quiet times, never wait.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Budget:
    """Lets publications in by the records they hold, in the order they came; one alone is let in however large it is."""

    def __init__(self, most_records: int) -> None:
        self._most_records = most_records
        self._line = asyncio.Lock()
        self._changed = asyncio.Condition()
        self.under_way = 0

    @asynccontextmanager
    async def publication(self, records: int) -> AsyncIterator[None]:
        """Wait for one's turn, then count as under way for as long as the context lasts."""
        async with self._line, self._changed:
            await self._changed.wait_for(lambda: not self.under_way or self.under_way + records <= self._most_records)
            self.under_way += records
        try:
            yield
        finally:
            self.under_way -= records
            async with self._changed:
                self._changed.notify_all()
