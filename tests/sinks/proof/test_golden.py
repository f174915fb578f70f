"""Every golden example of every shipped catalogue through the warehouse's engine, and every printed statement as printed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from schemas.calendar import Calendar
from schemas.catalogue.expression_sql import text
from schemas.catalogue.golden import TOWNSHIP, golden_events, period_of
from schemas.catalogue.load import load_catalogues
from schemas.catalogue.model import COMPOSED
from schemas.catalogue.values import Parts, value_of
from schemas.domain import load_domains
from schemas.settings import Settings
from sinks.proof.indicator_sql import indicator_sql
from tests.sinks.proof.support import Line, Numbers, cells_from, line_in
from tests.streams.core.support import DAY, world_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.catalogue.golden_entries import GoldenEntry
    from schemas.catalogue.model import Indicator

CATALOGUES = load_catalogues(load_domains(Settings().domains))
CALENDAR = Calendar(Settings().timezone)
EXAMPLES = [
    (indicator, example)
    for catalogue in CATALOGUES.values()
    for each in catalogue.indicators.values()
    for indicator in each.versions
    if indicator.kind not in COMPOSED
    for example in indicator.golden
]
ERROR = {"quantile": 1 / 128}


def elsewhere(event: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the event moved to a township of its example's own."""
    township = event["township"]
    code = f"33{number:04d}{township[-3:]}"
    village = event["village"]
    moved = None if village is None else village.replace(township, code, 1)
    return {**event, "township": code, "village": moved}


@pytest.fixture(scope="module")
def line(settings: Settings) -> Iterator[Line]:
    """A warehouse with the events of every example, each example in townships of its own."""
    with line_in(settings, world_of([*CATALOGUES.values()]), CALENDAR.moment_of("2030-01-01")) as line:
        for number, (indicator, example) in enumerate(EXAMPLES):
            catalogue = CATALOGUES[indicator.domain]
            once = example.model_copy(update={"many": {}})
            for record, event in golden_events(once, catalogue, CALENDAR):
                line.send(
                    catalogue.domain.topic, (record, elsewhere(event, number)), timestamp=event["occurred_at"] + DAY
                )
        line.sink()
        for number, (indicator, example) in enumerate(EXAMPLES):
            township = elsewhere({"township": TOWNSHIP, "village": None}, number)["township"]
            for case, times in example.many.items():
                events = f"{{storage}}.events_{indicator.domain}"
                line.rows(
                    f"INSERT INTO {events} SELECT * REPLACE (concat(case_id, '-', toString(copy)) AS case_id) FROM {events} AS once "
                    f"ARRAY JOIN range(2, {times + 1}) AS copy WHERE township = '{township}' AND once.case_id = {text(case)}"
                )
        yield line.fold()


def test_the_events_of_an_example_give_its_number(line: Line) -> None:
    looked_at: defaultdict[str | None, set[tuple[str, int]]] = defaultdict(set)
    for indicator, example in EXAMPLES:
        looked_at[example.expect.as_of].add((indicator.id, indicator.version))
    cells = {
        moment: line.counted(
            None if moment is None else CALENDAR.moment_of(moment),
            wanted=lambda each, versions=versions: (each.id, each.version) in versions,  # type: ignore[misc]
        )
        for moment, versions in looked_at.items()
    }
    for number, (indicator, example) in enumerate(EXAMPLES):
        told = f"{indicator.id} v{indicator.version}: {example.says.en}"
        _check(indicator, example, elsewhere({"township": TOWNSHIP, "village": None}, number)["township"], cells, told)


def _check(
    indicator: Indicator, example: GoldenEntry, township: str, cells: dict[str | None, Numbers], told: str
) -> None:
    expected = example.expect
    period, start = period_of(expected.period) if expected.period is not None else ("now", 0)
    dimension, value = next(iter(expected.dimension.items()), ("", ""))
    key = (indicator.id, str(indicator.version), township, period, str(start), dimension, value)
    numerator, denominator, buckets = cells[expected.as_of].get(key, (0, 0, {}))
    assert numerator == expected.numerator, told
    if indicator.kind == "coverage":
        denominator = example.exist.get("village", 0)
    assert expected.denominator in (None, denominator), told
    if expected.value is not None:
        shown = value_of(indicator, Parts(numerator, denominator, buckets))
        assert shown == pytest.approx(expected.value, rel=ERROR.get(indicator.kind, 1e-3)), told


def test_printed_statements_run_and_give_the_same(line: Line) -> None:
    """One of each kind and version, and one of each domain: they are written by the same steps."""
    moment = "2026-03-03 12:00:00"
    kinds: dict[object, Indicator] = {(each.kind, each.version): each for each, _ in EXAMPLES}
    kinds |= {each.domain: each for each, _ in EXAMPLES}
    chosen = {(each.id, each.version): each for each in kinds.values()}
    computed = line.counted(CALENDAR.moment_of(moment), wanted=lambda each: (each.id, each.version) in chosen)
    for indicator in chosen.values():
        sql = indicator_sql(line.layout, indicator, moment)
        wanted = {key: cell for key, cell in computed.items() if key[:2] == (indicator.id, str(indicator.version))}
        assert cells_from(line.warehouse.rows(sql)) == wanted, sql
        assert indicator.sentence_zh in sql.replace("\n-- ", "")
        assert indicator.sentence_en in sql.replace("\n-- ", " ")
