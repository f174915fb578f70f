"""Verification as a process: again and again, with metrics of what was found."""

from __future__ import annotations

import logging
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from prometheus_client import start_http_server

from schemas.errors import Unavailable
from sinks import metrics
from sinks.proof.report import DIFFERENT, EQUAL, NOT_COMPARED, verdict
from sinks.warehouse import QueryFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.settings import Settings
    from sinks.proof.rounds import Outcome, Progress

REST: Final = 3.0
"""After a run as many times its own time passes, at least, before the next: a large warehouse is not kept busy by its proof."""
_WORDS: Final = {EQUAL: "equal", DIFFERENT: "different", NOT_COMPARED: "not_compared"}

logger = logging.getLogger(__name__)


class Stopping(Exception):  # noqa: N818 - a request, not an error
    """The process was asked to stop while a verification was under way: nothing is said of it."""


def watch(settings: Settings, every_seconds: float, run: Callable[[Callable[[float], bool], Progress], Outcome]) -> int:
    """Run every so many seconds until SIGTERM or SIGINT, and export what is found; returns 0.

    `run` is given what to wait with, which answers False once the process is asked to stop, and what to tell its steps to,
    which then ends it. While ClickHouse is away, or the
    warehouse is not made yet, nothing is said of the numbers but that no run came to its end.
    """
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if settings.metrics_port:
        start_http_server(settings.metrics_port, settings.metrics_host)
    metrics.VERIFY_LAST_RUN.set_to_current_time()
    while not stopping.is_set():
        began = time.monotonic()
        with suppress(Stopping):
            once(lambda: run(lambda seconds: not stopping.wait(seconds), _ends(stopping)))
        took = time.monotonic() - began
        stopping.wait(max(every_seconds - took, took * REST))
    return 0


def _ends(stopping: threading.Event) -> Progress:
    def told(what: str, done: int, total: int) -> None:
        _ = what, done, total
        if stopping.is_set():
            raise Stopping

    return told


def once(run: Callable[[], Outcome]) -> None:
    """Run once and export what was found."""
    try:
        outcome = run()
    except (Unavailable, QueryFailed) as error:
        logger.warning("未能核对 / could not verify: %s", error)
        metrics.VERIFY_RUNS.labels(_WORDS[NOT_COMPARED]).inc()
        return
    found = verdict(outcome)
    metrics.VERIFY_RUNS.labels(_WORDS[found]).inc()
    metrics.VERIFY_MISMATCHES.set(outcome.different)
    metrics.VERIFY_CELLS.set(outcome.cells)
    metrics.VERIFY_MOVING.set(outcome.unjudged)
    metrics.VERIFY_SECONDS.set(outcome.seconds)
    metrics.VERIFY_LAST_RUN.set_to_current_time()
    told = f"{outcome.cells} cells, {outcome.different} differ, {outcome.unjudged} moving, {outcome.seconds:.1f} s"
    logger.log(logging.ERROR if found == DIFFERENT else logging.INFO, "%s: %s", _WORDS[found], told)
    for each in outcome.mismatches[:10]:
        logger.error("%s: published %s, by the events %s", each.key, each.published, each.computed)
