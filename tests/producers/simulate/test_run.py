"""A county sends: late ones and copies lose nothing, a run that was cut off goes on with the same events."""

from __future__ import annotations

import json
from collections import Counter
from copy import deepcopy
from time import process_time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.simulate import session
from producers.simulate.arrivals import Arrivals, Troubles
from producers.simulate.clock import Clock, Stretch
from producers.simulate.command import moment, simulate
from producers.simulate.county import county_from
from producers.simulate.domain import seeded
from producers.simulate.plan import Plan
from producers.simulate.run import Run
from producers.simulate.workdays import DAY, HOUR, MINUTE, WORK_LENGTH, WorkCalendar
from producers.simulate.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = moment("2026-03-20T12:00", SHANGHAI)
TROUBLES = Troubles(late_share=0.1, duplicate_share=0.03)


class Line:
    """Takes what is sent: the last line of defence a test has against an id with two contents."""

    def __init__(self) -> None:
        self.events: dict[str, dict[str, Any]] = {}
        self.records = 0
        self.newest_lead = 0
        self.clock: Callable[[], int] = lambda: 2**62

    def send(self, record_name: str, event: dict[str, Any], *, domain: str) -> None:
        assert record_name.startswith((f"xiangmai.{domain}.", "xiangmai.system."))
        known = self.events.setdefault(event["event_id"], deepcopy({**event, "record": record_name}))
        assert known == {**event, "record": record_name}, "the same event twice must be the same"
        self.newest_lead = max(self.newest_lead, event["occurred_at"] - self.clock())
        self.records += 1

    def flush(self, timeout_seconds: float) -> None:
        pass


class Time:
    """A wall clock that moves only when someone sleeps; after `ends_at` it asks the run to stop."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.ends_at = 2**62
        self.run: Run | None = None

    def __call__(self) -> int:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += int(seconds * 1000)
        if self.run is not None and self.now >= self.ends_at:
            self.run.stopping = True


def start(
    places: Path,
    line: Line,
    time: Time,
    file: Path,
    *,
    resume: bool = False,
    stop_after: int = 2**62,
    people: float = 0.4,
) -> tuple[Run, Plan, int]:
    world, plan, sent_before = session.prepare(
        places, SHANGHAI, time.now, months=0, seed=7, people=people, resume=file if resume else None
    )

    def told(_: object) -> None:
        if line.records >= stop_after:
            run.stopping = True

    run = Run(world, plan, line, TROUBLES, file=file, now=time, sleep=time.sleep, told=told)
    time.run = run
    line.clock = time
    return run, plan, sent_before


def open_and_overdue(plan: Plan, at: int) -> dict[str, tuple[int, int]]:
    return {
        truth["township"]: (truth["open"], sum(due <= at for due in truth["open_due_at"]))
        for truth in plan.truths["appeals"]
    }


def counted(line: Line) -> dict[str, Counter[str]]:
    """Count opened and closed, open and when due, straight from what the line received."""
    replaced = {event["corrects"] for event in line.events.values()}
    by_case: dict[str, list[dict[str, Any]]] = {}
    for event in line.events.values():
        if event["event_id"] not in replaced and event["record"].startswith("xiangmai.appeals."):
            by_case.setdefault(event["appeal_id"], []).append(event)
    found: dict[str, Counter[str]] = {}
    for events in by_case.values():
        events.sort(key=lambda event: event["occurred_at"])
        report = next((event for event in events if event["record"].endswith("AppealReported")), None)
        if report is None:
            continue
        ends = [event for event in events if event["record"].endswith(("AppealClosed", "AppealReopened"))]
        counts = found.setdefault(report["township"], Counter())
        counts["opened"] += 1
        if ends and ends[-1]["record"].endswith("AppealClosed"):
            counts["closed"] += 1
            counts["closed_on_time"] += ends[-1]["occurred_at"] <= report["due_at"]
    return found


def totals(plan: Plan) -> dict[str, Counter[str]]:
    return {
        truth["township"]: Counter(
            {what: sum(month[what] for month in truth["months"]) for what in ("opened", "closed", "closed_on_time")}
        )
        for truth in plan.truths["appeals"]
    }


def test_a_load_sends_everything_once_or_more_and_says_so(places: Path, tmp_path: Path) -> None:
    line, time = Line(), Time(NOON)
    run, plan, sent_before = start(places, line, time, tmp_path / "county.json")
    run.load(sent_before)
    assert plan.complete
    assert sum(plan.events.values()) == len(line.events)
    assert plan.sent.records == line.records == len(line.events) + plan.sent.repeated
    assert 0.02 < plan.sent.repeated / len(line.events) < 0.05
    assert 0.07 < plan.sent.late / len(line.events) < 0.13
    assert totals(plan) == counted(line)
    assert max(event["recorded_at"] for event in line.events.values()) < NOON


@pytest.mark.parametrize("cut", [1, 500, 1700])
def test_a_load_that_was_cut_off_goes_on_with_the_same_events(places: Path, tmp_path: Path, cut: int) -> None:
    line, time, file = Line(), Time(NOON), tmp_path / "county.json"
    run, plan, sent_before = start(places, line, time, file, stop_after=cut)
    run.load(sent_before)
    assert not plan.complete
    assert line.records == cut
    time.now += 3 * HOUR
    run, plan, sent_before = start(places, line, time, file, resume=True)
    run.load(sent_before)
    assert plan.complete
    assert sum(plan.events.values()) == len(line.events)
    assert totals(plan) == counted(line)


def test_a_life_in_fast_motion_never_runs_ahead_of_the_wall_and_keeps_its_truths(places: Path, tmp_path: Path) -> None:
    line, time, file = Line(), Time(NOON), tmp_path / "county.json"
    run, plan, sent_before = start(places, line, time, file)
    run.load(sent_before)
    loaded = len(line.events)
    time.ends_at = NOON + 20 * MINUTE
    run.live(300)
    assert plan.complete
    assert len(line.events) > loaded + 200, "four days of the county in twenty minutes"
    assert line.newest_lead <= 0
    assert sum(plan.events.values()) == len(line.events)
    assert totals(plan) == counted(line)
    assert Plan.load(file).clock.stretches[-1].speed == 300


def test_a_life_goes_on_where_it_ended_and_days_later(places: Path, tmp_path: Path) -> None:
    line, time, file = Line(), Time(NOON), tmp_path / "county.json"
    run, plan, sent_before = start(places, line, time, file)
    run.load(sent_before)
    for away in (2 * DAY, 9 * DAY):
        time.ends_at = time.now + 3 * MINUTE
        run.stopping = False
        run.live(60)
        time.now += away
        before = len(line.events)
        run, plan, sent_before = start(places, line, time, file, resume=True)
        run.load(sent_before)
        assert len(line.events) > before + 100, "it catches up with what happened meanwhile"
        assert totals(plan) == counted(line)
        assert line.newest_lead <= 0


def test_a_life_that_was_killed_goes_on_with_the_same_events(places: Path, tmp_path: Path) -> None:
    line, time, file = Line(), Time(NOON), tmp_path / "county.json"
    run, _, sent_before = start(places, line, time, file)
    run.load(sent_before)

    class KilledError(Exception):
        pass

    def killed(seconds: float) -> None:
        time.now += int(seconds * 1000)
        if time.now > NOON + 95_000:
            raise KilledError

    run._sleep = killed
    with pytest.raises(KilledError):
        run.live(300)
    assert not Plan.load(file).complete
    time.now += HOUR
    run, plan, sent_before = start(places, line, time, file, resume=True)
    run.load(sent_before)
    assert sum(plan.events.values()) == len(line.events)
    assert totals(plan) == counted(line)


def test_what_is_overdue_later_follows_from_when_the_open_ones_are_due(places: Path, tmp_path: Path) -> None:
    line, time = Line(), Time(NOON)
    run, plan, sent_before = start(places, line, time, tmp_path / "county.json", people=1)
    run.load(sent_before)
    now, week_later = open_and_overdue(plan, NOON), open_and_overdue(plan, NOON + 30 * DAY)
    assert all(0 < overdue < unfinished for unfinished, overdue in now.values())
    assert all(overdue == unfinished for unfinished, overdue in week_later.values())


@given(late=st.floats(0, 1), duplicates=st.floats(0, 1), seed=st.integers(0, 2**31))
@settings(max_examples=15)
def test_however_bad_the_network_every_report_arrives(
    places: Path, calendar: WorkCalendar, late: float, duplicates: float, seed: int
) -> None:
    county = county_from(places, 7, 0.03)
    first_day = calendar.day_of(NOON)
    world = World(county, calendar, seed=7, first_day=first_day)
    end = world.start + 2 * DAY
    told = list(world.until(end))
    arrivals = Arrivals(county, Troubles(late, duplicates), seeded(seed))
    arrived = list(arrivals.of(told, end))
    assert all(arrival.at < end for arrival in arrived)
    arrived += arrivals.rest()
    assert [arrival.at for arrival in arrived] == sorted(arrival.at for arrival in arrived)
    assert all(arrival.at >= arrival.happening.recorded_at for arrival in arrived)
    first = Counter(arrival.happening.event["event_id"] for arrival in arrived if not arrival.repeated)
    assert first == Counter(happening.event["event_id"] for happening in told)


def test_the_bad_network_sends_late_and_twice_most(places: Path, calendar: WorkCalendar) -> None:
    county = county_from(places, 7, 0.2)
    world = World(county, calendar, seed=7, first_day=calendar.day_of(NOON))
    end = world.start + 30 * DAY
    arrivals = Arrivals(county, TROUBLES, seeded(1))
    sent, late = Counter[str](), Counter[str]()
    for arrival in [*arrivals.of(world.until(end), end), *arrivals.rest()]:
        sent[arrival.happening.event["township"]] += 1
        late[arrival.happening.event["township"]] += arrival.late
    shares = {town.character.name: late[town.code] / sent[town.code] for town in county.townships}
    assert shares["bad_network"] > 4 * max(share for name, share in shares.items() if name != "bad_network")
    assert 0.08 < late.total() / sent.total() < 0.13


@given(
    speeds=st.lists(st.floats(0.5, 3600), min_size=1, max_size=4),
    lengths=st.lists(st.integers(1, 10 * DAY), min_size=4, max_size=4),
    pauses=st.lists(st.integers(0, DAY), min_size=4, max_size=4),
    moments=st.lists(st.integers(0, 50 * DAY), min_size=2),
)
def test_the_clock_never_goes_back(
    speeds: list[float], lengths: list[int], pauses: list[int], moments: list[int]
) -> None:
    clock = Clock([Stretch(0, 0, 1.0)])
    county = 0
    for speed, length, pause in zip(speeds, lengths, pauses, strict=False):
        county += length
        clock = clock.with_stretch(Stretch(county, clock.to_wall(county) + pause, speed))
    walls = [clock.to_wall(moment) for moment in sorted(moments)]
    assert walls == sorted(walls)
    assert all(wall >= 0 for wall in walls)


@given(day=st.integers(13_000, 22_000), within_day=st.integers(0, DAY - 1), work=st.integers(1, 40 * WORK_LENGTH))
def test_working_time_passes_only_while_offices_are_open(
    calendar: WorkCalendar, day: int, within_day: int, work: int
) -> None:
    at = calendar.midnight(day) + within_day
    later = calendar.work_time(calendar.work_index(at) + work)
    assert later > at
    assert calendar.work_index(later) - calendar.work_index(at) == work
    assert calendar.is_working(calendar.day_of(later))
    due = calendar.end_of_working_day(at, 3)
    assert 2 * WORK_LENGTH < calendar.work_index(due) - calendar.work_index(at) <= 4 * WORK_LENGTH


def test_a_file_that_is_no_plan_is_refused_by_name(places: Path, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text('{"format": 1}', encoding="utf-8")
    answer = CliRunner().invoke(simulate, ["--resume", str(file), "--places", str(places), "--count-only"])
    assert answer.exit_code == 2
    assert "other.json" in answer.output


def test_counting_sends_nothing_and_tells_how_many(places: Path) -> None:
    answer = CliRunner().invoke(
        simulate,
        ["--count-only", "--format", "json", "--places", str(places), "--until", "2026-03-20T12:00", "--months", "0"],
    )
    assert answer.exit_code == 0, answer.output
    events = json.loads(answer.output)["events"]
    assert events["xiangmai.appeals.AppealReported"] > events["xiangmai.appeals.AppealClosed"] > 100


def test_a_year_of_the_county_is_told_in_under_two_minutes_of_one_core(places: Path) -> None:
    """Its 1.8 million events, if each takes as long as those of two months here. A quiet core needs less than half of that."""
    world, plan, _ = session.prepare(places, SHANGHAI, NOON, months=1, seed=7, resume=None)
    began, events = process_time(), 0
    for happening in world.until(plan.until):
        plan.clock.set(happening.event)
        events += 1
    seconds_each = (process_time() - began) / events
    assert events > 40_000
    assert seconds_each * 1_800_000 < 120


@pytest.mark.parametrize(("option", "value"), [("--until", "yesterday"), ("--rate", "fast"), ("--rate", "0/s")])
def test_bad_options_are_explained(places: Path, option: str, value: str) -> None:
    answer = CliRunner().invoke(simulate, [option, value, "--places", str(places)])
    assert answer.exit_code == 2
    assert option in answer.output
    assert value in answer.output
