"""`xiangmai verify`: equal is told only of what is equal, a broken definition is named with its cells and cases."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from schemas.command import EXIT_UNAVAILABLE
from schemas.command import run as run_command
from schemas.topics import DEAD_LETTERS
from sinks import metrics
from sinks.proof import comparison
from sinks.proof.behind import Behind, Groups, Readers, Snapshot, caught_up
from sinks.proof.comparison import Parts, Scope
from sinks.proof.explanation import explain
from sinks.proof.folding import Folding
from sinks.proof.report import DIFFERENT, EQUAL, NOT_COMPARED, as_json, print_report, verdict
from sinks.proof.rounds import NEVER, Outcome, Pace, Verification
from sinks.proof.source import case_source
from sinks.proof.verify import verify
from sinks.proof.watch import once
from sinks.settings import SinkSettings
from sinks.warehouse import QueryFailed
from tests.sinks.proof.support import TOPIC, VILLAGE, Line, story
from tests.streams.core.support import DAY, TOWNSHIP, make, world_of
from tests.streams.core.test_laws import START

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from schemas.catalogue.model import Catalogue

INDICATORS = ("appeal_closure_rate", "appeal_open")


def first_for_last(appeals: Catalogue) -> Catalogue:
    """The catalogue as a broken worker has it: who an appeal was dispatched to first, not last."""
    case = appeals.cases["appeal"]
    fields = tuple(
        replace(field, fold=replace(field.fold, fold="first"))
        if field.name == "dispatched_to" and field.fold
        else field
        for field in case.fields
    )
    return replace(appeals, cases={"appeal": replace(case, fields=fields)})


def verified(
    line: Line, *names: str, wait: Callable[[float], bool] = lambda _: True, **scope: Any
) -> tuple[Outcome, str]:
    """Verify what a line has, waiting without a clock; returns what was found, and which case is behind the first cell."""
    indicators = [line.layout.catalogues["appeals"].indicators[name] for name in names or INDICATORS]
    ticks = iter(range(1_000))
    pace = Pace(quiet_seconds=2, patience_seconds=30, wait=wait, clock=lambda: float(next(ticks)))
    with Folding(line.warehouse, line.layout, None) as folding:
        outcome = Verification(line.warehouse, line.layout, indicators, Scope(**scope), folding, pace).run()
        if not outcome.mismatches:
            return outcome, ""
        key = outcome.mismatches[0].key
        indicator = next(each for each in indicators if each.id == key.indicator)
        source = case_source(line.layout, "appeal")
        explanation = explain(line.warehouse, line.layout, indicator, key, folding.table(source))
        print_report(outcome, [(outcome.mismatches[0], explanation)], 5, {})
        told = as_json(outcome, [(outcome.mismatches[0], explanation)], 1)
        return outcome, json.dumps(told, ensure_ascii=False)


def ask(line: Line, *arguments: str, **environment: str) -> Result:
    """Run the command against a line's warehouse, without Kafka."""
    env = {
        "XIANGMAI_CLICKHOUSE_PORT": str(line.settings.clickhouse_port),
        "XIANGMAI_CLICKHOUSE_DATABASE": line.settings.clickhouse_database,
        "XIANGMAI_DOMAINS": str(line.settings.domains),
        "XIANGMAI_KAFKA_BOOTSTRAP": "127.0.0.1:1",
        **environment,
    }
    return CliRunner().invoke(verify, [*arguments], standalone_mode=False, env=env)


def test_all_equal_is_told_with_how_much_was_compared(line: Line) -> None:
    answer = ask(line, "--domain", "appeals", "--format", "json")
    told = json.loads(answer.stdout)
    assert answer.return_value == EQUAL
    assert told["verdict"] == "equal"
    assert told["mismatches"] == told["moving"] == 0
    assert told["cells_compared"] > 300
    assert told["indicators"] == len(line.layout.catalogues["appeals"].indicators_of("appeal"))
    table = ask(line, "--indicator", "appeal_closure_rate", "--place", VILLAGE, "--period", "2026-03")
    assert (table.return_value, "all equal" in table.stdout, "2 个单元 cells" in table.stdout) == (EQUAL, True, True)


def test_nothing_compared_is_not_equal(line: Line) -> None:
    assert ask(line, "--indicator", "appeal_volume", "--period", "2019-01").return_value == NOT_COMPARED
    answer = ask(line.anew(), "--format", "table")
    assert answer.return_value == NOT_COMPARED
    assert "nothing to compare" in answer.stdout
    assert ask(line, XIANGMAI_CLICKHOUSE_DATABASE="never_made").return_value == NOT_COMPARED


def test_clickhouse_away_is_not_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIANGMAI_CLICKHOUSE_PORT", "1")
    assert run_command(["verify"]) == EXIT_UNAVAILABLE


def test_what_is_asked_wrongly_is_told(line: Line) -> None:
    assert "appeal_closure_rate" in str(ask(line, "--indicator", "nonsense").exception)
    assert "appeals" in str(ask(line, "--domain", "nonsense").exception)
    assert "2015-Q1" in str(ask(line, "--period", "last week").exception)
    assert "2026-03-02T12:00" in str(ask(line, "--as-of", "yesterday").exception)


def test_what_the_worker_refused_because_a_case_grew_too_large_is_not_missed(standing: Line) -> None:
    long = "农" * 200
    answers = [make("AppealResponded", "A-1", START + number, by_department=long) for number in range(2_000)]
    last = make("AppealDispatched", "A-1", START + 4 * DAY, to_department=long)
    line = standing.anew().send(TOPIC, *story(), *answers, last).flow().sink()
    assert {letter["reason"] for letter in line.dead} == {"case_limit"}
    assert verified(line)[0].different > 0, "only the worker knows how large the case was"
    line.sink(DEAD_LETTERS)
    assert verified(line)[0].different == 0
    refused = line.rows("SELECT count() FROM {db}.proof_events_appeal WHERE standing = 'case_limit'")
    assert refused == [(len(line.dead),)]


def test_a_broken_fold_is_named_with_its_cells_its_cases_and_the_field(
    standing: Line, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    line = standing.anew(world_of([first_for_last(catalogue)]))
    outcome, told = verified(line.send(TOPIC, *story()).flow().sink())
    assert verdict(outcome) == DIFFERENT
    # Both departments of the case are wrong, in every period of both places, and nothing else.
    assert {(each.key.dimension, each.key.dimension_value) for each in outcome.mismatches} == {
        ("department", "水务"),
        ("department", "供电所"),
    }
    first = json.loads(told)["different"][0]
    assert (first["place"], first["dimension_value"]) == (TOWNSHIP, "供电所")
    (case,) = first["case_differences"]
    assert case["case_id"] == "A-1"
    assert {"field": "dispatched_to", "published": "水务", "computed": "供电所"} in case["fields"]
    printed = capsys.readouterr().out
    assert "cells differ" in printed
    assert "dispatched_to: 水务 → 供电所" in printed


def test_a_cell_that_is_not_the_sum_of_its_cases_is_named(line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    tampered = "* REPLACE (numerator + 5 AS numerator, kafka_offset + 1000 AS kafka_offset)"
    line.rows(
        f"INSERT INTO {{storage}}.indicator_cells SELECT {tampered} FROM {{storage}}.indicator_cells AS cell "
        "WHERE cell.indicator = 'appeal_open' AND cell.period = 'now' AND cell.dimension = '' AND cell.level = 'township'"
    )
    outcome, told = verified(line)
    (found,) = outcome.mismatches
    assert (found.key.place, found.published, found.computed) == (TOWNSHIP, Parts(6), Parts(1))
    assert json.loads(told)["different"][0]["cases"] == 1
    assert "the cell is not the sum of its 1 cases: A-2" in capsys.readouterr().out


def test_a_histogram_is_compared_bucket_by_bucket(line: Line) -> None:
    moved = "mapApply((bucket, count) -> (bucket + toInt32(1), count), buckets)"
    line.rows(
        f"INSERT INTO {{storage}}.indicator_cells SELECT * REPLACE ({moved} AS buckets, kafka_offset + 1000 AS kafka_offset) "
        "FROM {storage}.indicator_cells AS cell WHERE cell.indicator = 'appeal_hours_to_close_p50' AND cell.period = 'year'"
    )
    outcome, _ = verified(line, "appeal_hours_to_close_p50")
    assert {(each.key.indicator, each.key.period) for each in outcome.mismatches} == {
        ("appeal_hours_to_close_p50", "year")
    }
    assert all(each.published.denominator == each.computed.denominator for each in outcome.mismatches)


def test_events_that_are_gone_from_the_warehouse_are_missed(line: Line) -> None:
    line.rows("ALTER TABLE {storage}.events_appeals DELETE WHERE case_id = 'A-2' SETTINGS mutations_sync = 2")
    outcome, told = verified(line)
    assert verdict(outcome) == DIFFERENT
    assert {each["case_id"] for each in json.loads(told)["different"][0]["case_differences"]} == {"A-2"}


def test_while_kafka_is_away_nothing_is_judged_beside_a_line(line: Line) -> None:
    """Its readers stand still where they happened to be, which looks like events that are gone."""
    line.rows("ALTER TABLE {storage}.events_appeals DELETE WHERE case_id = 'A-2' SETTINGS mutations_sync = 2")
    groups = Groups.of(line.layout, line.settings, SinkSettings())
    indicators = [line.layout.catalogues["appeals"].indicators[name] for name in INDICATORS]
    ticks = iter(range(1_000))
    for quiet_seconds, judged in ((NEVER, False), (2, True)):
        pace = Pace(quiet_seconds, 6, wait=lambda _: True, clock=lambda: float(next(ticks)))
        readers = Readers("127.0.0.1:1", groups, answer_seconds=0.3)
        with readers, Folding(line.warehouse, line.layout, None) as folding:
            outcome = Verification(line.warehouse, line.layout, indicators, Scope(), folding, pace, readers).run()
        assert (outcome.different > 0, outcome.unjudged > 0) == (judged, not judged)
        assert verdict(outcome) == (DIFFERENT if judged else NOT_COMPARED)


def test_stocks_are_compared_as_of_the_workers_clock(line: Line) -> None:
    # A-2 is overdue after 60 days. The worker's clock stands at 50: nothing was published of it, and nothing is missing.
    assert verdict(verified(line, "appeal_open", "appeal_overdue")[0]) == EQUAL
    late = ["--indicator", "appeal_overdue", "--period", "now", "--as-of", "2026-06-01T00:00", "--patience", "0"]
    told = json.loads(ask(line, *late, "--format", "json").stdout)
    assert told["verdict"] == "not_compared"  # without patience nothing is judged
    assert [each["by_events"]["numerator"] for each in told["still_moving"]] == [1, 1]
    line.flow(START + 61 * DAY).sink()
    outcome, _ = verified(line, "appeal_overdue")
    assert verdict(outcome) == EQUAL
    assert line.part_now("appeal_overdue") == 1


def test_what_arrives_while_it_is_compared_is_waited_for(line: Line) -> None:
    line.send(TOPIC, make("AppealReported", "A-3", START + DAY, village=VILLAGE)).flow()
    line.sink(TOPIC)  # the events are here, the cells that count them are on their way
    waited: list[float] = []

    def arrive(seconds: float) -> bool:
        waited.append(seconds)
        line.sink()
        return True

    outcome, _ = verified(line, wait=arrive)
    assert verdict(outcome) == EQUAL
    assert outcome.rounds == 2
    assert len(waited) == 1


def test_what_never_stands_still_is_not_judged(line: Line) -> None:
    number = iter(range(100, 1_000))

    def arrive(_: float) -> bool:
        line.send(TOPIC, make("AppealReported", f"A-{next(number)}", START + DAY, village=VILLAGE)).flow()
        line.sink(TOPIC)
        return True

    arrive(0)
    outcome, _ = verified(line, wait=arrive)
    assert verdict(outcome) == NOT_COMPARED
    assert outcome.mismatches == ()
    assert {each.key.indicator for each in outcome.moving} == {"appeal_closure_rate", "appeal_open"}


def test_of_many_cells_that_move_none_is_a_mismatch_because_only_some_are_told(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is far behind leaves more differing cells than are told one by one."""
    monkeypatch.setattr(comparison, "MOST_DIFFERENCES", 3)
    number = iter(range(100, 1_000))

    def arrive(_: float) -> bool:
        line.send(TOPIC, make("AppealReported", f"A-{next(number)}", START + DAY, village=VILLAGE)).flow()
        line.sink(TOPIC)
        return True

    arrive(0)
    outcome, _ = verified(line, wait=arrive)
    assert (outcome.different, verdict(outcome)) == (0, NOT_COMPARED)
    assert outcome.more_moving > 0


def test_cells_of_definitions_that_are_no_more_are_counted_and_not_compared(line: Line) -> None:
    old = "SELECT * REPLACE (toUInt32(77) AS definition_version) FROM {storage}.indicator_cells AS cell"
    line.rows(f"INSERT INTO {{storage}}.indicator_cells {old} WHERE cell.indicator = 'appeal_volume'")
    outcome, _ = verified(line)
    assert verdict(outcome) == EQUAL
    assert outcome.other_definitions > 0


def test_cells_that_were_withdrawn_prove_nothing(line: Line) -> None:
    right, _ = verified(line)
    assert not right.mismatches
    line.warehouse.execute(
        f"INSERT INTO {line.layout.publications.table.full_name} "
        "(case_type, since_offset, published_at, kafka_topic, kafka_partition, kafka_offset, accepted_at) "
        "SELECT DISTINCT 'appeal', 1000000, now64(3), kafka_topic, kafka_partition, 1000000, now64(3) "
        f"FROM {line.layout.cells.full_name}"
    )
    withdrawn, _ = verified(line)
    assert {mismatch.published for mismatch in withdrawn.mismatches} == {Parts()}


def test_temporary_tables_do_not_outlive_a_verification(line: Line) -> None:
    def left() -> int:
        return int(line.rows("SELECT count() FROM system.tables WHERE name LIKE 'proof_run_%'")[0][0])

    source = case_source(line.layout, "appeal")
    with Folding(line.warehouse, line.layout, None) as folding:
        folding.fold(source)
        assert line.rows(f"SELECT count() FROM {folding.table(source)}") == [(2,)]
    assert left() == 0
    with pytest.raises(QueryFailed):
        _fail_after_folding(line)
    assert left() == 0


def _fail_after_folding(line: Line) -> None:
    with Folding(line.warehouse, line.layout, None) as folding:
        folding.fold(case_source(line.layout, "appeal"))
        line.rows("SELECT no_such_thing")


def test_only_a_place_and_what_lies_in_it_is_compared(line: Line) -> None:
    everything, village = verified(line)[0], verified(line, place=VILLAGE)[0]
    assert 0 < village.cells < everything.cells
    assert verified(line, place="330522")[0].cells == 0


GROUPS = Groups({"worker": ["village.x"], "sink-events": ["village.x"]}, {"sink-cells": ["cells"]})
EVENTS, CELLS = ("village.x", 0), ("cells", 0)


def snapshot(at: float, ends: tuple[int, int], worker: int, events: int, cells: int) -> Snapshot:
    committed = {("worker", EVENTS): worker, ("sink-events", EVENTS): events, ("sink-cells", CELLS): cells}
    return Snapshot(at, {EVENTS: ends[0], CELLS: ends[1]}, committed)


def test_a_difference_is_believed_once_all_that_was_there_has_gone_through_the_line() -> None:
    seen = [
        snapshot(1, (10, 4), worker=8, events=10, cells=4),  # the worker has two to go
        snapshot(2, (12, 4), worker=10, events=12, cells=4),  # and has committed them, but its cells may not be here
        snapshot(3, (13, 6), worker=12, events=13, cells=5),
    ]
    assert caught_up(seen[:1], GROUPS, 1) is None
    assert caught_up(seen[:2], GROUPS, 1) == 2
    assert caught_up(seen, GROUPS, 2) is None  # what was there at 2 needs the worker at 12 and the cells up to 6
    assert caught_up([*seen, snapshot(4, (99, 9), worker=12, events=13, cells=6)], GROUPS, 2) == 4
    assert seen[2].behind(GROUPS) == (Behind("sink-cells", "cells", 1), Behind("worker", "village.x", 1))


def test_a_group_that_never_read_is_behind() -> None:
    never = Snapshot(1, {EVENTS: 3, CELLS: 0}, {("sink-events", EVENTS): 3})
    assert caught_up([never], GROUPS, 0) is None
    assert never.behind(GROUPS) == (Behind("worker", "village.x", 3),)


def test_a_run_is_exported_and_one_that_failed_is_not_mistaken_for_it() -> None:
    def failing() -> Outcome:
        raise QueryFailed(81, "no database")

    before = metrics.VERIFY_RUNS.labels("not_compared")._value.get()
    once(lambda: Outcome(cells=12, seconds=0.5))
    assert metrics.VERIFY_CELLS._value.get() == 12
    stamp = metrics.VERIFY_LAST_RUN._value.get()
    once(failing)
    assert metrics.VERIFY_RUNS.labels("not_compared")._value.get() == before + 1
    assert metrics.VERIFY_LAST_RUN._value.get() == stamp
    assert metrics.VERIFY_CELLS._value.get() == 12
