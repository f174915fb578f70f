"""The ladder on a warehouse: values as the sinks store them, its events through the stream's own folds, and back."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from deploy.local.clickhouse.process import start
from schemas.calendar import Calendar
from schemas.catalogue.ladder import Ladder
from schemas.catalogue.load import load_catalogues
from schemas.domain import EVENT_VOIDED, load_domains
from schemas.settings import Settings
from sinks.catalogue import write_catalogue
from sinks.ladder.months import Months
from sinks.ladder.report import as_json
from sinks.ladder.run import Judged, judge, moment_now
from sinks.ladder.writing import event_of
from sinks.warehouse import connect
from tests.sinks.ladder.support import rule_of as written_rule
from tests.sinks.ladder.support import told
from tests.sinks.proof.support import line_in
from tests.sinks.support import Bench, House, event_id, milliseconds
from tests.streams.core.support import world_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sinks.proof.support import Line

TOPIC = "village.supervision"
A, B, C = "330521100", "330521101", "330521102"
RATE = "appeal_on_time_rate"
"""Goal 90, yellow below 90, red below 80, ranked from 10 cases on."""


@dataclass
class County:
    """Months that pass: figures come in, the ladder judges, what it says goes down the line."""

    line: Line
    house: House
    ladder: Ladder
    months: Months
    offset: int = 0
    said: list[Any] = field(default_factory=list)

    def figures(self, month: str, **rates: str) -> None:
        """Publish the month's rates, as `A="8/10"`."""
        places = {"A": A, "B": B, "C": C}
        self.offset += 100
        text = "\n".join(f"{RATE} | {places[name]} | month | {month}-01 | | {rate}" for name, rate in rates.items())
        self.house.cells(text, offset=self.offset)

    def judged(self, at: str, *, as_of: bool = False) -> Judged:
        """Judge at a moment, without saying anything."""
        with connect(self.line.settings, database=self.line.settings.clickhouse_database) as warehouse:
            moment = moment_now(self.months, milliseconds(at), self.ladder.rule.catch_up_periods, as_of=as_of)
            return judge(warehouse, self.ladder, self.months, moment)

    def run(self, at: str) -> list[tuple[Any, ...]]:
        """Judge at a moment and let what is said go through the stream into the warehouse."""
        steps = self.judged(at).steps
        events = [
            (f"xiangmai.supervision.{each.record}", event_of(each, "县委办公室", milliseconds(at))) for each in steps
        ]
        self.line.send(TOPIC, *events, timestamp=milliseconds(at)).flow(milliseconds(at)).sink()
        self.said += steps
        return told(steps)

    def happens(self, record: str, at: str, **fields: Any) -> None:
        """Let somebody else report something of a warning."""
        name = EVENT_VOIDED if record == "EventVoided" else f"xiangmai.supervision.{record}"
        moment = milliseconds(at)
        envelope = {"event_id": event_id(f"{record} {at}"), "occurred_at": moment, "recorded_at": moment}
        place = {"township": A, "village": None, "department": "县委办公室", "source": "tests", "corrects": None}
        event = {**envelope, **place, **fields}
        self.line.send(TOPIC, (name, event), timestamp=moment).flow(moment).sink()

    def warnings(self, columns: str) -> list[tuple[Any, ...]]:
        return self.line.rows(f"SELECT {columns} FROM {{db}}.warnings ORDER BY raised_at, township")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A ClickHouse without a Kafka, and two domains: appeals and supervision."""
    folder = tmp_path_factory.mktemp("domains")
    for name in ("appeals", "supervision"):
        shutil.copytree(Settings().domains / name, folder / name)
    server = start(tmp_path_factory.mktemp("ladder"))
    try:
        yield Settings(clickhouse_port=server.native_port, clickhouse_database="unused", domains=folder)
    finally:
        server.stop()


@pytest.fixture(scope="module")
def standing(settings: Settings) -> Iterator[County]:
    catalogues = load_catalogues(load_domains(settings.domains))
    world = world_of(list(catalogues.values()))
    indicators = {name: each for catalogue in catalogues.values() for name, each in catalogue.indicators.items()}
    rule = written_rule()
    with line_in(settings, world, milliseconds("2026-01-01 00:00")) as line:
        house = House(line.settings, line.layout, line.warehouse, Bench(line.layout, line.settings))
        ladder = Ladder(rule, {RATE: indicators[RATE]}, indicators)
        yield County(line, house, ladder, Months(Calendar("Asia/Shanghai"), rule.grace_days))


@pytest.fixture
def county(standing: County) -> County:
    """The county at its beginning."""
    line = standing.line.anew()
    write_catalogue(line.warehouse, line.layout)
    line.now = milliseconds("2026-01-01 00:00")
    return County(line, standing.house, standing.ladder, standing.months)


def test_a_year_on_the_ladder_is_a_case_like_every_other(county: County) -> None:
    county.figures("2026-01", A="7/10", B="10/10", C="1/5")
    assert county.judged("2026-02-03 23:59").steps == [], "the days of grace are not over"
    assert county.run("2026-02-04 09:00") == [("Raised", "2026-02-04", "red")], "not C, which has too few cases"
    assert county.run("2026-02-04 10:00") == [], "once said is said"
    warning = f"{RATE}/{A}/2026-01"
    assert county.warnings("warning_id, township, step, is_open, source, value, line, colour, called_to") == [
        (warning, A, "warning", True, "xiangmai-ladder", 70.0, 80.0, "red", None)
    ]

    county.figures("2026-02", A="7/10", B="10/10")
    assert county.run("2026-03-05 00:00") == [("Renewed", "2026-03-04", "red"), ("Escalated", "2026-03-04", "talk")]
    county.happens(
        "TalkHeld", "2026-03-08 10:00", warning_id=warning, by_department="县委办公室", post="乡镇长", note=None
    )
    assert county.warnings("step, called_to, reds_in_a_row") == [("talk", "talk", 2)]

    for month, at in (("2026-03", "2026-04-05 00:00"), ("2026-04", "2026-05-05 00:00")):
        county.figures(month, A="7/10")
        county.run(at)
    assert county.warnings("step, called_to, toString(due_at)") == [
        ("rectification", "rectification", "2026-06-04 00:00:00.000")
    ]
    county.happens(
        "RectificationAccepted", "2026-05-20 10:00", warning_id=warning, by_department="县委办公室", evidence="现场核验"
    )
    county.figures("2026-05", A="17/20")
    assert county.run("2026-06-04 00:00") == [("Cleared", "2026-06-04", "rectified")], "yellow is no longer red"
    [(step, cleared, steps)] = county.warnings("step, cleared_because, steps")
    assert (step, cleared) == ("cleared", "rectified")
    assert [(event, detail) for _, event, detail, _ in steps] == [
        ("WarningRaised", "red"),
        ("WarningRenewed", "red"),
        ("WarningEscalated", "talk"),
        ("TalkHeld", ""),
        *[("WarningRenewed", "red"), ("WarningEscalated", "listing")],
        *[("WarningRenewed", "red"), ("WarningEscalated", "rectification"), ("RectificationOrdered", "")],
        ("RectificationAccepted", ""),
        ("WarningCleared", "rectified"),
    ]

    county.figures("2026-06", A="7/10")
    assert county.run("2026-07-04 00:00") == [("Raised", "2026-07-04", "red")]
    assert county.warnings("previous_warning_id, days_since_cleared")[-1] == (warning, 30)
    assert county.line.dead == []
    numbers = county.line.rows(
        "SELECT indicator, numerator FROM {db}.indicators WHERE place = {place:String} AND period = 'now' "
        "AND indicator IN ('warning_open', 'rectification_overdue') AND dimension = '' ORDER BY indicator",
        place=A,
    )
    assert numbers == [("rectification_overdue", 0), ("warning_open", 1)]


def test_warnings_of_others_are_left_alone_and_our_own_may_be_ended_by_them(county: County) -> None:
    county.figures("2026-01", A="7/10")
    fields = {"colour": "red", "value": 70.0, "line": 80.0, "period": "2025-12", "indicator": RATE}
    none = {"about_department": None, "previous_warning_id": None, "days_since_cleared": None}
    county.happens("WarningRaised", "2026-01-05 09:00", warning_id="theirs", **fields, **none)
    assert county.run("2026-02-04 00:00") == [("Raised", "2026-02-04", "red")]
    county.figures("2026-02", A="7/10")
    county.happens(
        "WarningCleared", "2026-02-20 00:00", warning_id=f"{RATE}/{A}/2026-01", because="mistaken", value=None
    )
    assert county.run("2026-03-04 00:00") == [("Raised", "2026-03-04", "red")]
    assert county.warnings("warning_id, step, previous_warning_id") == [
        ("theirs", "warning", None),
        (f"{RATE}/{A}/2026-01", "cleared", None),
        (f"{RATE}/{A}/2026-02", "warning", f"{RATE}/{A}/2026-01"),
    ]


def test_a_warning_somebody_took_back_stays_taken_back(county: County) -> None:
    county.figures("2026-01", A="7/10")
    county.run("2026-02-04 00:00")
    [raised] = county.said
    county.happens(
        "EventVoided",
        "2026-02-05 09:00",
        corrects=raised.event_id,
        case_type="warning",
        case_id=raised.fields["warning_id"],
        reason=None,
    )
    assert county.warnings("warning_id") == []
    assert county.run("2026-02-05 10:00") == []
    county.figures("2026-02", A="7/10")
    assert county.run("2026-03-04 00:00") == [("Raised", "2026-03-04", "red")]
    assert county.line.dead == []


def test_who_names_the_moment_does_not_wait_for_grace(county: County) -> None:
    county.figures("2026-01", A="7/10")
    judged = county.judged("2026-02-01 00:00", as_of=True)
    assert told(judged.steps) == [("Raised", "2026-02-01", "red")]
    assert (judged.figures, judged.open_warnings) == (1, 1)
    told_json = as_json(judged)
    assert told_json["months"] == ["2026-01"]
    assert told_json["steps"][0]["warning_id"] == f"{RATE}/{A}/2026-01"
    assert county.judged("2026-01-31 23:59", as_of=True).steps == []


def test_the_best_of_a_quarter_is_commended_once(county: County) -> None:
    for number, (place, rate) in enumerate({A: "19/20", B: "20/20", C: "18/20"}.items()):
        county.house.cells(f"{RATE} | {place} | quarter | 2026-01-01 | | {rate}", offset=number)
    county.figures("2026-03", A="10/10")
    assert county.run("2026-04-04 00:00") == [("AwardGiven", "2026-04-04", None)]
    assert county.run("2026-04-05 00:00") == []
    awards = county.line.rows("SELECT township, indicator, department FROM {db}.cases_award")
    assert awards == [(B, RATE, None)]
