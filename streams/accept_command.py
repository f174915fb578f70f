"""`xiangmai deadletters accept`: a person says that what a held partition stands before really is bad."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from schemas.domain import load_domains
from schemas.errors import Unavailable
from schemas.settings import Settings
from schemas.topics import CHANGELOG
from streams.refusals import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_PATIENCE_MS: Final = 15_000


class Acceptance(NamedTuple):
    """Of one partition of a topic: where the worker stands, and below which offset refused records may be put aside."""

    place: TopicPartition
    committed: int
    until: int


class HeldPlace(click.ParamType):
    """TOPIC/PARTITION."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> TopicPartition:
        """Parse, or fail with what is allowed."""
        found = re.fullmatch(r"([A-Za-z0-9._-]+)/(\d+)", str(value))
        if not found:
            self.fail(f"{value}：应为 主题/分区 / expected TOPIC/PARTITION", param, ctx)
        return TopicPartition(found[1], int(found[2]))


@click.command()
@click.argument("places", nargs=-1, required=True, type=HeldPlace(), metavar="TOPIC/PARTITION...")
@click.option(
    "--until",
    type=click.IntRange(1),
    metavar="OFFSET",
    help="只到此位点之前，默认到现在的末尾 / only below this offset; up to the present end unless given",
)
@click.option("--yes", is_flag=True, help="不再询问 / do not ask")
def accept(places: Sequence[TopicPartition], until: int | None, yes: bool) -> int:
    """放行暂停的分区：已到的坏记录进死信，之后重新计数 / let a held partition put aside what is refused of what is there.

    连续太多条被拒，计算进程就暂停那个主题的分区，等人修复后重启。若记录确属错误、修不好，用此命令放行，再重启计算进程。
    好的记录照常计入；放行之后新来的坏记录从头计数。

    The worker holds a topic's partition when too many records in a row are refused, and tries again when it is restarted
    after the fix. When nothing is to be mended, because the records really are bad, say so here, then restart it. Good
    records among them count; bad ones that come later are counted anew.
    """
    settings = Settings()
    unknown = {place.topic for place in places} - {domain.topic for domain in load_domains(settings.domains).values()}
    if unknown:
        raise click.UsageError(f"不是村级事件主题 / not an event topic: {', '.join(sorted(unknown))}")
    try:
        accepted = [_judged(each, until) for each in _standing(settings, places)]
        for place, committed, below in accepted:
            click.echo(
                f"{place.topic}/{place.partition}：位点 {committed} 至 {below - 1} 的 {below - committed} 条，被拒的进死信 / "
                f"of the {below - committed} records at offsets {committed} to {below - 1}, those refused are put aside"
            )
        if not yes:
            click.confirm("放行？ / accept this?", abort=True)
        _tell(settings, accepted)
    except (KafkaError, OSError) as error:
        raise Unavailable("Kafka", settings.kafka_bootstrap, cause=type(error).__name__) from error
    click.echo(
        "已记下，重启计算进程后生效 / noted; it holds from the worker's next start: xiangmai stack restart worker"
    )
    return 0


def _standing(settings: Settings, places: Collection[TopicPartition]) -> list[Acceptance]:
    """Ask where the worker stands, and how far the topics reach now."""
    consumer = KafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap.split(","),
        client_id="xiangmai-deadletters",
        group_id=settings.worker_id,
        enable_auto_commit=False,
        isolation_level="read_committed",
        request_timeout_ms=_PATIENCE_MS,
    )
    try:
        for place in places:
            if place.partition not in (consumer.partitions_for_topic(place.topic) or ()):
                raise click.UsageError(f"没有这个分区 / no such partition: {place.topic}/{place.partition}")
        ends = consumer.end_offsets([*places])
        return [Acceptance(place, consumer.committed(place) or 0, int(ends[place])) for place in places]
    finally:
        consumer.close(autocommit=False)


def _judged(found: Acceptance, until: int | None) -> Acceptance:
    """Take the offset that was asked for; refuse one that is not among what waits."""
    below = found.until if until is None else until
    name = f"{found.place.topic}/{found.place.partition}"
    if found.committed >= found.until:
        raise click.UsageError(f"{name} 没有等待的记录 / nothing waits there: all of it is worked off")
    if not found.committed < below <= found.until:
        raise click.UsageError(
            f"{name} 的 --until 应在 {found.committed + 1} 到 {found.until} 之间 / must be from {found.committed + 1} to {found.until}"
        )
    return found._replace(until=below)


def _tell(settings: Settings, accepted: Collection[Acceptance]) -> None:
    """Write it where whoever takes the partition over reads it, and wait until it stands there."""
    with closing(
        KafkaProducer(
            bootstrap_servers=settings.kafka_bootstrap.split(","),
            client_id="xiangmai-deadletters",
            acks="all",
            enable_idempotence=True,
            delivery_timeout_ms=_PATIENCE_MS,
            request_timeout_ms=_PATIENCE_MS // 2,
        )
    ) as producer:
        told = [
            producer.send(
                CHANGELOG,
                partition=each.place.partition,
                key=ACCEPTED + each.place.topic.encode(),
                value=str(each.until).encode(),
            )
            for each in accepted
        ]
        for each in told:
            each.get(timeout=_PATIENCE_MS / 1000)
