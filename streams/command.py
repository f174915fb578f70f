"""`xiangmai worker`: the process that turns events into numbers."""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import logging
import os
import signal
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from schemas.settings import Settings
from streams.options import WorkerOptions

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from streams.build import Prepared

logger = logging.getLogger(__name__)

EXIT_CRASHED: Final = 70
_NOISY: Final = ("aiokafka", "faust", "kafka", "mode", "httpx")


@click.command("worker")
@click.option(
    "--instance",
    envvar="XIANGMAI_WORKER_INSTANCE",
    metavar="NAME",
    help="本进程的固定名称，重启后立即取回分区 / a fixed name: restarted under it, it has its partitions back at once",
)
@click.option(
    "--session-timeout",
    envvar="XIANGMAI_WORKER_SESSION_TIMEOUT_SECONDS",
    type=click.FloatRange(6, 300),
    default=WorkerOptions.__dataclass_fields__["session_timeout_seconds"].default,
    show_default=True,
    metavar="SECONDS",
    help="多久没有心跳即由别的进程接管 / without a heartbeat for so long, others take over",
)
@click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(0, 3600),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="启动时等待 Kafka 与注册中心多久 / how long to wait for Kafka and the registry at the start",
)
def worker(instance: str | None, session_timeout: float, wait_seconds: float) -> None:
    """把村里的事件算成乡镇的指标 / turn village events into township numbers.

    \b
      village.<domain> → 事项 cases → 指标 cells → township.cases, township.indicators
      读不懂、不合规则的 what cannot be read or breaks a rule → dead-letters

    状态在 worker-changelog，每次发布是一个 Kafka 事务：随时 kill -9，重启后数字不变。可同时运行多个（不多于分区数）。

    State stands in worker-changelog; every publication is one Kafka transaction. Kill it at any moment: the numbers
    stay right. Run as many as you like, up to the number of partitions. SIGTERM ends it within 10 seconds.

    \b
    退出码 exit codes: 0 已停止 stopped · 1 定义被拒 a definition is refused · 3 Kafka 或注册中心不可用 unavailable ·
    70 异常或停滞，应由守护进程重启 crashed or stalled, to be started again
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    settings = Settings()
    _log_to_stderr(settings.log_level)
    faulthandler.register(signal.SIGUSR1, all_threads=True)  # kill -USR1 shows where every thread stands
    options = WorkerOptions(instance=instance or None, session_timeout_seconds=session_timeout)
    _run(settings, options, wait_seconds)


def run_and_leave(work: Coroutine[Any, Any, int]) -> NoReturn:
    """Run this to its end, then end the process with the code it gives; nothing else that runs in it is waited for.

    Everything that matters is committed by then. A client's task or thread may hang on a dead connection for ever, and
    asyncio and the interpreter would wait for it: a worker that crashed would neither work nor be started again.
    """

    async def leave() -> NoReturn:
        code = await work
        sys.stderr.flush()
        os._exit(code)

    asyncio.run(leave())
    raise AssertionError("the process has ended")


def _run(settings: Settings, options: WorkerOptions, wait_seconds: float) -> NoReturn:
    from streams import metrics
    from streams.build import prepare
    from streams.quick.form import QUICK

    metrics.serve(settings.metrics_host, settings.metrics_port)
    metrics.BUILD_INFO.labels("worker", version("xiangmai"), version("faust-streaming"), version("aiokafka")).set(1)
    prepared = prepare(settings, wait_seconds=wait_seconds)
    logger.info(
        "乡脉计算进程启动 / Xiangmai worker: group %s, topics %s, %d partitions, Kafka %s, calendar %s, plain events read in %s",
        settings.worker_id,
        ", ".join(prepared.topics),
        settings.partitions,
        settings.kafka_bootstrap,
        settings.timezone,
        "C" if QUICK else "Python (make setup says how to have it quicker)",
    )
    _settle_garbage_collector()
    run_and_leave(_serve(settings, options, prepared))


async def _serve(settings: Settings, options: WorkerOptions, prepared: Prepared) -> int:
    from streams.app import WorkerApp, run_until
    from streams.build import make_edge
    from streams.watchdog import Watchdog, guard_loop

    app = WorkerApp(settings.worker_id, settings.kafka_bootstrap, options)
    partitions = app.serve(prepared.topics, make_edge(settings, prepared, options, lambda: app.intake))
    watchdog = Watchdog(
        settings.kafka_bootstrap,
        lambda: partitions.standing,
        stalled_after_seconds=options.stalled_after_seconds,
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    watchdog.start()
    guard = asyncio.create_task(guard_loop(options.stalled_after_seconds))
    crash = await run_until(app, partitions, stop)
    guard.cancel()
    watchdog.stop()
    if crash is not None:
        logger.critical("计算进程异常结束，应重启 / the worker ends and is to be started again: %r", crash)
        return EXIT_CRASHED
    logger.info("已停止，已发布全部结果 / stopped; everything folded is published")
    if partitions.incomplete_cases:
        logger.warning(
            "%d 件事项缺少折叠所需的字段，请运行 / cases lack what folds need; now run: xiangmai rebuild --apply",
            partitions.incomplete_cases,
        )
    return 0


def _settle_garbage_collector() -> None:
    """Let the cyclic collector come seldom: folding makes no cycles, and looking for them took a fifth of the time."""
    gc.collect()
    gc.freeze()  # what is loaded by now stays
    gc.set_threshold(250_000, 20, 50)


class OncePerWhile(logging.Filter):
    """Lets a library say the same thing once in a while: of a broker that is away we hear 600 times a second."""

    def __init__(self, seconds: float = 5.0) -> None:
        super().__init__()
        self._seconds = seconds
        self._last_at: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to let it through."""
        if record.name.startswith(("streams", "schemas")):
            return True
        said = (record.name, str(record.msg))
        if record.created - self._last_at.get(said, 0.0) < self._seconds:
            return False
        self._last_at[said] = record.created
        return True


def _log_to_stderr(level: str) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    if level != "DEBUG":
        for name in _NOISY:
            logging.getLogger(name).setLevel(logging.WARNING)
        for handler in logging.getLogger().handlers:
            handler.addFilter(OncePerWhile())
