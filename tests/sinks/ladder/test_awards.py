"""Awards: the best of a county, ties all named, and when nobody is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.catalogue.load import load_catalogues
from schemas.domain import load_domains
from sinks.ladder.awards import Ranked, awards_due
from tests.few_domains import few_domains
from tests.sinks.ladder.support import JANUARY, months_of, rule_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from sinks.ladder.rule import Step

RATE = "appeal_on_time_rate"
"""Its goal is 90."""
AT = months_of(rule_of()).judged_at(JANUARY + 2)


def given(*values: tuple[float, int], county: str = "330521", ranked: int = 5) -> list[Ranked]:
    """Townships of a county by their value and rank."""
    return [
        Ranked(f"{county}{number:03d}", county, RATE, 1, value, rank, ranked)
        for number, (value, rank) in enumerate(values)
    ]


def awarded(rows: list[Ranked], said: Collection[str] = ()) -> list[Step]:
    indicators = load_catalogues(load_domains(few_domains()))["appeals"].indicators
    return awards_due(rule_of(), indicators, "2026-Q1", AT, rows, said)


def test_the_best_of_each_county_is_commended_and_ties_are_all_named() -> None:
    steps = awarded([*given((99, 1), (99, 1), (98, 3)), *given((91, 2), (95, 1), county="330522")])
    assert [step.subject.township for step in steps] == ["330521000", "330521001", "330522001"]
    first = steps[0].fields
    assert (first["award_id"], first["indicator"]) == (f"{RATE}/330521000/2026-Q1", RATE)
    assert first["title"] == "2026-Q1 按期办结率先进乡镇 / best township: appeal on-time closure rate, 2026-Q1"
    assert {step.occurred_at for step in steps} == {AT}


def test_too_few_ranked_too_many_alike_or_short_of_the_goal_commend_nobody() -> None:
    assert awarded(given((99, 1), (98, 2), ranked=2)) == []
    assert awarded(given((99, 1), (99, 1), (99, 1))) == []
    assert awarded(given((89, 1), (80, 2), (70, 3))) == []
    assert len(awarded(given((90, 1), (80, 2), (70, 3)))) == 1


def test_what_was_said_of_a_period_stands_whatever_late_events_make_of_the_ranks() -> None:
    [award] = awarded(given((99, 1), (98, 2), (97, 3)))
    assert awarded(given((97, 2), (98, 1), (96, 3)), {award.event_id}) == []
