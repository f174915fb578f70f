"""What was fetched of a partition and not yet folded. Bounded: its owner is told when to stop fetching."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streams.transport import Chunk


class Inbox:
    """Chunks in order. A chunk counts until it is `done`, so that the one being folded is part of the bound."""

    def __init__(self, most_records: int, most_bytes: int) -> None:
        self._most_records = most_records
        self._most_bytes = most_bytes
        self._chunks: deque[Chunk] = deque()
        self._arrived = asyncio.Event()
        self._held = False
        self.records = 0
        self.size_bytes = 0

    def put(self, chunk: Chunk) -> bool:
        """Take a chunk. True when fetching must stop from now on: it is over the bound, and was not before."""
        self._chunks.append(chunk)
        self._arrived.set()
        self.records += len(chunk.records)
        self.size_bytes += chunk.size_bytes
        if self._held or (self.records <= self._most_records and self.size_bytes <= self._most_bytes):
            return False
        self._held = True
        return True

    async def get(self) -> Chunk:
        """Wait for the oldest chunk."""
        while not self._chunks:
            self._arrived.clear()
            await self._arrived.wait()
        return self._chunks.popleft()

    def done(self, chunk: Chunk) -> bool:
        """Let go of a folded chunk. True when fetching may go on: half of the bound is free, and it was stopped."""
        self.records -= len(chunk.records)
        self.size_bytes -= chunk.size_bytes
        if not self._held or self.records > self._most_records // 2 or self.size_bytes > self._most_bytes // 2:
            return False
        self._held = False
        return True

    def clear(self) -> None:
        """Forget everything; what it held is fetched again."""
        self._chunks.clear()
        self._arrived.clear()
        self._held = False
        self.records = self.size_bytes = 0
