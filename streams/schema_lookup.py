"""Asks the schema registry for ids the decoder does not know, outside the event loop, and waits while it is away."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final, Protocol

from schemas.errors import Unavailable
from streams import metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

logger = logging.getLogger(__name__)

_FIRST_WAIT_SECONDS: Final = 0.2
_LONGEST_WAIT_SECONDS: Final = 5.0


class Learns(Protocol):
    """schemas.codec.Decoder, as far as it is needed here."""

    def missing_ids(self, values: Iterable[bytes | None]) -> set[int]:
        """Ids neither known nor refused."""
        ...

    def learn(self, schema_id: int, schema_json: Mapping[str, Any]) -> None:
        """Take an id's schema."""
        ...

    def mark_unknown(self, schema_id: int) -> None:
        """Remember that the registry does not know the id."""
        ...


class SchemaLookup:
    """Teaches the decoder what a chunk needs before it is folded.

    Only the registry's own "no such id" makes a record unreadable (a dead letter). A registry that does not answer is
    waited for, however long it takes: nothing is lost, the partition simply does not advance.
    """

    def __init__(self, decoder: Learns, schema_by_id: Callable[[int], Mapping[str, Any]]) -> None:
        self._decoder = decoder
        self._schema_by_id = schema_by_id
        self._asking = asyncio.Lock()
        self._waiting = 0

    @property
    def waiting(self) -> bool:
        """Whether some partition waits for the registry now: no progress is not our fault then."""
        return self._waiting > 0

    async def ensure(self, values: Iterable[bytes | None]) -> None:
        """Return once every schema id in these values is known or known to be unknown."""
        missing = self._decoder.missing_ids(values)
        if not missing:
            return
        async with self._asking:
            for schema_id in sorted(missing):
                if self._decoder.missing_ids([_framed(schema_id)]):  # another partition may have asked meanwhile
                    await self._ask(schema_id)

    async def _ask(self, schema_id: int) -> None:
        wait_seconds = _FIRST_WAIT_SECONDS
        while True:
            try:
                schema = await asyncio.to_thread(self._schema_by_id, schema_id)
            except LookupError:
                self._decoder.mark_unknown(schema_id)
                return
            except Unavailable as error:
                logger.warning(
                    "waiting for the schema registry (schema id %d), partitions that need it stand: %s",
                    schema_id,
                    error,
                )
                self._waiting += 1
                metrics.WAITING_FOR_REGISTRY.set(1)
                try:
                    await asyncio.sleep(wait_seconds)
                finally:
                    self._waiting -= 1
                wait_seconds = min(wait_seconds * 2, _LONGEST_WAIT_SECONDS)
            else:
                metrics.WAITING_FOR_REGISTRY.set(0)
                self._decoder.learn(schema_id, schema)
                return


def _framed(schema_id: int) -> bytes:
    """Make a value with this id's header, long enough to be looked at."""
    return b"\0" + schema_id.to_bytes(4, "big") + b"\0"
