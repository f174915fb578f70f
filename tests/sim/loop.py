"""An event loop without a clock and without sockets: a simulated process runs in one, a step at a time.

Every asyncio construct the product uses works in it unchanged. What a task waits for from outside is a future the
simulation settles; what it waits for in time comes when the simulation says that the time has come.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from contextvars import Context

_ROUNDS = 20
"""A task that still lives after being cancelled so often does not mean to end."""


class Loop:
    """The loop of one process. `owner` is that process, for whoever is called from inside it and must know."""

    def __init__(self, owner: Any, now: Callable[[], float]) -> None:
        self.owner = owner
        self.time = now
        self._self: Any = self  # which asyncio takes for a loop of its own
        self.errors: list[BaseException] = []
        self._ready: deque[asyncio.Handle] = deque()
        self._timers: list[asyncio.TimerHandle] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    def run(self) -> None:
        """Run whatever can run, until everything waits for something from outside."""
        ready = self._ready
        asyncio._set_running_loop(self._self)
        try:
            while ready:
                handle = ready.popleft()
                if not handle._cancelled:
                    handle._run()
        finally:
            asyncio._set_running_loop(None)

    def run_timers(self) -> None:
        """Run what was due by now."""
        now = self.time()
        while self._timers and self._timers[0].when() <= now:
            handle = heapq.heappop(self._timers)
            if not handle._cancelled:
                self._ready.append(handle)
        self.run()

    def bury(self) -> None:
        """Unwind what a killed process was doing, so that nothing of it is left to the garbage collector."""
        for _ in range(_ROUNDS):
            for task in list(self._tasks):
                task.cancel()
            self.run()
            if not self._tasks:
                break
        self._timers.clear()

    def call_soon(self, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self._self, context)
        self._ready.append(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self._self, context)
        heapq.heappush(self._timers, handle)
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self._self)

    def create_task(self, coro: Coroutine[Any, Any, Any], **options: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self._self, **options)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is not None:
            self.errors.append(error)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Leave it in the heap: it is passed over when it comes up."""
