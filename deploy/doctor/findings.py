"""What is wrong, and what to do about it: pure functions of a snapshot.

One cause is told once: what follows from something that is away is not told as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from deploy.doctor.finding import PAGE, TICKET, Finding
from deploy.doctor.held import held_findings, held_topics
from deploy.doctor.snapshot import SERVICES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from deploy.doctor.snapshot import Disk, Service, Snapshot

WAITING_SECONDS: Final = 60
"""A record that waits longer to be read is a finding; below that it is a busy line."""
VERIFY_SECONDS: Final = 900
"""As the alert VerifyMissed."""
FREE_BYTES: Final = 2 << 30
FREE_SHARE: Final = 0.05

_EFFECTS: Final = {
    "kafka": ("已确认的事件都在磁盘上，不会丢失", "acknowledged events are on disk and safe"),
    "registry": (
        "未见过的模式要等它回来才能解码，事件在 Kafka 中等待",
        "events with schemas not seen yet wait in Kafka",
    ),
    "clickhouse": (
        "查询不到新数，事件与指标在 Kafka 中等待",
        "nothing can be queried; events and numbers wait in Kafka",
    ),
    "worker": ("指标不再更新，事件在 Kafka 中等待", "numbers stand still; events wait in Kafka"),
    "sink": ("新数进不了数据仓库，在 Kafka 中等待", "nothing new reaches the warehouse; it waits in Kafka"),
    "verify": ("没有人核对公布的数", "nobody proves the published numbers"),
    "lag-exporter": ("积压告警失灵", "alerts about lag are blind"),
    "prometheus": ("没有告警", "there are no alerts"),
    "alertmanager": ("告警送不到人", "alerts reach nobody"),
}
COVERED: Final = {
    "TargetDown": {"down"},
    "TargetMissing": {"down"},
    "KafkaDown": {"down"},
    "ConsumerStalled": {"down", "lag", "held"},
    "ConsumerLagGrowing": {"lag", "held"},
    "DeadLetters": {"dead_letters"},
    "DeadLetterSpike": {"held"},
    "TopicHeld": {"held"},
    "SinkFailing": {"sink_failed"},
    "SinkWaiting": {"down", "sink_waits"},
    "RegistryAway": {"down", "waits_for_registry"},
    "RecoveryStuck": {"recovering"},
    "EventsDeletedUnread": {"deleted_unread"},
    "RebuildNeeded": {"rebuild"},
    "VerifyMismatch": {"verify_mismatch", "verify_behind"},
    "VerifyMissed": {"down", "verify_missed"},
}
"""Alerts that say no more than a finding of this kind does."""
_COMMAND: Final = re.compile(r"(?:xiangmai|make|df)\b[^；（.]*")
"""What a runbook begins with, where that is something to type."""
_PAGES: Final = frozenset({"kafka", "registry", "clickhouse", "worker", "sink"})


def nothing_answers(seen: Snapshot) -> bool:
    """Whether nothing at all is there."""
    return not any(service.up for service in seen.services.values())


def findings(seen: Snapshot) -> list[Finding]:
    """Return everything that is not well, what wakes people first."""
    if nothing_answers(seen):
        return [_nothing(seen)]
    found = [finding for judge in _JUDGES for finding in judge(seen)]
    found += _alerts(seen, {finding.what.partition(":")[0] for finding in found})
    return sorted(found, key=lambda finding: finding.severity != PAGE)


def _nothing(seen: Snapshot) -> Finding:
    if seen.local:
        return Finding(
            PAGE,
            "nothing",
            "什么都没有应答，整条线没有在运行",
            "nothing answers: the line is not running",
            "启动整条线；数据都在，会从停下的地方继续",
            "start it; the data is there, and it goes on where it stopped",
            "xiangmai stack up",
        )
    kafka = seen.services["kafka"].address
    return Finding(
        PAGE,
        "nothing",
        "什么都没有应答：多半是网络或地址不对",
        "nothing answers: most likely the network, or a wrong address",
        "检查 XIANGMAI_* 设置里的地址是否可达",
        "see whether the addresses in XIANGMAI_* can be reached from here",
        _reach(kafka),
    )


def _services(seen: Snapshot) -> Iterator[Finding]:
    for name, service in seen.services.items():
        if not service.up and not service.absent:
            zh, en = _EFFECTS[name]
            yield Finding(
                PAGE if name in _PAGES else TICKET,
                f"down:{name}",
                f"{name}（{SERVICES[name]}）没有应答（{service.address}：{service.problem}）；{zh}",
                f"{name} does not answer ({service.address}: {service.problem}); {en}",
                "先看日志最后几行，再重启它" if seen.stack_runs else "启动它，或检查地址是否可达",
                "read the end of its log, then restart it"
                if seen.stack_runs
                else "start it, or see whether it can be reached",
                _start(seen, service),
            )


def _lag(seen: Snapshot) -> Iterator[Finding]:
    worst: dict[str, tuple[float, int]] = {}
    held = held_topics(seen)
    for lag in seen.lags or ():
        if lag.waiting_since_ms is not None and not (lag.group == seen.worker_group and lag.topic in held):
            waited, records = worst.get(lag.group, (0.0, 0))
            waited = max(waited, seen.at_seconds - lag.waiting_since_ms / 1000)
            worst[lag.group] = waited, records + lag.records
    for group, (waited, records) in worst.items():
        process = seen.process_of(group)
        if waited >= WAITING_SECONDS and seen.up(process) and (process == "worker" or seen.up("clickhouse")):
            yield Finding(
                PAGE,
                f"lag:{group}",
                f"{group} 落后 {records} 条，最早一条已等 {_ago(waited)}",
                f"{group} is {records} records behind, the oldest waits for {_ago(waited)}",
                f"隔一分钟再看：数在减少就等它追上；不减少就看日志并重启 {process}，重启不丢数据",
                f"look again in a minute: if it shrinks, wait; if not, read the log and restart {process}: that loses nothing",
                f"xiangmai stack logs {process} -n 200",
            )


def _dead_letters(seen: Snapshot) -> Iterator[Finding]:
    for letters in seen.dead_letters or ():
        oldest = f"（最早 {letters.oldest_at}）" if letters.oldest_at else ""
        yield Finding(
            TICKET,
            f"dead_letters:{letters.reason}",
            f"{letters.count} 条死信未处理，原因 {letters.reason}{oldest}",
            f"{letters.count} dead letters of reason {letters.reason} are not dealt with",
            "看清是哪个来源；修好来源后重放，或注明已更正",
            "find the source; replay them once it is mended, or resolve them with a note",
            f"xiangmai deadletters list --reason {letters.reason}",
        )


def _worker(seen: Snapshot) -> Iterator[Finding]:
    worker = seen.of("worker")
    remaining = worker.total("xiangmai_worker_recovery_remaining_records")
    if remaining:
        yield Finding(
            TICKET,
            "recovering",
            f"计算进程正在接管分区，还要读 {remaining:.0f} 条",
            f"the worker is taking partitions over, {remaining:.0f} records to go",
            "等它读完；五分钟不减少再重启",
            "wait for it; restart it only if this does not shrink for five minutes",
            "xiangmai stack logs worker -n 50",
        )
    owned = worker.by("xiangmai_worker_partitions", "state")
    if seen.up("worker") and seen.up("kafka") and owned and not sum(owned.values()):
        yield Finding(
            PAGE,
            "owns_nothing",
            "计算进程在运行，但一个分区也没有",
            "the worker runs, and owns no partition",
            "半分钟后仍是如此就重启它；计算进程不要多于分区数",
            "restart it if that is still so in half a minute; there must not be more workers than partitions",
            "xiangmai stack restart worker",
        )
    if worker.total("xiangmai_worker_waiting_for_registry") and seen.up("registry"):
        yield Finding(
            PAGE,
            "waits_for_registry",
            "计算进程在等注册中心，而注册中心有应答",
            "the worker waits for the registry, which does answer",
            "看注册中心的日志；事件在 Kafka 中等待",
            "read the registry's log; events wait in Kafka",
            "xiangmai stack logs registry -n 100",
        )
    deleted = worker.total("xiangmai_worker_deleted_unread_total")
    if deleted:
        yield Finding(
            PAGE,
            "deleted_unread",
            f"{deleted:.0f} 条记录未读就过期删除，数字缺了它们",
            f"retention deleted {deleted:.0f} records before they were read: the numbers lack them",
            "从数据仓库或来源补回这段事件，再重算",
            "send those events again from the warehouse or their source, then rebuild",
            "xiangmai refill --help",
        )
    for kind, count in worker.by("xiangmai_worker_incomplete_cases", "case").items():
        if count:
            yield _rebuild(
                f"{count:.0f} 件 {kind} 缺少现在折叠所需的字段", f"{count:.0f} cases of {kind} lack what folds need"
            )
    if worker.total("xiangmai_worker_rebuild_unfinished"):
        yield _rebuild("上次重算没有完成", "a rebuild was broken off")


def _rebuild(zh: str, en: str) -> Finding:
    return Finding(
        TICKET,
        "rebuild",
        zh,
        en,
        "停下计算进程重算一遍；重算期间数字照常可查",
        "rebuild with the worker stopped; numbers stay readable meanwhile",
        "xiangmai stack without worker -- xiangmai rebuild --apply",
    )


def _sink(seen: Snapshot) -> Iterator[Finding]:
    sink = seen.of("sink")
    for name, waits in sink.by("xiangmai_sink_waiting", "sink").items():
        if waits and seen.up("clickhouse") and seen.up("registry"):
            yield Finding(
                PAGE,
                f"sink_waits:{name}",
                f"入库 {name} 写不进 ClickHouse，在等待重试",
                f"the sink {name} cannot write to ClickHouse, and waits to try again",
                "看它等的是什么（日志最后一行）；内存、磁盘或分片过多都会自己恢复，先看磁盘",
                "see in the last line of its log what it waits for; look at the disk first",
                "xiangmai stack logs sink -n 50",
            )
    failed = sum(
        sample.value for sample in sink.all("xiangmai_sink_batches_total") if sample.labels.get("outcome") == "failed"
    )
    if failed:
        yield Finding(
            PAGE,
            "sink_failed",
            f"ClickHouse 拒绝了 {failed:.0f} 批写入，等待不会好",
            f"ClickHouse refused {failed:.0f} inserts, and waiting does not help",
            "日志里有 ClickHouse 的原话；多半是表被改过，或用户没有权限",
            "the log has ClickHouse's own words; most likely a table was changed, or the user may not write",
            "xiangmai stack logs sink -n 100",
        )


def _verify(seen: Snapshot) -> Iterator[Finding]:
    verify = seen.of("verify")
    mismatches = verify.total("xiangmai_verify_mismatches")
    behind = sum(lag.records for lag in seen.lags or () if lag.group == seen.worker_group)
    if mismatches and (behind or not seen.up("worker")):
        yield Finding(
            TICKET,
            "verify_behind",
            f"核对有 {mismatches:.0f} 个数不符，但计算进程还没有追上，现在说明不了什么",
            f"{mismatches:.0f} numbers differ, but the worker has not caught up: that says nothing yet",
            "等计算进程追上，下一轮核对后再看",
            "look again when the worker has caught up and the next verification is through",
            "xiangmai doctor",
        )
    elif mismatches:
        yield Finding(
            PAGE,
            "verify_mismatch",
            f"{mismatches:.0f} 个公布的数与事件不符",
            f"{mismatches:.0f} published numbers are not what the events say",
            "查清之前不要引用任何数；这条命令列出单元与背后的事项",
            "quote no number until it is found; this names the cells and the cases behind them",
            "xiangmai verify",
        )
    last = verify.total("xiangmai_verify_last_run_timestamp_seconds")
    if last and seen.at_seconds - last > VERIFY_SECONDS and seen.up("clickhouse"):
        yield Finding(
            TICKET,
            "verify_missed",
            f"已 {_ago(seen.at_seconds - last)} 没有核对",
            f"no number was verified for {_ago(seen.at_seconds - last)}",
            "看它停在哪里；也可以手动核对一次",
            "see where it stands, or verify once by hand",
            "xiangmai stack logs verify -n 50",
        )


def _versions(seen: Snapshot) -> Iterator[Finding]:
    for name in ("worker", "sink"):
        versions = {sample.labels.get("version", "") for sample in seen.of(name).all("xiangmai_build_info")} - {""}
        if seen.installed_version and versions and versions != {seen.installed_version}:
            yield Finding(
                TICKET,
                f"version:{name}",
                f"{name} 运行的是 {', '.join(sorted(versions))}，安装的是 {seen.installed_version}",
                f"{name} runs {', '.join(sorted(versions))}, and {seen.installed_version} is installed",
                "重启它，换上新版本",
                "restart it to run what is installed",
                f"xiangmai stack restart {name}",
            )


def _disk(seen: Snapshot) -> Iterator[Finding]:
    disk = seen.disk
    if disk is not None and _is_filling(disk):
        yield Finding(
            PAGE,
            "disk",
            f"数据盘只剩 {disk.free_bytes / 2**30:.1f} GB（{disk.path}）",
            f"only {disk.free_bytes / 2**30:.1f} GB are left on the disk of {disk.path}",
            "腾出空间：先清日志与下载缓存，不要碰 kafka/ 与 clickhouse/",
            "make room: logs and downloads first, never kafka/ or clickhouse/",
            f"du -xh --max-depth=2 {disk.path} | sort -h | tail",
        )
    of_warehouse = seen.warehouse_disk
    if of_warehouse is not None and _is_filling(of_warehouse) and not _is_same(of_warehouse, disk):
        yield Finding(
            PAGE,
            "disk:clickhouse",
            f"ClickHouse 的数据盘只剩 {of_warehouse.free_bytes / 2**30:.1f} GB（{of_warehouse.path}），满了就写不进去",
            f"only {of_warehouse.free_bytes / 2**30:.1f} GB are left on ClickHouse's disk ({of_warehouse.path}); "
            "once it is full nothing is stored",
            "扩大这块盘或清出空间；事件在 Kafka 中等待，有了空间自己继续，不必重启",
            "enlarge that disk or make room; events wait in Kafka and go on by themselves, without a restart",
            f"df -h {of_warehouse.path}",
        )


def _is_filling(disk: Disk) -> bool:
    return disk.free_bytes < max(FREE_BYTES, FREE_SHARE * disk.size_bytes)


def _is_same(one: Disk, other: Disk | None) -> bool:
    """Say whether these are one disk, seen twice: two of exactly one size on a machine are rare."""
    return other is not None and one.size_bytes == other.size_bytes


def _alerts(seen: Snapshot, told: AbstractSet[str]) -> Iterator[Finding]:
    for alert in seen.alerts or ():
        if not COVERED.get(alert.name, set()) & told:
            command = _COMMAND.match(alert.runbook)
            zh, _, en = alert.summary.partition(" / ")
            yield Finding(
                alert.severity,
                f"alert:{alert.name}",
                f"告警 {alert.name}：{zh}",
                f"alert {alert.name}: {en or zh}",
                "按告警里写的做",
                alert.runbook,
                command[0].strip() if command else "xiangmai stack status",
            )


_JUDGES: Final[tuple[Callable[[Snapshot], Iterator[Finding]], ...]] = (
    _services,
    _verify,
    held_findings,
    _worker,
    _sink,
    _lag,
    _disk,
    _dead_letters,
    _versions,
)


def _start(seen: Snapshot, service: Service) -> str:
    if not seen.local:
        return _reach(service.address)
    return (
        f"xiangmai stack logs {service.name} -n 50; xiangmai stack restart {service.name}"
        if seen.stack_runs
        else "xiangmai stack up"
    )


def _reach(address: str) -> str:
    return f"curl -sv --max-time 2 {address if '//' in address else f'telnet://{address}'}"


def _ago(seconds: float) -> str:
    """Return a time as people say it: 42 s, 7 min, 3 h, 2 d."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
