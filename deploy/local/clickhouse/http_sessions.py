"""Sessions of the HTTP interface: without a `session_id` one a request, with one they last until they are idle."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deploy.local.clickhouse.errors import EngineError
from deploy.local.clickhouse.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.local.clickhouse.engine import Engine
    from deploy.local.clickhouse.http_request import HttpQuery

SESSIONS_MAX = 1000


@dataclass
class _Kept:
    session: Session
    lock: threading.Lock = field(default_factory=threading.Lock)
    expires_at: float = 0.0


class HttpSessions:
    """Lends sessions to requests; a named one to one request at a time, as ClickHouse does."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def lend(self, query: HttpQuery) -> Iterator[Session]:
        """Lend the request's session. Raises EngineError 372 (not found), 373 (busy), 81 (database)."""
        if not query.session_id:
            session = Session(self._engine, query.database)
            try:
                yield session
            finally:
                session.close()
            return
        kept = self._find(query)
        if not kept.lock.acquire(blocking=False):
            raise EngineError.of(
                373, "SESSION_IS_LOCKED", f"Session {query.session_id} is locked by a concurrent client"
            )
        try:
            if query.database and query.database != kept.session.database:
                kept.session.use(query.database)
            yield kept.session
        finally:
            kept.expires_at = time.monotonic() + query.session_seconds
            kept.lock.release()

    def _find(self, query: HttpQuery) -> _Kept:
        now = time.monotonic()
        with self._lock:
            for name in [name for name, kept in self._kept.items() if kept.expires_at < now]:
                self._kept.pop(name).session.close()
            kept = self._kept.get(query.session_id)
            if kept is None and query.session_check:
                raise EngineError.of(372, "SESSION_NOT_FOUND", f"Session {query.session_id} not found")
            if kept is None:
                if len(self._kept) >= SESSIONS_MAX:
                    raise EngineError.of(202, "TOO_MANY_SIMULTANEOUS_QUERIES", f"{SESSIONS_MAX} sessions are open")
                kept = self._kept[query.session_id] = _Kept(Session(self._engine))
            kept.expires_at = float("inf")
        return kept

    def close(self) -> None:
        """Close every session."""
        with self._lock:
            for kept in self._kept.values():
                kept.session.close()
            self._kept.clear()
