"""What a shard promises beside the laws.

What it writes and when, what it holds, and how it survives restarts and new definitions.
"""

from __future__ import annotations

import gc
from dataclasses import replace
from io import BytesIO

import fastavro
import pytest

from schemas.catalogue.case_record import case_schema
from schemas.codec import lean
from schemas.domain import load_system
from streams.engine import Engine
from streams.shard import Shard
from tests.streams.core.reference import COMPUTED, of_these
from tests.streams.core.support import DAY, HOUR, TOWNSHIP, Line, make, numbers_of, world, world_of

NOON = 1_772_510_400_000  # 2026-03-03 12:00 in Shanghai
DAY_NUMBER = 20_515
MARCH = 20_513
VILLAGE = f"{TOWNSHIP}007"


def line(now: int = NOON) -> Line:
    return Line(world(), now)


def test_an_appeal_lives_through_the_cells() -> None:
    story = line().send(make("AppealReported", "A", NOON - HOUR, village=VILLAGE, due_at=NOON + DAY)).flow()
    assert story.part("appeal_volume", "day", DAY_NUMBER) == (1, 0)
    assert story.part("appeal_volume", "day", DAY_NUMBER, VILLAGE) == (1, 0)
    assert story.part("appeal_open", "now") == (1, 0)
    assert story.part("appeal_overdue", "now") == (0, 0)

    story.send(make("AppealDispatched", "A", NOON - 1, to_department="水务")).flow()
    assert story.part("appeal_volume", "month", MARCH, dimension="department|水务") == (1, 0)
    assert story.part("appeal_volume", "month", MARCH, dimension="department|热线") == (0, 0)

    story.flow(NOON + DAY)
    assert story.part("appeal_overdue", "now") == (1, 0)
    assert story.part("appeal_overdue", "day", DAY_NUMBER + 1) == (1, 0)

    story.now += HOUR
    story.send(make("AppealClosed", "A", story.now)).flow()
    assert story.part("appeal_closure_rate", "month", MARCH, VILLAGE) == (1, 1)
    assert story.part("appeal_on_time_rate", "month", MARCH) == (0, 1)
    assert story.part("appeal_overdue", "now", dimension="department|水务") == (0, 0)
    assert story.part("appeal_overdue", "day", DAY_NUMBER + 1) == (0, 0)
    assert story.part("appeal_open", "day", DAY_NUMBER) == (1, 0)
    assert story.part("appeal_open", "day", DAY_NUMBER + 1) == (-1, 0)


def test_only_cells_whose_numbers_changed_are_published() -> None:
    story = line().send(make("AppealReported", "A", NOON - HOUR, village=VILLAGE)).flow()
    story.send(make("AppealResponded", "A", NOON - 1)).apply()
    drained = story.drain()
    assert drained.indicators == []
    assert len(drained.cases) == 1
    story.send(make("AppealReported", "B", NOON - HOUR, village=f"{TOWNSHIP}008")).apply()
    assert not any(b"|village|330521100007|" in key for key, _ in story.drain().indicators)


def test_a_stock_from_which_everything_has_left_is_zero_not_unknown() -> None:
    story = line().send(make("AppealReported", "A", NOON - HOUR), make("AppealClosed", "A", NOON - 1)).flow()
    assert story.part("appeal_open", "now") == (0, 0)
    assert story.part("appeal_open", "day", DAY_NUMBER) == (0, 0)
    story.send(make("AppealReported", "B", NOON - HOUR), make("AppealClosed", "B", NOON - 1)).apply()
    assert not any(b"|now|" in key for key, _ in story.drain().indicators)


def test_an_idle_drain_writes_nothing_and_time_alone_is_not_written() -> None:
    story = line().send(make("AppealReported", "A", NOON - HOUR)).flow()
    assert not any(story.drain(NOON + HOUR))


def test_layouts_and_definitions_are_written_once() -> None:
    story = line().send(make("AppealReported", "A", NOON - HOUR)).flow()
    assert sum(key.startswith(b"#layout") for key, _ in story.changelog) == 1
    story.send(make("AppealReported", "B", NOON - HOUR)).flow().crash()
    story.send(make("AppealReported", "C", NOON - HOUR)).flow()
    assert sum(key.startswith((b"#layout", b"#definition")) for key, _ in story.changelog) == 2


def test_a_boundary_passed_while_the_worker_was_down_is_published_when_it_is_back() -> None:
    story = line().send(make("AppealReported", "A", NOON - HOUR, due_at=NOON + HOUR)).flow()
    story.now = NOON + 3 * DAY
    story.crash().drain()
    assert story.part("appeal_overdue", "now") == (1, 0)
    assert story.part("appeal_overdue", "day", DAY_NUMBER) == (1, 0)


def test_a_clock_that_goes_back_changes_nothing() -> None:
    story = line().send(make("AppealReported", "A", NOON - HOUR, due_at=NOON + HOUR)).flow().flow(NOON + 2 * HOUR)
    assert not any(story.drain(NOON - DAY))
    story.crash().drain(NOON)
    assert story.part("appeal_overdue", "now") == (1, 0)


@pytest.mark.parametrize("first", ["AppealClosed", "AppealReopened"])
def test_events_of_one_moment_are_ordered_by_their_ids_however_they_arrive(first: str) -> None:
    second = "AppealReopened" if first == "AppealClosed" else "AppealClosed"
    name, closing = make("AppealClosed", "A", NOON)
    closing["event_id"] = "00000000-0000-4000-8000-000000000001"
    reopening = make("AppealReopened", "A", NOON)
    reopening[1]["event_id"] = "f0000000-0000-4000-8000-000000000001"
    by_name = {"AppealClosed": (name, closing), "AppealReopened": reopening}
    story = line().send(make("AppealReported", "A", NOON - HOUR)).flow()
    story.send(by_name[first]).flow().send(by_name[second]).flow()
    assert story.cases[f"{TOWNSHIP}|appeal|A"]["closed_at"] is None


def test_a_case_voided_whole_is_published_once_more_with_no_events() -> None:
    story = line().send(make("AppealReported", "A", NOON - HOUR, "it")).flow()
    story.send(make("EventVoided", "A", NOON, corrects="it")).flow()
    case = story.cases[f"{TOWNSHIP}|appeal|A"]
    assert (case["event_count"], case["reported_at"], case["newest_event_at"]) == (0, None, 0)
    assert story.part("appeal_volume", "month", MARCH) == (0, 0)
    assert story.applied[1].voided == 1


def test_three_events_take_less_than_250_bytes() -> None:
    story = line().send(
        make("AppealReported", "A", NOON - HOUR, village=VILLAGE, due_at=NOON),
        make("AppealDispatched", "A", NOON - HOUR + 1),
        make("AppealClosed", "A", NOON - 1, by_department="供电所"),
    )
    drained = story.apply().drain()
    assert len(dict(drained.changelog)[f"appeal|{TOWNSHIP}|A".encode()] or b"") < 250


def test_bytes_held_are_those_of_the_cases_and_their_keys() -> None:
    story = line().send(*(make("AppealReported", f"案{number}", NOON - number) for number in range(9))).flow()
    story.send(make("AppealClosed", "案3", NOON)).flow()
    packed = story.shard._book.packed
    assert story.shard.bytes_held == sum(len(key) + len(value) for key, value in packed.items())
    assert story.crash().shard.bytes_held == sum(len(key) + len(value) for key, value in packed.items())
    assert (story.shard.case_count, story.shard.cell_count > 0) == (9, True)


def test_the_cyclic_collector_has_nothing_to_walk_in_cases() -> None:
    story = line().send(make("AppealReported", "A", NOON - HOUR)).flow()
    assert not gc.is_tracked(story.shard._book.packed)
    assert not any(gc.is_tracked(packed) for packed in story.shard._book.packed.values())


def test_a_changelog_record_without_value_removes_its_case() -> None:
    story = line().send(make("AppealReported", "A", NOON - HOUR)).flow()
    story.changelog.append((f"appeal|{TOWNSHIP}|A".encode(), None))
    assert story.crash().shard.case_count == 0


def test_cases_of_a_domain_no_longer_served_are_left_where_they_are() -> None:
    story = line().send(make("AppealReported", "A", NOON - HOUR)).flow()
    story.changelog.append((f"dispute|{TOWNSHIP}|D".encode(), story.changelog[0][1]))
    story.crash().send(make("AppealReported", "B", NOON - HOUR)).flow()
    assert story.shard.case_count == 2
    assert story.part("appeal_volume", "month", MARCH) == (2, 0)
    assert sum(key.startswith(b"dispute|") for key, _ in story.changelog) == 1


def test_cells_and_cases_are_written_as_fastavro_would_write_them() -> None:
    cell = load_system()["xiangmai.system.TownshipIndicators"].schema
    case = case_schema(world().catalogue.cases["appeal"])
    story = line().send(
        make("AppealReported", "A", NOON - 40 * DAY, village=VILLAGE, department="城管|综合"),
        make("AppealClosed", "A", NOON - DAY),
        make("AppealReported", "B", NOON - HOUR),
    )
    drained = story.apply().drain()
    for schema, written in ((cell, drained.indicators), (case, drained.cases)):
        assert written
        for key, value in written:
            assert value is not None
            out = BytesIO()
            fastavro.schemaless_writer(out, lean(schema), world().decoder.decode(value)[1])
            assert value[5:] == out.getvalue(), key


def test_a_new_definition_publishes_everything_again() -> None:
    story = line().send(make("AppealReported", "A", NOON - HOUR), make("AppealReported", "B", NOON - HOUR)).flow()
    catalogue = world().catalogue
    indicators = dict(catalogue.indicators)
    volume = indicators["appeal_volume"]
    definition = volume.definition.model_copy(update={"version": 2})
    indicators["appeal_volume"] = replace(volume, version=2, definition=definition)
    changed = replace(catalogue, indicators=indicators)
    engine = world().engine
    story.world = world()._replace(
        engine=Engine([changed], world().decoder, engine.encoder, world().calendar, engine.limits)
    )
    drained = story.crash().drain()
    assert len(drained.cases) == 2
    versions = {
        part["version"]
        for _, value in drained.indicators
        for part in world().decoder.decode(value)[1]["parts"]
        if part["indicator"] == "appeal_volume"
    }
    assert versions == {2}


def test_cases_packed_before_a_field_was_folded_are_read_with_the_field_unknown() -> None:
    """The catalogue of before had no `outcome`, nor did it know AppealRated; nothing else is lost by that."""
    catalogue = world().catalogue
    case = catalogue.cases["appeal"]
    rated = {name for name, fold in case.folds.items() if any(each.event == "AppealRated" for each in fold.sources)}
    fields = tuple(field for field in case.fields if field.name not in {"outcome", "category", *rated})
    events = tuple(event for event in case.events if event != "AppealRated")
    indicators = {name: catalogue.indicators[name] for name in COMPUTED}
    before = replace(catalogue, cases={"appeal": replace(case, fields=fields, events=events)}, indicators=indicators)
    story = Line(world_of([before]), NOON)
    story.send(
        make("AppealReported", "A", NOON - HOUR, "first", village=VILLAGE, due_at=NOON),
        make("AppealDispatched", "A", NOON - 9),
        make("AppealReported", "A", NOON - HOUR, corrects="first", village=VILLAGE, due_at=NOON + 5),
        make("AppealClosed", "A", NOON - 1),
    )
    story.flow()
    numbers = story.numbers()
    story.world = world()
    story.crash().send(make("AppealRated", "A", NOON, satisfied=True)).flow()
    case_now = story.cases[f"{TOWNSHIP}|appeal|A"]
    assert (case_now["outcome"], case_now["satisfied"], case_now["category"]) == (None, True, None)
    assert (case_now["due_at"], case_now["dispatched_to"]) == (NOON + 5, "供电所")
    assert of_these(story.numbers()) == numbers


def test_a_changelog_that_lacks_the_layout_stops_the_worker() -> None:
    story = line().send(make("AppealReported", "A", NOON - HOUR)).flow()
    key, value = story.changelog[0]
    assert value is not None
    shard = Shard(world().engine, 3)
    shard.restore([(key, value[:1] + b"\x01\x02\x03\x04" + value[5:])])
    with pytest.raises(ValueError, match="lacks the layout"):
        shard.finish_restore(NOON)
    shard = Shard(world().engine, 3)
    shard.restore([(key, b"\x09" + value[1:])])
    with pytest.raises(ValueError, match="format"):
        shard.finish_restore(NOON)


def test_the_days_of_new_york_begin_at_its_midnight_also_when_the_clock_is_put_forward() -> None:
    new_york = world("America/New_York")
    story = Line(new_york, new_york.calendar.moment_of("2026-03-09T12:00"))
    for number, at in enumerate(
        ("2026-03-08T00:00", "2026-03-08T23:59:59.999", "2026-03-09T00:00", "2026-03-07T23:59")
    ):
        story.send(make("AppealReported", f"A{number}", new_york.calendar.moment_of(at)))
    story.flow()
    start = new_york.calendar.day_of(new_york.calendar.moment_of("2026-03-08T12:00"))
    assert [story.part("appeal_volume", "day", start + step) for step in (-1, 0, 1)] == [(1, 0), (2, 0), (1, 0)]


def test_numbers_of_leaves_zeros_out() -> None:
    assert numbers_of([("k", {"parts": [{"indicator": "i", "numerator": 0, "denominator": 0, "buckets": {}}]})]) == {}
