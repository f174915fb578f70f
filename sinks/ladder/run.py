"""One run of the ladder: wait until nobody is behind, read, judge, say."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from schemas.calendar import Calendar
from schemas.errors import Unavailable
from schemas.registry import SchemaRegistry
from sinks import metrics
from sinks.ladder.awards import awards_due
from sinks.ladder.months import Months, quarter_ended_by, year_ended_by
from sinks.ladder.reading import read_figures, read_ranked, read_said, read_standings
from sinks.ladder.rule import Track
from sinks.ladder.writing import Announcer
from sinks.periods import parse_period
from sinks.proof.behind import Groups, Readers
from sinks.settings import SinkSettings
from sinks.warehouse import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from schemas.catalogue.ladder import Ladder
    from schemas.domain import Domain
    from schemas.settings import Settings
    from sinks.ladder.rule import Step
    from sinks.layout import Layout
    from sinks.proof.behind import Behind
    from sinks.warehouse import Warehouse

PAUSE_SECONDS: Final = 1.0
AWAY_SECONDS: Final = 15.0
"""A Kafka that has just come up, or lost a broker, does not answer for a while."""


class NotCaughtUp(Exception):  # noqa: N818 - a state of the line
    """The line did not catch up in time, so nothing was judged: what is still on its way might change it."""

    def __init__(self, behind: Sequence[Behind]) -> None:
        told = "，".join(f"{each.group} {each.topic} {each.records:,}" for each in behind)
        super().__init__(
            f"还有事件没有算完或入库，未作判断 / not judged, somebody is behind: {told or '?'}. make status"
        )
        self.behind = tuple(behind)


@dataclass(frozen=True)
class Moment:
    """When the ladder looks, in ms, and which months are judged then, ascending."""

    at: int
    months: range


@dataclass
class Judged:
    """What a run found: what is to be said, how many values it looked at, and what warnings stand open after it."""

    moment: Moment
    steps: list[Step] = field(default_factory=list)
    figures: int = 0
    open_warnings: int = 0


def moment_now(months: Months, at: int, catch_up_periods: int, *, as_of: bool) -> Moment:
    """Return the months to judge at a moment; `as_of`: somebody names it, and has no grace wait for reports that are in."""
    newest = months.of(at) - 1 if as_of else months.newest_judged(at)
    return Moment(at, range(newest - catch_up_periods + 1, newest + 1))


def judge(warehouse: Warehouse, ladder: Ladder, months: Months, moment: Moment) -> Judged:
    """Return what must be said, by what the warehouse shows now. Raises Unavailable and QueryFailed."""
    said, standings = read_said(warehouse), read_standings(warehouse)
    figures = read_figures(warehouse, ladder.watched, moment.months[-1])
    judged = Judged(moment, figures=sum(map(len, figures.values())))
    for subject in sorted({*figures, *standings}):
        standing = standings.get(subject)
        if subject.indicator in ladder.watched:
            track = Track(ladder.rule, months, subject, figures.get(subject, {}), standing, said)
            judged.steps += track.judge(moment.months, moment.at)
            standing = track.standing
        judged.open_warnings += standing is not None and standing.cleared_at is None
    judged.steps += _awards(warehouse, ladder, months, moment, said)
    # In the order of time within a township, as whoever reads the topics expects it.
    judged.steps.sort(key=lambda step: (step.subject.township, step.occurred_at))
    return judged


def _awards(warehouse: Warehouse, ladder: Ladder, months: Months, moment: Moment, said: Collection[str]) -> list[Step]:
    awards, found = ladder.rule.awards, []
    if awards is None:
        return []
    for month in moment.months:
        ended = {"quarter": quarter_ended_by(month), "year": year_ended_by(month)}
        for period in (ended[kind] for kind in awards.periods if ended[kind] is not None):
            rows = read_ranked(warehouse, awards.indicators, parse_period(str(period)))
            at = min(months.judged_at(month), moment.at)
            found += awards_due(ladder.rule, ladder.indicators, str(period), at, rows, said)
    return found


class Ladders:
    """The ladder at work on a line. `wait` is called with the seconds of a pause, and may raise to end it."""

    def __init__(
        self,
        settings: Settings,
        layout: Layout,
        ladder: Ladder,
        domain: Domain,
        *,
        patience_seconds: float,
        wait: Callable[[float], None],
    ) -> None:
        self._settings = settings
        self._layout = layout
        self.ladder = ladder
        self.domain = domain
        self._patience_seconds = patience_seconds
        self._wait = wait
        self.months = Months(Calendar(settings.timezone), ladder.rule.grace_days)

    def run(self, as_of: int | None = None, *, dry_run: bool = False) -> Judged:
        """Judge as of a moment (now), and say what there is to say unless `dry_run`.

        Raises NotCaughtUp, Unavailable, QueryFailed.
        """
        began, now = time.monotonic(), time.time_ns() // 1_000_000
        at = now if as_of is None else as_of
        moment = moment_now(self.months, at, self.ladder.rule.catch_up_periods, as_of=as_of is not None)
        self._until_nobody_is_behind()
        with connect(self._settings, database=self._settings.clickhouse_database) as warehouse:
            judged = judge(warehouse, self.ladder, self.months, moment)
        if judged.steps and not dry_run:
            with (
                SchemaRegistry(self._settings.registry_url) as registry,
                Announcer(self._settings, self.domain, registry, self.ladder.rule.department) as announcer,
            ):
                announcer.say(judged.steps, now)
            for record, count in Counter(step.record for step in judged.steps).items():
                metrics.LADDER_STEPS.labels(record).inc(count)
        metrics.LADDER_SECONDS.set(time.monotonic() - began)
        return judged

    def _until_nobody_is_behind(self) -> None:
        """Return when all that was in Kafka at the beginning is counted and can be queried."""
        since = time.monotonic()
        with Readers(
            self._settings.kafka_bootstrap, Groups.of(self._layout, self._settings, SinkSettings())
        ) as readers:
            away_since: float | None = None
            while True:
                now = time.monotonic()
                if readers.look(now):
                    away_since = None
                    if readers.caught_up(since) is not None:
                        return
                    if now - since > self._patience_seconds:
                        raise NotCaughtUp(readers.behind())
                else:
                    away_since = now if away_since is None else away_since
                    if now - away_since > AWAY_SECONDS:
                        raise Unavailable("Kafka", self._settings.kafka_bootstrap)
                self._wait(PAUSE_SECONDS)
