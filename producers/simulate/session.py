"""One session of `xiangmai simulate`: build or continue a county, count it or send it, say how it went."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from producers.simulate.clock import Clock, Stretch
from producers.simulate.county import county_from
from producers.simulate.plan import Plan
from producers.simulate.progress import Progress
from producers.simulate.run import Run
from producers.simulate.workdays import WorkCalendar, date_of, day_number
from producers.simulate.world import DOMAINS, World
from schemas.domain import domain_folders
from schemas.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

    from producers.simulate.arrivals import Troubles
    from producers.simulate.domain import Domain

SOURCE = "simulator"
EXIT_INTERRUPTED = 130


def prepare(
    places: Path, zone: ZoneInfo, until: int, *, months: int, seed: int, resume: Path | None, people: float = 1.0
) -> tuple[World, Plan, int]:
    """Build the world, its plan, and the county time (ms) before which everything is known to have been sent.

    A new county has the share `people` of its usual residents, and begins with the first day of the month that lies
    `months` before that of `until` (wall ms). A resumed one catches up with `until` at ordinary speed. Raises ValueError
    when the file is no plan or another county's.
    """
    calendar = WorkCalendar(zone)
    if resume is None:
        first_day = first_of_month(calendar.day_of(until), months)
        start = calendar.midnight(first_day)
        county = county_from(places, seed, people)
        plan = Plan(seed, people, county.code, first_day, Clock([Stretch(start, start, 1.0)]), until)
        return World(county, calendar, seed=seed, first_day=first_day, domains=_played()), plan, start
    plan = Plan.load(resume)
    county = county_from(places, plan.seed, plan.people)
    if county.code != plan.county:
        raise ValueError(f"{resume}: 是 {plan.county} 县的记录，不是 / is of county {plan.county}, not {county.code}")
    sent_before = plan.until if plan.complete else plan.clock.stretches[-1].county
    wall = plan.clock.to_wall(plan.until)
    if until > wall:
        catching_up = Stretch(plan.until, wall, 1.0)
        plan.clock = plan.clock.with_stretch(catching_up)
        plan.until = catching_up.to_county(until)
    return World(county, calendar, seed=plan.seed, first_day=plan.first_day, domains=_played()), plan, sent_before


def _played() -> tuple[Domain, ...]:
    """Return the stories of the domains there are: a county may serve fewer than are shipped."""
    served = {folder.name for folder in domain_folders(Settings().domains)}
    return tuple(story for story in DOMAINS if story.name in served)


def first_of_month(day: int, months: int) -> int:
    """Return the first day of the month that lies `months` before that of `day`."""
    at = date_of(day)
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return day_number(at.replace(year=year, month=month + 1, day=1))


def count(world: World, plan: Plan, zone: ZoneInfo, output: str) -> None:
    """Live through the county up to where its events could be sent, and print how many there are of each record."""
    began, events, clock = time.perf_counter(), Counter[str](), plan.clock
    with Progress(plan, zone, "生成 generate") as progress:
        for happening in world.until(plan.until):
            clock.set(happening.event)
            events[happening.record] += 1
            progress.told(happening.recorded_at)
        plan.complete = True
    seconds = time.perf_counter() - began
    if output == "json":
        click.echo(json.dumps({"events": dict(sorted(events.items())), "seconds": round(seconds, 3)}))
        return
    for record, number in events.most_common():
        click.echo(f"{number:>10,}  {record}")
    total = events.total()
    click.echo(f"{total:>10,}  合计 / in all, {seconds:.1f} s, {total / seconds if seconds else 0:,.0f}/s")


def send(
    settings: Settings,
    world: World,
    plan: Plan,
    troubles: Troubles,
    *,
    sent_before: int,
    records_per_second: float,
    live_speed: float | None,
    file: Path | None,
    output: str,
) -> int:
    """Send the county's past and, with `live_speed`, its life. Returns the exit code; raises Unavailable.

    The first SIGINT or SIGTERM ends the run in order, a second one at once.
    """
    from producers.event_producer import EventProducer

    with (
        EventProducer(settings, source=SOURCE) as producer,
        Progress(plan, ZoneInfo(settings.timezone), "补发 load") as progress,
    ):
        run = Run(
            world,
            plan,
            producer,
            troubles,
            file=file,
            now=lambda: time.time_ns() // 1_000_000,
            sleep=time.sleep,
            told=progress.told,
            records_per_second=records_per_second,
        )
        _stop_on_signals(run)
        run.load(sent_before)
        if plan.complete and live_speed is not None:
            progress.live(live_speed)
            run.live(live_speed)
    _summary(plan, output)
    if plan.complete:
        return 0
    again = f"xiangmai simulate --resume {file}" if file else "xiangmai simulate"
    click.echo(f"补发中断，可用 `{again}` 接着发 / the load was cut off; go on with `{again}`", err=True)
    return EXIT_INTERRUPTED


def _stop_on_signals(run: Run) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        if run.stopping:
            raise KeyboardInterrupt
        run.stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def _summary(plan: Plan, output: str) -> None:
    sent, different = plan.sent, sum(plan.events.values())
    if output == "json":
        click.echo(
            json.dumps(
                {
                    "complete": plan.complete,
                    "events": plan.events,
                    "records": sent.records,
                    "repeated": sent.repeated,
                    "late": sent.late,
                    "seconds": round(sent.seconds, 3),
                }
            )
        )
        return
    told = f"已发送 {sent.records:,} 条（重复 {sent.repeated:,}，迟到 {sent.late:,}） / sent {sent.records:,} records"
    if plan.complete:
        told += f" ({sent.repeated:,} twice, {sent.late:,} late), {different:,} 个事件 / events so far"
        told += f", {sent.seconds:.1f} s, {sent.records / max(sent.seconds, 0.001):,.0f}/s"
    click.echo(told)
