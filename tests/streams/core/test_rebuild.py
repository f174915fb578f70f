"""What a rebuild promises: it gives what a worker gives that saw everything, whatever stood before and wherever it is killed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.rules import Limits as EventLimits
from schemas.settings import Settings
from streams import rebuilding
from streams.engine import Engine, Limits
from streams.journal import Unfinished
from streams.packing import INCOMPLETE
from streams.rebuilding import Scope
from tests.streams.core.county import ALL, County
from tests.streams.core.reference import compute, of_these
from tests.streams.core.support import DAY, HOUR, TOWNSHIP, World, make, world, world_of
from tests.streams.core.test_laws import START, Events, events, moments

if TYPE_CHECKING:
    from schemas.catalogue.model import Catalogue

NOON = 1_772_510_400_000  # 2026-03-03 12:00 in Shanghai
VILLAGE = f"{TOWNSHIP}007"
CASE = f"appeal|{TOWNSHIP}|A".encode()


def of(*catalogues: Catalogue) -> World:
    return world_of(catalogues)


def without(*indicators: str) -> Catalogue:
    catalogue = world().catalogue
    return replace(
        catalogue, indicators={name: each for name, each in catalogue.indicators.items() if name not in indicators}
    )


def before_folds(*fields: str) -> Catalogue:
    """The catalogue as it was before these fields were folded; no indicator may need them."""
    catalogue = world().catalogue
    case = catalogue.cases["appeal"]
    folded = tuple(field for field in case.fields if field.name not in fields)
    return replace(catalogue, cases={"appeal": replace(case, fields=folded)})


def story(county: County) -> County:
    """Three appeals: one open, one closed with a village, one voided; published in two goes."""
    county.send(
        make("AppealReported", "A", NOON - 3 * HOUR, village=VILLAGE, due_at=NOON + DAY),
        make("AppealReported", "B", NOON - 2 * HOUR, "b"),
    ).flow()
    county.send(
        make("AppealDispatched", "A", NOON - 2 * HOUR, to_department="水务"),
        make("AppealClosed", "A", NOON - HOUR, outcome="resolved"),
        make("EventVoided", "B", NOON - HOUR, corrects="b"),
        make("AppealReported", "C", NOON - HOUR),
    )
    return county.flow()


damage = st.lists(st.tuples(st.sampled_from(("changelog", "cases", "cells")), st.integers(0, 30)), max_size=8)


@given(events(), damage, moments, st.integers(0, 12), st.booleans())
@settings(max_examples=150)
def test_what_is_lost_or_wrong_is_made_as_if_all_had_been_seen(
    all_events: Events, lost: list[tuple[str, int]], clock: int, half: int, from_scratch: bool
) -> None:
    straight = County(world(), clock)
    straight.send(*all_events, timestamp=START + 99 * DAY).flow()
    county = County(world(), clock)
    county.send(*all_events, timestamp=START + 99 * DAY).apply(half)
    county.drain()
    county.restart().flow()
    for name, place in lost:
        records = county.changelog if name == "changelog" else county.topics[name]
        own = [key for key, _ in records if not key.startswith(b"#")]
        if own:
            records.append((own[place % len(own)], None))
    county.rebuild(Scope(frozenset({"appeal"}), from_scratch=from_scratch))
    reference = compute(all_events, clock, "Asia/Shanghai")
    shown = {(key, name.partition("@")[0]): numbers for (key, name), numbers in county.warehouse().items()}
    assert of_these(shown) == reference
    assert county.warehouse() == straight.warehouse()
    assert county.published_cases() == straight.published_cases()
    assert county.rebuilt().equal
    again = county.restart().drain()
    assert not again.cases
    assert not again.indicators
    assert county.held() == straight.held()


def test_a_state_that_stands_as_it_should_is_left_alone() -> None:
    county = story(County(world(), NOON))
    found = county.rebuilt()
    assert found.equal
    assert [*found.transactions(NOON, county.ends)] == []
    assert found.cases["appeal"].counts == {"equal": 3}
    assert found.counts["kept"] == found.counts["new"] == 0
    assert County(world(), NOON).rebuilt().equal, "an empty partition as well"


def test_numbers_no_event_explains_are_found_named_and_mended() -> None:
    county = story(County(world(), NOON))
    honest = county.warehouse()
    forged = County(world(), NOON + 1).send(make("AppealReported", "F", NOON - HOUR)).apply().drain()
    county.topics["cells"] += forged.indicators
    found = county.rebuild().cells["appeal"]
    assert found.counts["different"] > 0
    assert not found.withdraw, "other numbers replace numbers: nothing has to be taken away"
    wrong = next(each for each in found.differences if each.key.endswith("|year|20454||"))
    assert wrong.values["appeal_volume@1"] == ((1, 0, {}), (2, 0, {}))
    assert county.warehouse() == honest


def test_a_fold_over_a_field_that_was_not_kept_is_completed_from_the_topic() -> None:
    old = of(before_folds("outcome"))
    county = story(County(old, NOON)).restart(world())
    assert county.shard.incomplete == {"appeal": 1}
    assert county.shard.lacking == {"appeal": {"AppealClosed.outcome"}}
    county.flow()
    assert county.published_cases()[f"{TOWNSHIP}|appeal|A"]["outcome"] is None

    found = county.rebuild()
    assert found.cases["appeal"].counts == {"equal": 2, "different": 1}
    assert found.cases["appeal"].differences[0].values == {"outcome": (None, "resolved")}
    assert county.published_cases()[f"{TOWNSHIP}|appeal|A"]["outcome"] == "resolved"
    assert not county.restart().shard.incomplete
    assert sum(value is not None for key, value in dict(county.changelog).items() if key.startswith(b"#layout")) == 1


def test_a_case_stays_marked_as_incomplete_through_changes_and_restarts_until_it_is_rebuilt() -> None:
    county = story(County(of(before_folds("outcome")), NOON)).restart(world())
    county.send(make("AppealRated", "A", NOON, satisfied=True)).flow()
    packed = dict(county.changelog)[CASE]
    assert packed is not None
    assert packed[5] & INCOMPLETE
    assert county.restart().shard.incomplete == {"appeal": 1}
    county.rebuild()
    assert not county.restart().shard.incomplete


def test_events_that_retention_has_deleted_stay_as_they_were_packed_until_they_are_sent_again() -> None:
    county = story(County(of(before_folds("outcome")), NOON)).restart(world()).flow()
    numbers, county.earliest = county.warehouse(), len(county.log)
    county.send(make("AppealReported", "D", NOON)).flow()
    found = county.rebuild()
    assert found.counts["kept"] == 6
    assert found.incomplete == {"appeal": 1}
    assert county.warehouse().items() >= {}.items()
    assert numbers.keys() <= county.warehouse().keys()

    closing = make("AppealClosed", "A", NOON - HOUR, outcome="resolved")
    stranger = make("AppealReported", "E", NOON)
    county.send(closing, stranger)  # not consumed yet
    found = county.rebuild(reaching=len(county.log))
    assert found.incomplete == {"appeal": 1}, "two other events of the case still lack what was not kept of them"
    case = county.published_cases()[f"{TOWNSHIP}|appeal|A"]
    assert case["outcome"] == "resolved"
    assert f"{TOWNSHIP}|appeal|E" not in county.published_cases(), "what was not consumed does not count yet"


def test_the_first_content_of_an_id_stands_though_retention_has_deleted_it() -> None:
    county = County(world(), NOON).send(make("AppealReported", "A", NOON - HOUR, "x", due_at=NOON)).flow()
    county.earliest = 1
    county.send(make("AppealReported", "A", NOON - HOUR, "x", due_at=NOON + DAY)).flow()
    assert [letter["reason"] for letter in county.dead] == ["id_conflict"]
    assert county.rebuild().equal
    assert county.published_cases()[f"{TOWNSHIP}|appeal|A"]["due_at"] == NOON


def test_from_scratch_only_what_the_topic_has_counts() -> None:
    county = story(County(world(), NOON))
    county.earliest = 2
    found = county.rebuild(Scope(frozenset({"appeal"}), from_scratch=True))
    assert found.counts["missing"] == 2
    assert county.published_cases()[f"{TOWNSHIP}|appeal|A"]["reported_at"] is None
    assert f"{TOWNSHIP}|appeal|C" in county.published_cases()


def test_an_event_refused_by_the_rules_of_today_leaves_its_case_and_is_dead_lettered_once() -> None:
    county = story(County(world(), NOON))
    limits = EventLimits.of(Settings(earliest_event_at="2026-03-03T01:30:00"))
    engine = world().engine
    county.restart(
        world()._replace(
            engine=Engine([world().catalogue], world().decoder, engine.encoder, world().calendar, Limits(limits))
        )
    )
    found = county.rebuild()
    assert [(dropped.key, dropped.reason) for dropped in found.dropped] == [(CASE, "event_time")]
    found.hold_back(1)
    assert [(letter["reason"], letter["offset"], letter["partition"]) for letter in county.dead] == [
        ("event_time", 0, 3)
    ]
    assert county.published_cases()[f"{TOWNSHIP}|appeal|A"]["reported_at"] is None
    county.rebuild()
    assert len(county.dead) == 1


def test_an_event_that_is_accepted_now_is_counted_with_its_place_and_a_told_one_is_not_told_again() -> None:
    early = world()._replace(
        engine=Engine(
            [world().catalogue],
            world().decoder,
            world().engine.encoder,
            world().calendar,
            Limits(EventLimits.of(Settings(earliest_event_at="2026-03-03T03:30:00"))),
        )
    )
    county = County(early, NOON)
    county.send(make("AppealReported", "A", NOON - 2 * HOUR), make("AppealClosed", "A", NOON - 1)).flow()
    county.flow(NOON + 3 * DAY)
    assert [letter["reason"] for letter in county.dead] == ["event_time", "orphan"]
    county.restart(world())
    assert county.rebuild().counts["new"] == 1
    assert county.published_cases()[f"{TOWNSHIP}|appeal|A"]["closed_at"] == NOON - 1
    county.restart().flow().flow(NOON + 9 * DAY)
    assert len(county.dead) == 2


def test_an_indicator_taken_away_leaves_no_row_and_a_renamed_kind_is_told_and_forgotten_when_asked() -> None:
    county = story(County(world(), NOON))
    before = {name for _, name in county.warehouse()}
    county.restart(of(without("appeal_closure_rate", "appeal_open")))
    county.rebuild()
    taken_away = {"appeal_closure_rate@1", "appeal_open@1"}
    assert {name for _, name in county.warehouse()} == before - taken_away
    assert taken_away < before
    assert county.rebuilt().equal

    catalogue = world().catalogue
    petition = replace(catalogue.cases["appeal"], name="petition")
    indicators = {name: replace(each, case="petition") for name, each in catalogue.indicators.items()}
    county.restart(of(replace(catalogue, cases={"petition": petition}, indicators=indicators)))
    scope = Scope(frozenset({"petition"}))
    found = county.rebuild(scope)
    assert found.undefined == {"appeal": (3, len([key for key in county.keys("cells") if "|appeal|" in key]))}
    assert found.counts["new"] == 5, "the events of a case are those of the topic, whatever the case is called"
    assert any("|appeal|" in key for key, _ in county.warehouse())

    county.rebuild(scope._replace(forgotten=frozenset({"appeal"})))
    assert {key.split("|")[1] for key, _ in county.warehouse()} == {"petition"}
    assert {key.split("|")[1] for key in county.published_cases()} == {"petition"}
    assert {key.split("|")[1] for key in county.keys("cells") | county.keys("cases")} == {"petition"}
    assert not any(key.startswith(b"appeal") for key, value in dict(county.changelog).items() if value is not None)
    assert county.rebuilt(scope).equal


def test_a_worker_that_starts_under_other_definitions_withdraws_what_they_do_not_give() -> None:
    county = story(County(world(), NOON))
    county.restart(of(without("appeal_volume"))).flow()
    assert "appeal_volume@1" not in {name for _, name in county.warehouse()}
    assert county.warehouse() == county.held()
    county.restart().flow()
    assert sum(key.startswith(b"#") for key, _ in county.topics["cells"]) == 1, "only when definitions changed"


@pytest.mark.parametrize("change", ["fold", "taken away", "damage"])
def test_killed_after_any_transaction_a_worker_goes_on_and_a_second_run_completes_it(
    change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "_TRANSACTION_RECORDS", 4 if change == "taken away" else 1)
    before = {"fold": of(before_folds("outcome")), "taken away": world(), "damage": world()}[change]
    after = of(without("appeal_closure_rate")) if change == "taken away" else world()

    def start() -> County:
        county = story(County(before, NOON)).restart(after)
        if change == "damage":
            county.changelog.append((CASE, None))
            county.topics["cells"].append((min(county.topics["cells"])[0], None))
        return county

    whole = start()
    total = len([*whole.rebuilt().transactions(NOON, whole.ends)])
    assert total > 3, "there is something to kill it between"
    whole.rebuild()
    for killed_after in range(total + 1):
        county = start()
        county.rebuild(transactions=killed_after)
        completed = start()
        completed.rebuild(transactions=killed_after)
        completed.rebuild()
        assert completed.warehouse() == whole.warehouse(), killed_after
        assert completed.published_cases() == whole.published_cases()
        assert completed.rebuilt().equal

        county.restart().drain()
        assert county.shard.rebuild_unfinished == (0 < killed_after < total)
        if killed_after or change != "damage":
            assert county.warehouse() == county.held(), "cells and cases belong together, rebuilt or not"
        county.send(make("AppealClosed", "C", NOON, "late")).flow()
        county.rebuild()
        whole_later = start()
        whole_later.rebuild()
        whole_later.restart().send(make("AppealClosed", "C", NOON, "late")).flow()
        assert county.warehouse() == whole_later.warehouse()


def test_a_part_of_the_county_leaves_what_it_did_not_compute_to_the_next_worker() -> None:
    county = story(County(world(), NOON)).restart(of(without("appeal_volume")))
    definition = dict(county.changelog)[b"#definition"]
    county.world = county.world._replace(engine=_with_other_kinds(county.world))
    county.rebuild()
    assert dict(county.changelog)[b"#definition"] == definition
    drained = county.restart(of(without("appeal_volume"))).drain()
    assert drained.cases, "it finds other definitions and publishes everything again"


def test_a_rebuild_of_other_kinds_leaves_a_broken_off_one_unfinished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "_TRANSACTION_RECORDS", 4)
    county = story(County(world(), NOON)).restart(of(without("appeal_volume")))
    definition = dict(county.changelog)[b"#definition"]
    assert definition is not None
    county.world = county.world._replace(engine=_with_other_kinds(county.world))
    county.rebuild(transactions=2)
    county.rebuild(Scope(frozenset({"another"}), republish=True))
    unfinished = Unfinished.of(dict(county.changelog)[b"#definition"])
    assert unfinished == Unfinished(frozenset({"appeal"}), definition.decode())
    county.rebuild()
    assert dict(county.changelog)[b"#definition"] == definition, "as before: other definitions than today's"


def _with_other_kinds(there: World) -> Any:
    """An engine that knows a kind of case more than is rebuilt."""
    engine = Engine([there.catalogue], there.decoder, there.engine.encoder, there.calendar, there.engine.limits)
    engine.cases = {**engine.cases, "another": replace(engine.cases["appeal"], name="another")}
    return engine


def test_equal_cells_keep_the_moment_they_were_computed_at() -> None:
    county = story(County(world(), NOON))
    county.now = NOON + 5 * DAY
    county.restart(of(without("appeal_open")))
    county.rebuild()
    cells = [record for _, _, record in county._read("cells")[0]][-5:]
    assert {cell["changed_at"] for cell in cells} == {NOON}


def test_the_whole_county_is_meant() -> None:
    assert ALL.kinds == world().engine.cases.keys()
