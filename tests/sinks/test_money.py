"""Money on its whole way: as a producer hands it in, through the worker, into ClickHouse's columns and out as text."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producers.preparation import Preparation
from schemas.catalogue.load import load_catalogue
from schemas.domain import load_domains
from schemas.rules import Limits
from schemas.settings import Settings
from sinks.formats import plain, write_csv, write_json
from sinks.layout import load_layout
from sinks.service import prepare
from sinks.shaping.cells import CellShaper
from sinks.shaping.events import EventShaper
from sinks.shaping.records import RecordShaper
from sinks.warehouse import connect
from tests.ledger import NOON, adjusted, booked, write_ledger
from tests.sinks.servers import Server
from tests.sinks.support import Bench, House, Message, put
from tests.streams.core.support import Line, World, world_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemas.codec import Encoder

TOPIC = "village.ledger"


class Registered(NamedTuple):
    """The registry the world's encoder was prepared with, for a producer."""

    encoder: Encoder

    def register(self, subject: str, _: Mapping[str, Any]) -> int:
        return self.encoder.prepare([subject])[subject]


class Ledger(NamedTuple):
    house: House
    world: World
    producer: Preparation

    def line(self) -> Line:
        return Line(self.world, NOON, topic=TOPIC, case="entry")

    def store(self, story: Line) -> None:
        """Publish, and put events, cases and cells where the sinks put them, in place of what is there."""
        drained = story.drain()
        for table in self.house.layout.tables:
            self.house.rows(f"TRUNCATE TABLE {{storage}}.`{table.name}`")
        decoder, layout = self.world.decoder, self.house.layout
        events = [Message(TOPIC, 3, each.offset, each.timestamp, each.key, each.value) for each in story.log]
        cases = [Message("township.cases", 3, at, NOON, *pair) for at, pair in enumerate(drained.cases)]
        cells = [Message("township.indicators", 3, at, NOON, *pair) for at, pair in enumerate(drained.indicators)]
        for shaper, batch in (
            (EventShaper(layout.events, decoder, Limits.of(self.house.settings)), events),
            (RecordShaper(layout.cases, decoder), cases),
            (CellShaper(layout.cells, layout.publications, decoder), cells),
        ):
            shaped = shaper.shape(batch)
            assert shaped.refused == []
            put(self.house.warehouse, shaped, batch)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    domains = tmp_path_factory.mktemp("domains")
    world = world_of([load_catalogue(write_ledger(domains))])
    server = Server(tmp_path_factory.mktemp("clickhouse"))
    server.start()
    try:
        settings_ = Settings(domains=domains, clickhouse_host="127.0.0.1", clickhouse_port=server.port)
        layout = load_layout(settings_)
        prepare(settings_, layout)
        producer = Preparation(settings_, load_domains(domains), Registered(world.encoder))
        producer.prepare(world.catalogue.domain.events)
        with connect(settings_) as warehouse:
            yield Ledger(House(settings_, layout, warehouse, Bench(layout, settings_)), world, producer)
    finally:
        server.kill()


def sent(ledger: Ledger, story: Line, name: str, event: dict[str, Any]) -> None:
    protected, _ = ledger.producer.protect(name, event)
    ledger.producer.check(name, protected, NOON)
    story.put(event["township"].encode(), ledger.producer.encode(name, protected))


money = st.integers(-(10**17), 10**17).map(lambda number: Decimal(number).scaleb(-2))
written = st.builds(lambda value, as_text: plain(value) if as_text else value, money, st.booleans())
fees = st.none() | st.integers(1, 10**12 - 1).map(lambda number: Decimal(number).scaleb(-4))
rows = st.lists(st.tuples(st.integers(0, 3), written, st.none() | written, fees), min_size=1, max_size=8)


@given(rows, st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_money_comes_through_the_line_unchanged(ledger: Ledger, rows: list[Any], data: st.DataObject) -> None:
    made = []
    for number, (case, amount, more, fee) in enumerate(rows):
        made.append(booked(f"案{case}", NOON - 9, amount, name=f"b{number}", fee=fee))
        made.append(adjusted(f"案{case}", NOON - 8, more, name=f"a{number}"))
    story = ledger.line()
    for name, event in data.draw(st.permutations([*made, made[0]])):
        sent(ledger, story, name, event)
    ledger.store(story.apply())

    stored = ledger.house.rows("SELECT case_id, event, amount, fee FROM {db}.events_ledger")
    expected: list[tuple[Any, ...]] = [
        (f"案{case}", "EntryBooked", Decimal(amount), fee) for case, amount, _, fee in rows
    ]
    expected += [
        (f"案{case}", "EntryAdjusted", None if more is None else Decimal(more), None) for case, _, more, _ in rows
    ]
    assert sorted(map(repr_of, stored)) == sorted(map(repr_of, expected))

    totals: dict[str, Decimal] = {}
    paid: dict[str, Decimal] = {}
    for case, amount, more, fee in rows:
        totals[f"案{case}"] = totals.get(f"案{case}", Decimal(0)) + Decimal(amount) + Decimal(more or 0)
        paid[f"案{case}"] = paid.get(f"案{case}", Decimal(0)) + (fee or 0)
    states = ledger.house.rows("SELECT case_id, total, fees, net FROM {db}.cases_entry")
    assert {case: (total, fee) for case, total, fee, _ in states} == {
        case: (totals[case], paid[case]) for case in totals
    }
    for case, _, _, net in states:
        exact = totals[case] - paid[case]
        assert net == (exact if abs(exact.scaleb(4)) < 10**18 else None)

    # What the stream summed, the warehouse sums to from the cases and from the events.
    (cell,) = ledger.house.rows(
        "SELECT numerator FROM {db}.indicator_cells WHERE indicator = 'ledger_total' AND period = 'year' AND level = 'township'"
    )
    assert cell == (int(sum(totals.values()) * 100),)
    assert ledger.house.rows("SELECT toInt64(sum(total) * 100) FROM {db}.cases_entry") == [cell]
    assert ledger.house.rows("SELECT toInt64(sum(amount) * 100) FROM {db}.events_ledger") == [cell]


def repr_of(row: tuple[Any, ...]) -> str:
    return repr([value.normalize() if isinstance(value, Decimal) else value for value in row])


def test_the_columns_say_how_many_digits(ledger: Ledger) -> None:
    sql = (
        "SELECT name, type FROM system.columns WHERE database = {d:String} AND table = {t:String} AND type LIKE '%Dec%'"
    )
    types = {
        table: dict(ledger.house.rows(sql, d=ledger.house.layout.storage, t=table))
        for table in ("events_ledger", "cases_entry")
    }
    two, four = "Nullable(Decimal(18, 2))", "Nullable(Decimal(18, 4))"
    assert types["events_ledger"] == {"amount": two, "fee": four}
    assert types["cases_entry"] == {
        **dict.fromkeys(
            ("total", "large", "first_amount", "last_amount", "least_amount", "greatest_amount", "owed"), two
        ),
        **dict.fromkeys(("fees", "net"), four),
    }


def test_people_read_money_without_exponents() -> None:
    columns = [("amount", "Decimal(18, 8)")]
    amounts = [Decimal("0E-8"), Decimal("1E-7"), Decimal("-43680000.07"), Decimal("1E+3")]
    out = io.StringIO()
    write_csv(out, columns, [(amount,) for amount in amounts])
    assert out.getvalue().splitlines() == ["amount", "0.00000000", "0.0000001", "-43680000.07", "1000"]
    out = io.StringIO()
    write_json(out, columns, [(amounts[1],)])
    assert '"0.0000001"' in out.getvalue()
