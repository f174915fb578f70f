"""`xiangmai simulate`: a believable county sends its events into the line."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from producers.simulate.arrivals import Troubles
from schemas.settings import Settings

SAMPLE_COUNTY = Path(__file__).parents[2] / "schemas" / "reference" / "deqing_330521.csv"
MOST_MONTHS = 600
FASTEST = 3600.0
SHARE = click.FloatRange(0, 1)
FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
HELP = """仿真一个县：由种子生成的底册，以及诉求、纠纷、财务、公开、网格、议事等二十个领域的事件，有季节、工作日、春节，
有勤勉的、拖沓的、突击办结的、网络差的乡镇。

Simulate a county: its registers and what happens in twenty domains, from a seed, with seasons, working days and spring
festival, and townships that differ: a diligent one, a slow one, one that games its numbers, one whose network sends
late and twice. The same seed tells the same story, so sending it again changes no number.

\b
  xiangmai simulate --count-only            先看有多少事件 / how many events it would be
  xiangmai simulate --months 3              发送三个整月至今 / three whole months until now
  xiangmai simulate --live --speed 300      之后快放三百倍 / then live on, five minutes in a second
  xiangmai simulate --truth county.json     写下应有的数 / also write down what must be true
  xiangmai simulate --resume county.json    从上次停下处继续 / go on where that run ended
"""


@click.command(help=HELP)
@click.option(
    "--months",
    default=3,
    show_default=True,
    type=click.IntRange(0, MOST_MONTHS),
    help="本月之前的整月数 / whole months before this one.",
)
@click.option(
    "--until",
    "until_text",
    default="now",
    show_default=True,
    metavar="now|DATE|TIME",
    help="到何时为止，如 2026-03-01 或 2026-03-01T08:30 / until when, in the county's time zone.",
)
@click.option("--seed", default=7, show_default=True, help="种子 / the county's seed.")
@click.option(
    "--people",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, 1),
    help="居民占实有人口的比例，底册与事件随之减少 / share of the usual residents; registers and events shrink with them.",
)
@click.option("--places", type=EXISTING, default=SAMPLE_COUNTY, help="县的区划表，默认德清 / the county's places, CSV.")
@click.option(
    "--rate",
    "rate_text",
    default="max",
    show_default=True,
    metavar="max|N/s",
    help="补发阶段每秒条数 / records a second while loading.",
)
@click.option(
    "--live", is_flag=True, help="之后继续实时发送，Ctrl-C 停止 / then send events as they happen, until Ctrl-C."
)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, FASTEST),
    help="实时阶段的倍速 / how much faster than us the county lives in the live phase.",
)
@click.option(
    "--duplicates", default=0.03, show_default=True, type=SHARE, help="重复到达的占比 / share that arrives twice."
)
@click.option("--late", default=0.1, show_default=True, type=SHARE, help="迟到的占比 / share that arrives late.")
@click.option("--truth", type=FILE, help="写下应有结果与进度的文件 / file for what must be true, and for --resume.")
@click.option("--resume", type=EXISTING, help="继续此文件所记的仿真 / go on with the simulation of this file.")
@click.option("--count-only", is_flag=True, help="只计数，不发送 / count and send nothing.")
@click.option(
    "--format",
    "output",
    default="table",
    show_default=True,
    type=click.Choice(["table", "json"]),
    help="摘要格式 / format of the summary.",
)
def simulate(
    *,
    months: int,
    until_text: str,
    seed: int,
    people: float,
    places: Path,
    rate_text: str,
    live: bool,
    speed: float,
    duplicates: float,
    late: float,
    truth: Path | None,
    resume: Path | None,
    count_only: bool,
    output: str,
) -> int:
    """Build the county and run it; what people read is HELP. Returns the exit code: 130 when a load was cut off."""
    from producers.simulate import session

    settings = Settings()
    zone = ZoneInfo(settings.timezone)
    try:
        world, plan, sent_before = session.prepare(
            places, zone, moment(until_text, zone), months=months, seed=seed, resume=resume, people=people
        )
    except (ValueError, OverflowError) as error:
        raise click.UsageError(str(error)) from error
    if count_only:
        session.count(world, plan, zone, output)
        return 0
    return session.send(
        settings,
        world,
        plan,
        Troubles(late, duplicates),
        sent_before=sent_before,
        records_per_second=rate(rate_text),
        live_speed=speed if live else None,
        file=truth or resume,
        output=output,
    )


def moment(text: str, zone: ZoneInfo) -> int:
    """Read `now`, a date or a time (without an offset it is the zone's) as milliseconds. Raises click.BadParameter."""
    if text == "now":
        return int(datetime.now(zone).timestamp() * 1000)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r} 不是时间；例 / not a time; like 2026-03-01T08:30", param_hint="--until"
        ) from error
    return int((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp() * 1000)


def rate(text: str) -> float:
    """Read `max` (0) or a number of records a second. Raises click.BadParameter."""
    if text == "max":
        return 0.0
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(?:/s)?", text)
    if found is None or float(found[1]) <= 0:
        raise click.BadParameter(f"{text!r} 不是速率；例 / not a rate; like max, 500, 500/s", param_hint="--rate")
    return float(found[1])
