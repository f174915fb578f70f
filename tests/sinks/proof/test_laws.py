"""The law of the house: stream and warehouse give the same numbers, whatever the events, the catalogue, the time zone."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from schemas.catalogue.load import load_catalogues
from schemas.domain import load_domains
from schemas.settings import Settings
from sinks.proof.comparison import Scope
from sinks.proof.folding import Folding
from sinks.proof.rounds import Pace, Verification
from tests.sinks.proof.random_catalogue import Drawn
from tests.sinks.proof.random_events import DAY, START, EventMaker
from tests.sinks.proof.support import Line, Numbers, line_in
from tests.streams.core.support import world_of

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.catalogue.model import Catalogue

SEED = int(os.environ.get("XIANGMAI_TEST_SEED", "20261128"))
TIMEZONES = ("Asia/Shanghai", "America/New_York")
CATALOGUES = 3
SENT = START + 99 * DAY


def send_random(line: Line, catalogues: list[Catalogue], rng: random.Random, townships: int = 14) -> None:
    """Send events of every kind of case in many townships, each of which is an example of its own."""
    for number in range(townships):
        township = f"330521{number:03d}"
        for catalogue in catalogues:
            for case in catalogue.cases.values():
                events = EventMaker(rng, catalogue, case, township).events(cases=3, most=16)
                line.send(catalogue.domain.topic, *events, timestamp=SENT)


def assert_equal(published: Numbers, computed: Numbers) -> None:
    different = {
        key: (published.get(key), computed.get(key))
        for key in published.keys() | computed.keys()
        if published.get(key) != computed.get(key)
    }
    assert not different, (len(different), sorted(different.items(), key=repr)[:5])


def assert_verified(line: Line, catalogues: list[Catalogue], cells: int) -> None:
    """The comparison inside ClickHouse says the same as ours."""
    every = [each for catalogue in catalogues for case in catalogue.cases for each in catalogue.indicators_of(case)]
    with Folding(line.warehouse, line.layout, None) as folding:
        outcome = Verification(line.warehouse, line.layout, every, Scope(), folding, Pace(patience_seconds=0)).run()
    assert (outcome.different, outcome.moving) == (0, ())
    assert outcome.cells >= cells


@pytest.mark.parametrize("timezone", TIMEZONES)
def test_random_events_of_the_shipped_catalogues(settings: Settings, timezone: str) -> None:
    print(f"XIANGMAI_TEST_SEED={SEED}")
    rng = random.Random(f"{SEED} {timezone}")
    catalogues = [*load_catalogues(load_domains(Settings().domains)).values()]
    world = world_of(catalogues, timezone, case_event_limit=7)
    own = settings.model_copy(update={"timezone": timezone, "case_event_limit": 7})
    with line_in(own, world, START + rng.randrange(50) * DAY) as line:
        send_random(line, catalogues, rng)
        line.flow().sink()
        published = line.published()
        assert len(published) > 1000
        assert_equal(published, line.computed())
        line.flow(line.now + 9 * DAY)  # the events are the same, the clock has moved
        every = [each for catalogue in catalogues for each in catalogue.indicators.values()]
        stocks = {each.id for each in every if each.kind == "stock"}
        moved = {key: cell for key, cell in line.published().items() if key[0] in stocks}
        assert_equal(moved, line.counted(wanted=lambda indicator: indicator.kind == "stock"))
        reasons = {letter["reason"] for letter in line.dead}
        assert {"id_conflict", "case_limit"} <= reasons


@pytest.mark.parametrize("timezone", TIMEZONES)
def test_random_catalogues(settings: Settings, tmp_path: Path, timezone: str) -> None:
    print(f"XIANGMAI_TEST_SEED={SEED}")
    rng = random.Random(f"{SEED} catalogues {timezone}")
    for number in range(CATALOGUES):
        Drawn(rng, f"d{number}").write(tmp_path / "domains")
    catalogues = [*load_catalogues(load_domains(tmp_path / "domains")).values()]
    world = world_of(catalogues, timezone, case_event_limit=9)
    own = settings.model_copy(update={"timezone": timezone, "case_event_limit": 9, "domains": tmp_path / "domains"})
    with line_in(own, world, START + rng.randrange(50) * DAY) as line:
        send_random(line, catalogues, rng, townships=12)
        line.flow().sink()
        published = line.published()
        assert len({key[0] for key in published}) > CATALOGUES * 3
        assert_equal(published, line.computed())
        assert_verified(line, catalogues, len(published))
