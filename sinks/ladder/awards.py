"""Awards: the best of a county in a quarter or a year, ties all named. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sinks.ladder.figures import Lines
from sinks.ladder.rule import Step, Subject, step_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from schemas.catalogue.ladder import LadderEntry
    from schemas.catalogue.model import Indicator

RECORD = "AwardGiven"


class Ranked(NamedTuple):
    """A township's value of a quarter or a year, with its rank among those of its county that have enough cases."""

    township: str
    county: str
    indicator: str
    version: int
    value: float
    rank: int
    ranked: int


def awards_due(
    rule: LadderEntry,
    indicators: Mapping[str, Indicator],
    period: str,
    at: int,
    rows: Iterable[Ranked],
    said: Collection[str] = (),
) -> list[Step]:
    """Return the awards of a period, dated `at`. Once something was said of a county, indicator and period, it stands.

    `said` are the ids of events already sent. Nobody is commended where too few are ranked, too many share the first rank, or
    (with `reaches_goal`) the best does not reach the goal.
    """
    awards = rule.awards
    if awards is None:
        return []
    groups: dict[tuple[str, str], list[Ranked]] = {}
    for row in rows:
        groups.setdefault((row.county, row.indicator), []).append(row)
    steps = []
    for (_, name), group in sorted(groups.items()):
        best = sorted(row for row in group if row.rank == 1)
        ids = {row.township: step_id(rule.version, Subject(row.township, name), period, RECORD) for row in group}
        stands_out = len(best) <= awards.most_awarded and all(row.ranked >= awards.least_ranked for row in best)
        if not stands_out or any(each in said for each in ids.values()):
            continue
        if awards.reaches_goal and not all(_reaches_goal(indicators[name], row) for row in best):
            continue
        title = f"{period} {indicators[name].zh}{awards.title.zh} / {awards.title.en}: {indicators[name].en}, {period}"
        for row in best:
            fields = {
                "award_id": f"{name}/{row.township}/{period}",
                "title": title,
                "by_department": rule.department,
                "about_department": None,
                "indicator": name,
            }
            steps.append(Step(Subject(row.township, name), RECORD, ids[row.township], at, fields))
    return steps


def _reaches_goal(newest: Indicator, row: Ranked) -> bool:
    definition = next((each for each in newest.versions if each.version == row.version), newest)
    lines = Lines.of(definition)
    return lines.goal is not None and Lines(lines.up, None, lines.goal, None).colour(row.value) == "green"
