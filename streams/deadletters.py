"""`xiangmai deadletters`: what could not be processed, why, and sending it back after a fix."""

from __future__ import annotations

import csv
import json
import re
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from schemas.domain import load_domains
from schemas.registry import SchemaRegistry
from schemas.settings import Settings
from streams.accept_command import accept
from streams.dead_letter_log import DeadLetter, DeadLetterLog, Place, unresolved
from streams.letter_view import describe
from streams.replay import Resender, why_not

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_UNITS_MS: Final = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
PlaceText = tuple[str, int, int]
_COLUMNS: Final = ("topic", "partition", "offset", "reason", "detail", "dead_at", "event_id", "stage")


class Since(click.ParamType):
    """A time in the county's zone (2026-11-22, 2026-11-22T08:00), or how long ago (30m, 6h, 3d); as ms since 1970."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Parse, or fail with what is allowed."""
        if isinstance(value, int):
            return value
        if ago := re.fullmatch(r"(\d+)([smhd])", value):
            return _now_ms() - int(ago[1]) * _UNITS_MS[ago[2]]
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value}：应为 2026-11-22、2026-11-22T08:00 或 30m、6h、3d / expected a date, a time, or 30m, 6h, 3d",
                param,
                ctx,
            )
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(Settings().timezone))
        return int(moment.timestamp() * 1000)


class PlaceParam(click.ParamType):
    """TOPIC/PARTITION/OFFSET of the record that died, or PARTITION/OFFSET on dead-letters."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int, int]:
        """Parse, or fail with what is allowed."""
        found = re.fullmatch(r"(?:([A-Za-z0-9._-]+)/)?(\d+)/(\d+)", str(value))
        if not found:
            self.fail(f"{value}：应为 主题/分区/位点 / expected TOPIC/PARTITION/OFFSET", param, ctx)
        return found[1] or "", int(found[2]), int(found[3])


REASON = click.option(
    "--reason", "reasons", multiple=True, metavar="REASON", help="只看这种原因，可重复 / only this reason; repeatable"
)
SINCE = click.option(
    "--since", type=Since(), metavar="TIME", help="从何时起：2026-11-22 或 6h、3d / since then, or so long ago"
)
YES = click.option("--yes", is_flag=True, help="不再询问 / do not ask")
PLACES = click.argument("places", nargs=-1, type=PlaceParam(), metavar="[TOPIC/PARTITION/OFFSET]...")


@click.group()
def deadletters() -> None:
    """查看与重放死信 / list, show and replay dead letters.

    \b
    一条消息读不懂或不合规则，就连同原文、位置、原因进入 dead-letters，不影响其他消息。
    A record that cannot be read or breaks a rule goes there with its bytes, place and reason; nothing else is held up.
      xiangmai deadletters list                      有哪些 what there is
      xiangmai deadletters show village.appeals/3/42 看一条 one of them
      xiangmai deadletters replay --reason decode    修复后重放 send them back after the fix
      xiangmai deadletters resolve --reason null     已另行处理 dealt with by other means
      xiangmai deadletters accept village.appeals/3  暂停的分区放行 let a held partition put aside what it stands before
    """  # noqa: D301 - \b is click's mark for text to leave as it stands


deadletters.add_command(accept)


@deadletters.command("list")
@REASON
@SINCE
@click.option("--limit", default=50, show_default=True, type=click.IntRange(0), help="最多列出几条 / rows at most")
@click.option("--format", "output", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def list_letters(reasons: Sequence[str], since: int | None, limit: int, output: str) -> int:
    """列出未处理的死信，先按原因计数 / count unresolved dead letters by reason, and list them, newest first."""
    letters = sorted(_open_letters(reasons, (), since), key=lambda letter: letter.dead_at, reverse=True)
    rows = [_row(letter) for letter in letters[:limit]]
    counts = Counter(letter.reason for letter in letters)
    if output == "json":
        click.echo(
            json.dumps(
                {"total": len(letters), "by_reason": dict(counts), "letters": rows}, ensure_ascii=False, indent=1
            )
        )
    elif output == "csv":
        writer = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        _print_table(letters, rows, counts)
    return 0


@deadletters.command()
@click.argument("place", type=PlaceParam(), metavar="TOPIC/PARTITION/OFFSET")
@click.option("--reveal", is_flag=True, help="显示个人信息与原文 / show personal data and raw bytes; mind who looks on")
def show(place: tuple[str, int, int], reveal: bool) -> int:
    """显示一条死信，能解码则解码；个人信息隐藏 / show one letter, decoded where possible, personal data hidden.

    PLACE 是原消息的 主题/分区/位点，或死信本身的 分区/位点。
    """
    settings = Settings()
    with SchemaRegistry(settings.registry_url) as registry:
        found = [letter for letter in DeadLetterLog(settings.kafka_bootstrap, registry).read() if _is_at(letter, place)]
        if not found:
            click.echo(f"没有这条死信 / no such dead letter: {'/'.join(map(str, place)).lstrip('/')}", err=True)
            return 1
        for letter in found:
            describe(Console(), letter, registry, reveal=reveal, zone=ZoneInfo(settings.timezone))
    return 0


@deadletters.command()
@PLACES
@REASON
@SINCE
@click.option("--all", "everything", is_flag=True, help="全部 / all of them")
@YES
def replay(places: Sequence[PlaceText], reasons: Sequence[str], since: int | None, everything: bool, yes: bool) -> int:
    """把原文按原键送回原主题，再标记为已处理 / send the original bytes back and resolve; twice is harmless.

    先修复原因（登记缺失的模式、改正规则或目录），再重放。 Mend the cause first.
    """
    _need_choice(places, reasons, everything)
    settings = Settings()
    topics = {domain.topic for domain in load_domains(settings.domains).values()}
    letters = _open_letters(reasons, places, since)
    refused = [(letter, why) for letter in letters if (why := why_not(letter, topics)) is not None]
    ready = sorted((letter for letter in letters if why_not(letter, topics) is None), key=lambda letter: letter.letter)
    if not ready and not refused:
        click.echo("没有未处理的死信 / nothing unresolved")
        return 0
    if ready and not yes:
        click.confirm(f"重放 {len(ready)} 条？ / send {len(ready)} back?", abort=True)
    with SchemaRegistry(settings.registry_url) as registry:
        resender = Resender(settings.kafka_bootstrap, registry, now=_now_ms)
        try:
            done = resender.replay(ready)
        finally:
            resender.close()
    click.echo(f"已重放 {done.sent} 条 / {done.sent} sent back and resolved")
    for letter, why in [*refused, *done.failed]:
        click.echo(f"未重放 / not sent: {letter.origin} — {why}", err=True)
    return 1 if refused or done.failed else 0


@deadletters.command()
@PLACES
@REASON
@SINCE
@click.option("--all", "everything", is_flag=True, help="全部 / all of them")
@click.option(
    "--note", default="已另行处理 / dealt with by other means", show_default=True, help="备注，勿写个人信息 / a note"
)
@YES
def resolve(
    places: Sequence[PlaceText],
    reasons: Sequence[str],
    since: int | None,
    everything: bool,
    note: str,
    yes: bool,
) -> int:
    """标记为已处理而不重放（例如来源已更正重发） / mark as dealt with, without sending anything back."""
    _need_choice(places, reasons, everything)
    settings = Settings()
    letters = _open_letters(reasons, places, since)
    if letters and not yes:
        click.confirm(f"标记 {len(letters)} 条为已处理？ / mark {len(letters)} as dealt with?", abort=True)
    if letters:
        with SchemaRegistry(settings.registry_url) as registry:
            resender = Resender(settings.kafka_bootstrap, registry, now=_now_ms)
            try:
                resender.resolve(letters, note)
            finally:
                resender.close()
    click.echo(f"已标记 {len(letters)} 条 / {len(letters)} resolved")
    return 0


def _need_choice(places: Sequence[Any], reasons: Sequence[str], everything: bool) -> None:
    if not (places or reasons or everything):
        raise click.UsageError("请给出位置、--reason 或 --all / name places, --reason or --all")


def _open_letters(
    reasons: Sequence[str], places: Sequence[tuple[str, int, int]], since: int | None
) -> list[DeadLetter]:
    settings = Settings()
    with SchemaRegistry(settings.registry_url) as registry:
        letters: Iterable[DeadLetter] = unresolved(DeadLetterLog(settings.kafka_bootstrap, registry).read(since))
    return [
        letter
        for letter in letters
        if (not reasons or letter.reason in reasons) and (not places or any(_is_at(letter, place) for place in places))
    ]


def _is_at(letter: DeadLetter, place: tuple[str, int, int]) -> bool:
    topic, partition, offset = place
    return letter.origin == Place(topic, partition, offset) if topic else letter.letter[1:] == (partition, offset)


def _row(letter: DeadLetter) -> dict[str, Any]:
    return {
        "topic": letter.origin.topic,
        "partition": letter.origin.partition,
        "offset": letter.origin.offset,
        "reason": letter.reason,
        "detail": letter.detail,
        "dead_at": datetime.fromtimestamp(letter.dead_at / 1000, UTC).isoformat(timespec="seconds"),
        "event_id": letter.event_id,
        "stage": letter.stage,
    }


def _print_table(letters: Sequence[DeadLetter], rows: Sequence[dict[str, Any]], counts: Counter[str]) -> None:
    console = Console()
    if not letters:
        console.print("没有未处理的死信 / nothing unresolved")
        return
    summary = Table("原因 reason", "条数 count", title=f"未处理的死信 / unresolved dead letters: {len(letters)}")
    for reason, count in counts.most_common():
        summary.add_row(reason, str(count))
    console.print(summary)
    table = Table("位置 place", "原因 reason", "说明 detail", "时间 when (UTC)", "事件 event_id", "环节 stage")
    for row in rows:
        place = f"{row['topic']}/{row['partition']}/{row['offset']}"
        table.add_row(place, row["reason"], row["detail"], row["dead_at"], row["event_id"] or "—", row["stage"])
    console.print(table)
    if len(rows) < len(letters):
        console.print(f"……共 {len(letters)} 条，用 --limit 看更多 / {len(letters)} in all; --limit shows more")


def _now_ms() -> int:
    return int(time.time() * 1000)
