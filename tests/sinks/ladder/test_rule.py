"""The rule of the ladder, month by month: what is said of a township's indicator, and what never is."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.ladder.figures import Lines, Standing
from sinks.ladder.rule import Track
from tests.sinks.ladder.support import (
    DAYS,
    JANUARY,
    RATE,
    SUBJECT,
    TOWNSHIP,
    fields_of,
    figures_of,
    impatient,
    judged_monthly,
    months_of,
    rule_of,
    told,
)

RED, YELLOW, BETWEEN, GOOD = 80.0, 90.0, 96.0, 99.0
"""With lines at 95 and 85: between the line and 97.5 a value is neither beyond nor recovered."""


def test_from_a_red_month_up_the_ladder_to_an_order_and_out_of_it() -> None:
    steps, standing = judged_monthly([RED, RED, RED, RED, BETWEEN, GOOD, GOOD])
    assert told(steps) == [
        ("Raised", "2026-02-04", "red"),
        ("Renewed", "2026-03-04", "red"),
        ("Escalated", "2026-03-04", "talk"),
        ("Renewed", "2026-04-04", "red"),
        ("Escalated", "2026-04-04", "listing"),
        ("Renewed", "2026-05-04", "red"),
        ("Escalated", "2026-05-04", "rectification"),
        ("RectificationOrdered", "2026-05-04", None),
        ("Cleared", "2026-08-04", "recovered"),
    ]
    assert [step.fields["reds_in_a_row"] for step in steps if step.record == "WarningRenewed"] == [2, 3, 4]
    due_at = fields_of(steps, "RectificationOrdered")["due_at"]
    assert due_at == months_of(rule_of()).calendar.moment_of("2026-06-04T00:00")
    assert standing is not None
    assert standing.warning_id == f"hazard_rectification_rate/{TOWNSHIP}/2026-01"


def test_yellow_must_stay_and_a_warning_names_the_line_it_is_beyond() -> None:
    assert told(judged_monthly([YELLOW, GOOD, YELLOW, GOOD])[0]) == []
    steps, _ = judged_monthly([YELLOW, YELLOW])
    assert told(steps) == [("Raised", "2026-03-04", "yellow")]
    assert (steps[0].fields["line"], steps[0].fields["period"], steps[0].fields["value"]) == (95, "2026-02", YELLOW)
    assert fields_of(judged_monthly([RED])[0], "WarningRaised")["line"] == 85


@pytest.mark.parametrize("gap", [None, BETWEEN])
def test_a_month_without_data_or_between_the_lines_breaks_a_row(gap: float | None) -> None:
    assert told(judged_monthly([YELLOW, gap, YELLOW])[0]) == []
    steps, _ = judged_monthly([RED, RED, gap, RED])
    assert [step.fields["reds_in_a_row"] for step in steps if step.record == "WarningRenewed"] == [2, 1]
    assert told(judged_monthly([RED, GOOD, gap, GOOD])[0]) == [("Raised", "2026-02-04", "red")]


def test_too_few_cases_raise_nothing_and_clear_nothing() -> None:
    assert told(judged_monthly([RED, RED, RED], few=[0, 1, 2])[0]) == []
    assert told(judged_monthly([RED, GOOD, GOOD], few=[1, 2])[0]) == [("Raised", "2026-02-04", "red")]


def test_lower_is_better_turns_everything_round() -> None:
    steps, _ = judged_monthly([70.0, 40.0, 22.0, 24.0, 22.4, 22.5], lines=DAYS)
    assert told(steps) == [
        ("Raised", "2026-02-04", "red"),
        ("Renewed", "2026-03-04", "yellow"),
        ("Cleared", "2026-07-04", "recovered"),
    ]


def test_what_reaches_its_goal_has_recovered_also_where_the_goal_is_the_line() -> None:
    steps, _ = judged_monthly([80.0, 95.0, 95.0], lines=Lines(up=True, goal=95, yellow=95, red=85))
    assert told(steps)[-1] == ("Cleared", "2026-04-04", "recovered")


def test_without_a_goal_the_way_to_recovery_is_as_long_as_from_red_to_yellow() -> None:
    lines = Lines(up=True, goal=None, yellow=90, red=80)
    assert [lines.recovered(value, 0.5) for value in (94.9, 95.0)] == [False, True]


def test_a_warning_that_comes_back_names_the_one_before_and_counts_anew() -> None:
    steps, _ = judged_monthly([RED, GOOD, GOOD, YELLOW, YELLOW])
    assert told(steps)[-2:] == [("Cleared", "2026-04-04", "recovered"), ("Raised", "2026-06-04", "yellow")]
    again = steps[-1].fields
    assert (again["previous_warning_id"], again["days_since_cleared"]) == (steps[0].fields["warning_id"], 61)


def test_months_a_cleared_warning_has_spoken_of_raise_no_other() -> None:
    """Accepted while yellow: the yellow month ended that warning and must not begin the next."""
    rule, figures = rule_of(), figures_of([RED, YELLOW, YELLOW, YELLOW])
    months = months_of(rule)
    standing = _raised(months)
    accepted = replace(standing, accepted_at=months.judged_at(JANUARY) + 1)
    track = Track(rule, months, SUBJECT, figures, accepted)
    assert told(track.judge([JANUARY + 1], months.judged_at(JANUARY + 1))) == [("Cleared", "2026-03-04", "rectified")]
    assert told(track.judge([JANUARY + 2], months.judged_at(JANUARY + 2))) == []
    assert told(track.judge([JANUARY + 3], months.judged_at(JANUARY + 3))) == [("Raised", "2026-05-04", "yellow")]


def test_acceptance_clears_nothing_that_is_still_red_or_not_seen() -> None:
    rule = rule_of()
    months = months_of(rule)
    accepted = replace(_raised(months), accepted_at=months.judged_at(JANUARY) + 1)
    red = Track(rule, months, SUBJECT, figures_of([RED, RED]), accepted)
    assert "Cleared" not in {each for each, _, _ in told(red.judge([JANUARY + 1], months.judged_at(JANUARY + 1)))}
    unseen = Track(rule, months, SUBJECT, figures_of([RED, None]), accepted)
    assert unseen.judge([JANUARY + 1], months.judged_at(JANUARY + 1)) == []


def test_nobody_answers_and_the_warning_moves_up_on_the_day_after_the_last_but_once_a_month() -> None:
    steps, _ = judged_monthly([RED, BETWEEN, BETWEEN, BETWEEN, BETWEEN], impatient(10))
    assert told(steps) == [
        ("Raised", "2026-02-04", "red"),
        ("Escalated", "2026-02-15", "talk"),
        ("Escalated", "2026-03-01", "listing"),
        ("Escalated", "2026-04-01", "rectification"),
        ("RectificationOrdered", "2026-04-01", None),
    ]


def test_an_answer_in_the_last_moment_stops_the_clock_of_its_step() -> None:
    rule = impatient(10)
    months = months_of(rule)
    last = months.calendar.moment_of("2026-02-15T00:00")
    for talked_at, expected in ((last, []), (last + 1, [("Escalated", "2026-02-15", "talk")])):
        standing = replace(_raised(months), talked_at=talked_at)
        track = Track(rule, months, SUBJECT, figures_of([RED, BETWEEN]), standing)
        assert told(track.judge([JANUARY], months.judged_at(JANUARY + 1) - 1)) == expected


def test_a_department_that_is_ahead_of_the_ladder_is_moved_on_from_where_it_is() -> None:
    rule = rule_of()
    months = months_of(rule)
    listed = replace(_raised(months), listed_at=months.judged_at(JANUARY) + 5)
    track = Track(rule, months, SUBJECT, figures_of([RED, RED, RED, RED]), listed)
    steps = track.judge(range(JANUARY + 1, JANUARY + 4), months.judged_at(JANUARY + 3))
    assert [word for record, _, word in told(steps) if record == "Escalated"] == ["rectification"]


def test_the_month_that_raises_a_warning_does_not_move_it_up_as_well() -> None:
    """Somebody ended the one before among red months, so the row is long already when the next is raised."""
    rule, figures = rule_of(), figures_of([RED] * 4)
    months = months_of(rule)
    ended = replace(_raised(months), period=JANUARY + 1, cleared_at=months.judged_at(JANUARY + 1) + 1)
    track = Track(rule, months, SUBJECT, figures, ended)
    moment = months.judged_at(JANUARY + 2)
    assert told(track.judge([JANUARY + 2], moment)) == [("Raised", "2026-04-04", "red")]
    assert track.judge([JANUARY + 2], moment) == []
    assert told(track.judge([JANUARY + 3], months.judged_at(JANUARY + 3))) == [
        ("Renewed", "2026-05-04", "red"),
        ("Escalated", "2026-05-04", "talk"),
    ]


def test_what_somebody_took_back_is_not_said_again() -> None:
    rule, figures = rule_of(), figures_of([RED])
    months = months_of(rule)
    now = months.judged_at(JANUARY)
    [raised] = Track(rule, months, SUBJECT, figures).judge([JANUARY], now)
    assert Track(rule, months, SUBJECT, figures, None, {raised.event_id}).judge([JANUARY], now) == []


def test_a_step_that_was_lost_on_the_way_is_said_by_the_next_run() -> None:
    rule, figures = rule_of(), figures_of([RED] * 4)
    months = months_of(rule)
    steps, _ = judged_monthly([RED] * 4)
    whole = [step.event_id for step in steps]
    for lost in ("WarningEscalated", "RectificationOrdered"):
        kept = steps[: max(number for number, step in enumerate(steps) if step.record == lost)]
        standing = replace(
            _raised(months), period=JANUARY + 3, called="listing", called_at=months.judged_at(JANUARY + 2)
        )
        if lost == "RectificationOrdered":
            standing = standing.moved("rectification", months.judged_at(JANUARY + 3))
        track = Track(rule, months, SUBJECT, figures, standing, {step.event_id for step in kept})
        again = track.judge([JANUARY + 3], months.judged_at(JANUARY + 3))
        assert [each.event_id for each in (*kept, *again)] == whole


def test_another_version_of_the_rule_speaks_under_ids_of_its_own() -> None:
    first, second = (judged_monthly([RED], rule_of(version=version))[0][0] for version in (1, 2))
    assert first.event_id != second.event_id
    assert first.fields == second.fields


VALUES = st.lists(
    st.one_of(st.none(), st.sampled_from([60.0, 84.9, 85.0, 94.9, 95.0, 97.4, 97.5, 100.0]), st.floats(0, 100)),
    min_size=1,
    max_size=24,
)
RULES = st.builds(
    lambda days, periods, beyond, margin: impatient(
        days,
        clear={"margin": margin, "periods": periods, "after_acceptance": "not_red"},
        **{"raise": {"red_periods": 1, "beyond_periods": beyond}},
    ),
    st.integers(1, 70),
    st.integers(1, 3),
    st.integers(1, 4),
    st.sampled_from([0.0, 0.5, 1.0]),
)


@given(VALUES, RULES, st.data())
def test_evaluating_twice_or_in_pieces_says_the_same(
    values: list[float | None], rule: Any, data: st.DataObject
) -> None:
    months, figures = months_of(rule), figures_of(values)
    last = JANUARY + len(values)
    now = months.judged_at(last) - 1
    whole = Track(rule, months, SUBJECT, figures).judge(range(JANUARY, last), now)
    assert whole == Track(rule, months, SUBJECT, figures).judge(range(JANUARY, last), now)
    assert len({step.event_id for step in whole}) == len(whole)

    standing, pieces, judged = None, list[Any](), JANUARY
    stops = data.draw(st.lists(st.integers(months.judged_at(JANUARY), now), max_size=12), label="looked at")
    back = data.draw(st.integers(0, 3), label="months judged again")
    for stop in [*sorted(stops), now]:
        newest = min(months.newest_judged(stop), last - 1)
        track = Track(rule, months, SUBJECT, figures, standing, {step.event_id for step in pieces})
        # The newest months again each time, as every run does.
        pieces += track.judge(range(max(JANUARY, min(judged, newest - back)), newest + 1), stop)
        standing, judged = track.standing, max(judged, newest)
    assert [(each.event_id, each.occurred_at, each.fields) for each in pieces] == [
        (each.event_id, each.occurred_at, each.fields) for each in whole
    ]


@given(VALUES, RULES)
def test_a_warning_moves_up_at_most_once_a_month_and_nothing_speaks_out_of_turn(
    values: list[float | None], rule: Any
) -> None:
    months = months_of(rule)
    steps, _ = judged_monthly(values, rule)
    moved = [months.of(step.occurred_at) for step in steps if step.record == "WarningEscalated"]
    assert len(set(moved)) == len(moved)
    assert [step.occurred_at for step in steps] == sorted(step.occurred_at for step in steps)
    lives = [step.record for step in steps if step.record in ("WarningRaised", "WarningCleared")]
    assert all(one != other for one, other in pairwise(lives)), "raised once, cleared once, then another"
    assert lives[:1] in ([], ["WarningRaised"])


@given(st.lists(st.floats(95, 97.4), min_size=1, max_size=8), st.booleans())
def test_a_value_that_swings_between_the_line_and_the_margin_changes_nothing(
    values: list[float], open_before: bool
) -> None:
    rule = rule_of()
    before = [RED] if open_before else [GOOD]
    steps, standing = judged_monthly([*before, *values], rule)
    assert told(steps) == ([("Raised", "2026-02-04", "red")] if open_before else [])
    assert (standing is not None and standing.cleared_at is None) == open_before


@given(VALUES, st.sets(st.integers(0, 23)))
def test_nothing_is_said_of_months_without_data_or_enough_cases(values: list[float | None], few: set[int]) -> None:
    steps, _ = judged_monthly(values, few=sorted(few))
    spoken = {step.fields["period"] for step in steps if "period" in step.fields}
    silent = {f"{2026 + n // 12}-{n % 12 + 1:02d}" for n, value in enumerate(values) if value is None or n in few}
    assert not spoken & silent
    if all(value is None or number in few for number, value in enumerate(values)):
        assert steps == []


@given(VALUES, RULES)
def test_who_comes_back_names_the_warning_before(values: list[float | None], rule: Any) -> None:
    raised = [step for step in judged_monthly(values, rule)[0] if step.record == "WarningRaised"]
    previous = [step.fields["previous_warning_id"] for step in raised]
    assert previous == [None, *(step.fields["warning_id"] for step in raised)][: len(raised)]


def _raised(months: Any) -> Standing:
    return Standing(f"{SUBJECT.indicator}/{TOWNSHIP}/2026-01", JANUARY, months.judged_at(JANUARY))


def test_the_colours_are_those_people_see() -> None:
    assert [RATE.colour(value) for value in (84.99, 85, 94.99, 95)] == ["red", "yellow", "yellow", "green"]
    assert RATE.colour(85 - 1e-12) == "yellow", "what misses a line by less than a billionth of it has reached it"
