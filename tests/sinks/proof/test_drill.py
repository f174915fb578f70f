"""From a number to its cases, from a case to its events: the counts are the cells', and every case says why it is in or out."""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from ruamel.yaml import YAML

from schemas.catalogue.load import load_catalogues
from schemas.domain import load_domains
from schemas.settings import Settings
from sinks.periods import Period
from sinks.proof.cases_command import cases
from sinks.proof.drill import Drill, Number
from sinks.proof.events_command import events
from sinks.proof.folding import Folding
from tests.sinks.proof.support import TOPIC, VILLAGE, Line, line_in
from tests.sinks.proof.test_laws import SEED, send_random
from tests.streams.core.support import DAY, HOUR, TOWNSHIP, make, world_of
from tests.streams.core.test_laws import START

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import click

EPOCH = date(1970, 1, 1)
NUMBERS_OF_A_KIND = 1


def ask(line: Line, command: click.Command, *arguments: str, code: int = 0) -> Result:
    """Run a command against a line's warehouse."""
    env = {
        "XIANGMAI_CLICKHOUSE_PORT": str(line.settings.clickhouse_port),
        "XIANGMAI_CLICKHOUSE_DATABASE": line.settings.clickhouse_database,
        "XIANGMAI_DOMAINS": str(line.settings.domains),
        "XIANGMAI_CASE_EVENT_LIMIT": str(line.settings.case_event_limit),
    }
    answer = CliRunner().invoke(command, [*arguments], standalone_mode=False, env=env)
    given = answer.return_value if answer.exception is None else getattr(answer.exception, "exit_code", None)
    assert given == code, (answer.output, answer.exception)
    return answer


def told(line: Line, *arguments: str) -> list[dict[str, Any]]:
    """What `xiangmai cases` says, for programs."""
    rows: list[dict[str, Any]] = json.loads(ask(line, cases, *arguments, "--format", "json").stdout)
    return rows


def test_the_cases_of_a_number_give_what_was_published(settings: Settings) -> None:
    """Cells of half the kinds of indicators of the kinds of cases there are, under random events."""
    print(f"XIANGMAI_TEST_SEED={SEED}")
    rng = random.Random(f"{SEED} drill")
    catalogues = load_catalogues(load_domains(Settings().domains))
    with line_in(settings, world_of([*catalogues.values()]), START + 40 * DAY) as line:
        send_random(line, [*catalogues.values()], rng, townships=4)
        published = line.flow().sink().published()
        kinds: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        every = {each.id: each for catalogue in catalogues.values() for each in catalogue.indicators.values()}
        for key in sorted(published):
            kinds.setdefault((every[key[0]].case, every[key[0]].kind), []).append(key)
        behind: dict[str, list[tuple[str, ...]]] = {}
        for (case, _), keys in rng.sample([*kinds.items()], len(kinds) // 2):
            behind.setdefault(case, []).extend(rng.sample(keys, min(len(keys), NUMBERS_OF_A_KIND)))
        for chosen in behind.values():
            numbers = [number_of(every[key[0]], key) for key in chosen]
            with Folding(line.warehouse, line.layout, None) as folding:
                drill = Drill(line.warehouse, line.layout, folding, Number(numbers[0].indicator, "", numbers[0].period))
                for key, number in zip(chosen, numbers, strict=True):
                    kind, totals = number.indicator.kind, drill.totals(number)
                    assert totals.agree, (key, totals)
                    if (
                        kind != "stock" or key[3] == "now"
                    ):  # of a stock's day the level is shown, the cell holds what moved
                        assert totals.computed == published[key][:2], key
                    listed = drill.cases(number, "denominator", 1_000)
                    assert len(listed) == sum(totals.roles.get(role, 0) for role in ("numerator", "denominator"))
                    if kind not in ("coverage", "distinct"):
                        assert sum(each.numerator for each in listed) == totals.computed[0]
        assert sum(map(len, behind.values())) > 30


def number_of(indicator: Any, key: tuple[str, ...]) -> Number:
    """The number that a published cell is."""
    _, _, place, period, start, dimension, value = key
    return Number(indicator, place, Period(period, EPOCH + timedelta(days=int(start))), dimension, value)


def test_every_case_says_why_it_is_in_or_out(line: Line) -> None:
    line.send(TOPIC, make("AppealReported", "A-3", START + HOUR)).flow().sink()  # without a due time
    rows = told(line, "appeal_on_time_rate", "--place", TOWNSHIP, "--period", "2026-03")
    assert [(row["case_id"], row["role"], row["reason_zh"]) for row in rows] == [
        ("A-1", "denominator", "只计入分母"),
        ("A-2", "denominator", "只计入分母"),
        ("A-3", "excluded", "没有办理期限，谈不上按期"),
    ]
    assert rows[2]["reason_en"].startswith("no due time was promised")
    assert {"reported_at", "due_at", "closed_at", "department"} <= rows[0].keys()
    assert [row["case_id"] for row in told(line, "appeal_on_time_rate", "--period", "2026", "--in", "excluded")] == [
        "A-3"
    ]
    assert told(line, "appeal_on_time_rate", "--period", "2026", "--in", "numerator") == []
    table = ask(line, cases, "appeal_on_time_rate", "--place", VILLAGE, "--period", "2026-03-01").stdout
    assert "分母 denominator: 事项合计 cases 1 · 已发布 published 1 ✓" in table
    assert "A-1" in table
    assert "A-2" not in table


def test_a_breakdown_and_a_value_are_told(line: Line) -> None:
    rows = told(line, "appeal_hours_to_close_p50", "--period", "2026-03", "--dimension", "department=供电所")
    assert [(row["case_id"], row["value"], row["denominator"]) for row in rows] == [("A-1", 3 * 86_400, 1)]
    assert "72 hours" in ask(line, cases, "appeal_hours_to_close_p50", "--period", "2026-03").stdout
    assert told(line, "appeal_hours_to_close_p50", "--period", "2026-03", "--dimension", "department=水务") == []


def test_a_stock_is_who_is_in_at_the_moment(line: Line) -> None:
    def inside(*arguments: str) -> list[str]:
        return [row["case_id"] for row in told(line, "appeal_open", *arguments)]

    assert inside() == ["A-2"]  # now, by the worker's clock
    assert inside("--period", "2026-03-02") == ["A-1", "A-2"]  # at the end of the day; A-1 is closed on the fourth
    assert inside("--period", "2026-03-04") == ["A-2"]
    assert inside("--period", "2026-03") == ["A-2"]
    assert inside("--as-of", "2026-03-01T08:30") == ["A-1"]
    assert "published 2 ✓" in ask(line, cases, "appeal_open", "--period", "2026-03-02").stdout


@pytest.fixture
def two_versions(settings: Settings, appeals: Path, tmp_path: Path) -> Iterator[Line]:
    """A line whose closure rate counts only appeals with a due time since its second version, and another day since."""
    folder = tmp_path / "domains" / "appeals"
    folder.mkdir(parents=True)
    for file in (appeals / "appeals").glob("*.avsc"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    catalogue = YAML(typ="safe").load((appeals / "appeals" / "catalogue.yaml").read_text(encoding="utf-8"))
    entry = catalogue["indicators"]["appeal_closure_rate"]
    before = {"numerator": entry["numerator"], "exclude": None, "effective_from": "2026-01-01"}
    changed = {"zh": "没有期限的不再计", "en": "no more without a due time"}
    entry["earlier"] = [{"version": 1, "changed": changed, **before}]
    entry |= {
        "version": 2,
        "effective_from": "2026-02-01",
        "exclude": [{"when": "due_at is null", "because": {"zh": "没有期限", "en": "without a due time"}}],
        "numerator": "closed_at is not null and reopened = false",
    }
    catalogue["indicators"] = {"appeal_closure_rate": entry}
    (folder / "catalogue.yaml").write_text(json.dumps(catalogue, ensure_ascii=False, default=str), encoding="utf-8")
    world = world_of([*load_catalogues(load_domains(tmp_path / "domains")).values()])
    own = settings.model_copy(update={"domains": tmp_path / "domains"})
    with line_in(own, world, START + 50 * DAY) as line:
        yield line


def test_the_cases_that_moved_between_two_versions_are_listed_with_why(two_versions: Line) -> None:
    line = two_versions
    line.send(
        TOPIC,
        make("AppealReported", "reopened", START, due_at=START + DAY),
        make("AppealClosed", "reopened", START + 1),
        make("AppealReopened", "reopened", START + 2),
        make("AppealClosed", "reopened", START + 3),
        make("AppealReported", "promised", START, due_at=START + DAY),
        make("AppealClosed", "promised", START + 4),
        make("AppealReported", "never promised", START),
    ).flow().sink()
    answer = ask(line, cases, "appeal_closure_rate", "--period", "2026-03", "--compare", "1", "2", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(answer.stdout)))
    assert [(row["case_id"], row["by"], row["role_v1"], row["role_v2"], row["zh_2"]) for row in rows] == [
        ("never promised", "exclusion", "denominator", "excluded", "没有期限"),
        ("reopened", "numerator", "numerator", "denominator", "只计入分母"),
    ]
    table = ask(line, cases, "appeal_closure_rate", "--period", "2026-03", "--compare", "1", "2").stdout
    assert "v1: 分子 numerator: 事项合计 cases 2 · 已发布 published 2 ✓；分母 denominator: 事项合计 cases 3" in table
    assert "v2: 分子 numerator: 事项合计 cases 1 · 已发布 published 1 ✓；分母 denominator: 事项合计 cases 2" in table
    assert len(told(line, "appeal_closure_rate", "--version", "1", "--period", "2026-03", "--in", "denominator")) == 3
    assert "2, 1" in str(ask(line, cases, "appeal_closure_rate", "--version", "7", code=2).exception)


def test_the_events_of_a_case_say_whether_they_stand(settings: Settings, appeals: Path) -> None:
    own = settings.model_copy(update={"domains": appeals, "case_event_limit": 7})
    world = world_of([*load_catalogues(load_domains(appeals)).values()], case_event_limit=7)
    with line_in(own, world, START + 50 * DAY) as line:
        line.send(
            TOPIC,
            make("AppealReported", "A", START, "wrong"),
            make("AppealReported", "A", START + 1, "right", corrects="wrong"),
            make("AppealDispatched", "A", START + 2, "by mistake"),
            make("EventVoided", "A", START + 3, "void", corrects="by mistake"),
            make("AppealClosed", "A", START + 4, "closed"),
            make("AppealClosed", "A", START + 5, "again"),
            make("AppealRated", "A", START + 6, "rated"),
            make("AppealReopened", "A", START + 7, "too many"),
        ).flow().sink()
        rows = json.loads(ask(line, events, "A", "--format", "json").stdout)
        assert [(row["number"], row["event"], row["standing"]) for row in rows] == [
            (1, "AppealReported", "corrected"),
            (2, "AppealReported", "effective"),
            (3, "AppealDispatched", "corrected"),
            (4, "EventVoided", "void"),
            (5, "AppealClosed", "effective"),
            (6, "AppealClosed", "rule:closed_once"),
            (7, "AppealRated", "effective"),
            (8, "AppealReopened", "case_limit"),
        ]
        assert rows[0]["corrected_by"] == rows[1]["event_id"]
        assert [row["kafka_offset"] for row in rows] == [*range(8)]
        table = ask(line, events, "A", "--case-type", "appeal", "--place", TOWNSHIP).stdout
        for words in ("已被 #2 更正", "作废 #3 / takes it back", "breaks the rule closed_once", "the case was full"):
            assert words in table
        assert "village.appeals/3/5" in table
        assert "there is no case B" in ask(line, events, "B", code=1).stderr
        assert "appeal" in str(ask(line, events, "A", "--case-type", "nonsense", code=2).exception)


def test_what_is_asked_wrongly_is_told(line: Line) -> None:
    assert "appeal_open" in str(ask(line, cases, "nonsense", code=2).exception)
    assert "department" in str(ask(line, cases, "appeal_volume", "--dimension", "colour=red", code=2).exception)
    assert "no stock" in str(ask(line, cases, "appeal_volume", "--period", "now", code=2).exception)
    assert "no stock" in str(ask(line, cases, "appeal_volume", "--as-of", "2026-03-01T00:00", code=2).exception)
    assert "2015-Q1" in str(ask(line, cases, "appeal_volume", "--period", "last week", code=2).exception)
    composed = next(each for each in line.layout.catalogues["appeals"].indicators.values() if not each.case)
    assert composed.inputs[0] in str(ask(line, cases, composed.id, code=2).exception)
