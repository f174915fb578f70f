"""`xiangmai rebuild`: numbers computed again from the events, compared with what is published, and put in its place."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import time
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Final

import click
from aiokafka.errors import KafkaError
from rich.console import Console

from schemas.codec import Decoder
from schemas.errors import Unavailable
from schemas.settings import Settings
from schemas.topics import EVENT_REFILL
from streams.rebuild_progress import RebuildProgress
from streams.rebuild_report import Report
from streams.rebuild_scope import UnknownName, scope_of, wait_for_no_members
from streams.rebuilding import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.build import Prepared
    from streams.rebuilder import RebuildEdge
    from streams.rebuilding import TooManyRefused

EXIT_DIFFERENT: Final = 1
EXIT_BUSY: Final = 4

_PIPE_WIDTH: Final = 200
_VERIFY: Final = "verify"


@click.command("rebuild")
@click.argument("names", nargs=-1, metavar="[领域 DOMAIN | 事项 CASE | 指标 INDICATOR]...")
@click.option(
    "--apply", "apply_", is_flag=True, help="写入并切换；没有它只比较 / write and switch over; else only compare"
)
@click.option(
    "--partition",
    "partitions",
    type=click.IntRange(0),
    multiple=True,
    metavar="N",
    help="只做这个分区，可重复 / only this",
)
@click.option(
    "--from-scratch", is_flag=True, help="旧状态里 Kafka 已没有的事件不再计入 / what Kafka lacks does not count"
)
@click.option(
    "--republish", is_flag=True, help="相同的也重新发布，此前的全部撤回 / publish also what is equal, withdraw the rest"
)
@click.option(
    "--forget",
    "forgotten",
    multiple=True,
    metavar="CASE",
    help="删除目录里已没有的事项类型 / take away a case type no longer defined",
)
@click.option(
    "--accept-refused",
    is_flag=True,
    help="旧事件被现行规则大量拒绝也照做 / go on though the rules of today refuse many events that stood",
)
@click.option(
    "--show", "most", default=20, show_default=True, type=click.IntRange(0), help="最多列出几处差别 / differences"
)
@click.option("--format", "output", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "--verify/--no-verify", default=True, help="切换后核对数据仓库 / afterwards prove the warehouse", show_default=True
)
@click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(0, 3600),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="等待计算进程离开、Kafka 与注册中心就绪多久 / how long to wait for workers to leave, for Kafka and the registry",
)
def rebuild(
    *,
    names: Sequence[str],
    apply_: bool,
    partitions: Sequence[int],
    from_scratch: bool,
    republish: bool,
    forgotten: Sequence[str],
    accept_refused: bool,
    most: int,
    output: str,
    verify: bool,
    wait_seconds: float,
) -> int:
    """从事件重新计算，与已发布的比较；加 --apply 才切换 / compute again from the events, compare, and with --apply switch over.

    \b
      xiangmai rebuild                          全部，只看不写 everything; only look
      xiangmai rebuild appeals --apply          一个领域 a domain
      xiangmai rebuild appeal_closure_rate      一个指标所数的事项 the cases an indicator counts
      xiangmai rebuild --apply --forget petition  改了名的事项类型 a case type that was renamed

    \b
    何时用 when:
      定义改了，要用到从前没有保留的字段（计算进程会提示）；指标、维度、事项类型被取消或改名；
      怀疑数字或状态有误；Kafka 里的更早事件补发之后。
      A definition needs a field that was not kept before (the worker says so); something was taken out of the catalogue or
      renamed; numbers are doubted; older events were sent to Kafka again.

    只看时不写任何东西，计算进程可以在运行。--apply 要求先停止计算进程：本命令临时接管各分区，位点不动，
    按有限大小的事务写入；中途被杀，计算进程照样能接着工作，再运行一次即可完成。

    Looking writes nothing, and workers may run. --apply wants them stopped: it owns each partition for a while, leaves
    the offsets where they are, and writes in transactions of bounded size. Kill it anywhere: a worker can go on with
    what stands, and a second run completes it.

    若一个分区有许多（XIANGMAI_REFUSED_ROW_LIMIT，默认 1,000 以上）原来计入的事件被现行规则拒绝，多半是规则错了：
    该分区不作改动，除非加 --accept-refused。

    Where the rules of today refuse many events of a partition that counted (more than XIANGMAI_REFUSED_ROW_LIMIT, 1,000 by
    default), more likely the rules are wrong: that partition is left as it is, unless --accept-refused says so.

    \b
    退出码 exit codes: 0 相同，或已切换 equal, or switched over · 1 不同或仍有缺失 different, or something is still missing ·
    3 Kafka 或注册中心不可用 unavailable · 4 计算进程在运行 a worker is running
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    settings = Settings()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    from streams import metrics
    from streams.build import prepare
    from streams.changelog import RecoveryStalled

    metrics.serve(settings.metrics_host, settings.metrics_port)
    prepared = prepare(settings, wait_seconds=wait_seconds, only_look=not apply_)
    wanted = Scope(frozenset(), frozenset(forgotten), from_scratch=from_scratch, republish=republish)
    try:
        scope = scope_of(names, prepared.catalogues, wanted)
    except UnknownName as unknown:
        raise click.BadParameter(str(unknown)) from unknown
    if beyond := [number for number in partitions if number >= settings.partitions]:
        raise click.BadParameter(f"没有分区 {beyond[0]} / no such partition: 0 … {settings.partitions - 1}")
    if apply_ and (there := _wait_for_workers(settings, wait_seconds)):
        click.echo(_busy(there), err=True)
        return EXIT_BUSY
    numbers = sorted(set(partitions)) or range(settings.partitions)
    try:
        most_refused = 0 if accept_refused else settings.refused_row_limit
        report, code = asyncio.run(_run(settings, prepared, scope, numbers, apply_=apply_, most_refused=most_refused))
    except (KafkaError, RecoveryStalled) as error:
        raise Unavailable("Kafka", settings.kafka_bootstrap, cause=f"{type(error).__name__}: {error}") from error
    _tell(report, most, output)
    code = code or _code(report, everything=not names)
    return code or (_verified(scope, prepared) if apply_ and verify else 0)


def _wait_for_workers(settings: Settings, seconds: float) -> list[str]:
    def tell(there: list[str]) -> None:
        click.echo(f"等待计算进程离开 / waiting for workers to leave: {', '.join(there)}", err=True)

    return wait_for_no_members(
        settings.kafka_bootstrap, settings.worker_id, wait_seconds=min(seconds, _most_wait()), tell=tell
    )


def _most_wait() -> float:
    """A worker that is really there will not leave by waiting; one that was killed is gone after its session."""
    from streams.options import WorkerOptions

    return 2 * WorkerOptions().session_timeout_seconds


def _busy(there: Sequence[str]) -> str:
    return (
        f"计算进程仍在运行：{', '.join(there)}。什么都没有改动。请先停止（本机：xiangmai stack without worker -- "
        "xiangmai rebuild … --apply 会先停后启；或 systemctl stop、kubectl scale --replicas=0），再运行一次。 / "
        f"Workers are running: {', '.join(there)}. Nothing was changed. Stop them first (on this machine: "
        "xiangmai stack without worker -- xiangmai rebuild … --apply; else systemctl stop, kubectl scale --replicas=0)."
    )


async def _run(
    settings: Settings, prepared: Prepared, scope: Scope, numbers: Sequence[int], *, apply_: bool, most_refused: int
) -> tuple[Report, int]:
    from streams import metrics
    from streams.changelog import reader
    from streams.transactions import OutputTopics

    report, code = Report(apply_), 0
    topics = (*prepared.engine.topics, *OutputTopics(), EVENT_REFILL)
    async with reader(settings.kafka_bootstrap, "xiangmai-rebuild", topics, settings.worker_id) as consumer:
        edge = _edge(settings, prepared, consumer)
        with RebuildProgress(len(numbers)) as progress:
            for done, number in enumerate(numbers):
                metrics.REBUILD_PARTITIONS.labels("done").set(done)
                metrics.REBUILD_PARTITIONS.labels("waiting").set(len(numbers) - done)
                progress.begin()
                code = await _partition(number, scope, edge, report, progress, most_refused)
                if code:
                    break
    return report, code or (EXIT_BUSY if report.undecided else 0)


async def _partition(
    number: int, scope: Scope, edge: RebuildEdge, report: Report, progress: RebuildProgress, most_refused: int
) -> int:
    """Do one partition; return an exit code other than 0 when the rest must not be tried."""
    from streams import metrics
    from streams.rebuilder import Moving, NotConfirmed, look, switch_over
    from streams.rebuilding import TooManyRefused
    from streams.transactions import Fenced, TransactionFailed

    try:
        if report.applied:
            report.add(await switch_over(number, scope, edge, progress, most_refused=most_refused))
        else:
            report.add(await look(number, scope, edge, progress))
    except Moving:
        report.undecided.append(number)
    except TooManyRefused as refused:
        click.echo(_held_back(refused), err=True)
        return EXIT_DIFFERENT
    except Fenced:
        click.echo(_stopped(number, "计算进程接管了它 / a worker has taken it over"), err=True)
        return EXIT_BUSY
    except (TransactionFailed, NotConfirmed) as error:
        click.echo(_stopped(number, str(error)), err=True)
        return EXIT_DIFFERENT
    for (kind, record), counts in report.records.items():
        for state, count in counts.items():
            metrics.REBUILD_DIFFERENCES.labels(kind, record, state).set(count)
    return 0


def _held_back(held: TooManyRefused) -> str:
    return (
        f"分区 {held.partition} 有许多原来计入的事件被现行规则拒绝：{held}。该分区与其后的都没有改动。请检查规则与目录；确属本意，加 "
        f"--accept-refused 再运行一次。 / Of partition {held.partition} the rules of today refuse many events that counted: {held}. "
        "Nothing was changed in it or in those after it. Look at the rules and the catalogue; if it is meant, run it again with "
        "--accept-refused."
    )


def _stopped(partition: int, why: str) -> str:
    return (
        f"分区 {partition} 没有完成：{why}。已写入的可以继续使用；请停止计算进程后再运行一次。 / partition {partition} was not "
        "completed. What is written can be gone on with; stop the workers and run it again."
    )


def _edge(settings: Settings, prepared: Prepared, consumer: Any) -> RebuildEdge:
    from streams.options import WorkerOptions
    from streams.outputs import output_schemas
    from streams.rebuilder import RebuildEdge
    from streams.schema_lookup import SchemaLookup

    published = Decoder(output_schemas(prepared.catalogues))
    return RebuildEdge(
        bootstrap=settings.kafka_bootstrap,
        consumer=consumer,
        group=settings.worker_id,
        engine=prepared.engine,
        own=prepared.own,
        published=published,
        event_schemas=SchemaLookup(prepared.decoder, prepared.registry.schema_by_id),
        published_schemas=SchemaLookup(published, prepared.registry.schema_by_id),
        clock=lambda: time.time_ns() // 1_000_000,
        options=WorkerOptions(),
    )


def _tell(report: Report, most: int, output: str) -> None:
    if output == "json":
        click.echo(report.as_json())
        return
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH)
    report.print(console, most)
    for line in _sentences(report):
        console.print(line, highlight=False, soft_wrap=True)


def _sentences(report: Report) -> Sequence[str]:
    """Say what it means, and what to do next."""
    said = []
    if report.undecided:
        parts = ", ".join(map(str, report.undecided))
        said.append(
            f"分区 {parts} 正在变化，没有结论；稍后或停止计算进程再看 / still moving: look again when they are quiet"
        )
    for kind, count in report.incomplete.items():
        said.append(
            f"{count:,} 件 {kind} 仍缺字段：Kafka 已没有它们的原事件，请先 xiangmai refill 补发，再运行一次 / "
            f"{count:,} cases of {kind} still lack fields, for Kafka no longer has their events: send them again with "
            "`xiangmai refill`, then run this again"
        )
    for kind, counts in report.undefined.items():
        said.append(
            f"{kind}：目录里没有，却有 {counts['cases']:,} 件事项、{counts['cells']:,} 个单元；确认后用 --apply --forget {kind} 删除 / "
            f"{kind} stands here and no catalogue defines it: to take it away, --apply --forget {kind}"
        )
    if not report.equal and not report.applied:
        said.append("不同：加 --apply 切换 / different: with --apply what the events say takes its place")
    elif report.applied:
        said.append("已切换并读回核对 / switched over, and read back")
    elif not report.undecided:
        said.append("相同 / equal")
    return said


def _code(report: Report, *, everything: bool) -> int:
    left = report.incomplete or (everything and report.undefined and not report.applied)
    return EXIT_DIFFERENT if left or not (report.equal or report.applied) else 0


def _verified(scope: Scope, prepared: Prepared) -> int:
    """Have the warehouse proved, where there is a command for it; return its exit code, the greatest one."""
    if not any(point.name == _VERIFY for point in entry_points(group="xiangmai.commands")):
        return 0
    catalogues = prepared.catalogues
    domains = [catalogue.name for catalogue in catalogues if scope.kinds & catalogue.cases.keys()]
    ways = [["--domain", name] for name in domains] if len(domains) < len(catalogues) else [[]]
    command = [sys.executable, "-c", "from schemas.command import main; main()", _VERIFY]
    return max(subprocess.run([*command, *way], check=False).returncode for way in ways)
