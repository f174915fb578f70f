"""How fast the sinks and the view are: python -m tests.sinks.speed [events], against the stack of the environment.

    eval "$(xiangmai stack env)" && python -m tests.sinks.speed 200000

Everything happens in topics and databases of its own, which are dropped at the end. Prints rows a second of each sink, alone, from the
first poll to the last acknowledgement, and the seconds of some questions to the view over a million cells.
"""

from __future__ import annotations

import sys
import time
import uuid
from typing import TYPE_CHECKING, Any

from schemas.codec import Decoder, Encoder
from schemas.rules import Limits
from schemas.settings import Settings
from sinks import metrics
from sinks.layout import load_layout
from sinks.service import collect_garbage_rarely, prepare
from sinks.settings import SinkSettings
from sinks.shaping.cells import CellShaper
from sinks.shaping.events import EventShaper
from sinks.shaping.records import RecordShaper
from sinks.sink import Sink
from sinks.warehouse import connect
from tests.sinks.support import CELL, Bench, House, Pond, Running, counted, event_id, milliseconds, reported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sinks.shaping.shape import Shaper

MILLION = """
INSERT INTO {storage}.indicator_cells
    (indicator, definition_version, case_type, township, place, level, period, period_start, dimension, dimension_value,
     numerator, denominator, buckets, newest_event_at, changed_at, kafka_offset)
WITH
    arrayJoin(['appeal_volume', 'appeal_closure_rate', 'appeal_on_time_rate', 'appeal_hours_to_close_p50', 'appeal_open',
        'appeal_overdue']) AS indicator,
    arrayJoin(range(190)) AS number,
    arrayJoin(['', 'roads', 'water']) AS department,
    arrayJoin(arrayConcat(
        arrayMap(day -> ('day', toDate('2025-01-01') + day), range(300)),
        arrayMap(month -> ('month', addMonths(toDate('2025-01-01'), month)), range(10)),
        [('year', toDate('2025-01-01')), ('now', toDate('1970-01-01'))])) AS period,
    concat('3305211', leftPad(toString(number % 13), 2, '0')) AS township
SELECT
    indicator, 1, 'appeal', township, if(number < 13, township, concat(township, leftPad(toString(number), 3, '0'))),
    if(number < 13, 'township', 'village'), period.1, period.2, if(department = '', '', 'department'), department,
    cityHash64(number, period, indicator) % 50, 50,
    if(indicator = 'appeal_hours_to_close_p50', map(toInt32(700 + number), toInt64(50)), map()), now64(3), now64(3),
    rowNumberInAllBlocks()
"""
QUESTIONS = {
    "everything": "SELECT count(), sum(value), count(rank) FROM {db}.indicators",
    "one month, townships": (
        "SELECT * FROM {db}.indicators WHERE period = 'month' AND period_start = '2025-05-01' AND level = 'township'"
    ),
    "one indicator, all months": "SELECT * FROM {db}.indicators WHERE indicator = 'appeal_closure_rate' AND period = 'month'",
    "a stock's days": "SELECT * FROM {db}.indicators WHERE indicator = 'appeal_open' AND period = 'day' AND level = 'township'",
}


def main(count: int) -> None:
    """Measure and print."""
    collect_garbage_rarely()
    settings = Settings().model_copy(update={"clickhouse_database": f"speed_{uuid.uuid4().hex[:8]}"})
    layout = load_layout(settings)
    prepare(settings, layout)
    with connect(settings) as warehouse:
        house = House(settings, layout, warehouse, Bench(layout, settings))
        try:
            measure_sinks(house, count)
            measure_view(house)
        finally:
            for database in (layout.database, layout.storage):
                warehouse.execute(f"DROP DATABASE IF EXISTS `{database}` SYNC")


def measure_sinks(house: House, count: int) -> None:
    """Fill a topic for each sink, then let the sink empty it."""
    table = house.layout.events[0]
    schemas = [shape.record.schema for shape in table.shapes.values()]

    def event_shaper(decoder: Decoder, topic: str) -> Shaper:
        from dataclasses import replace

        return EventShaper([replace(table, topic=topic)], decoder, Limits.of(house.settings))

    events = (reported(f"A-{number}", event_id=event_id(str(number))) for number in range(count))
    measure(house, "events", "xiangmai.appeals.AppealReported", schemas, events, event_shaper, count)

    record = house.layout.cases[0].record
    empty: dict[str, Any] = {field.name: None for field in record.fields}
    common = {"township": "330521100", "event_count": 3, "newest_event_at": 5, "changed_at": 6}
    cases = ({**empty, **common, "case_id": f"A-{number}"} for number in range(count))
    measure(
        house, "cases", record.full_name, [record.schema], cases,
        lambda decoder, _: RecordShaper(house.layout.cases, decoder), count,
    )  # fmt: skip

    cell_schema = house.bench.encoder._schemas[CELL]
    measure(
        house, "indicators", CELL, [cell_schema], (cell(number) for number in range(count // 4)),
        lambda decoder, _: CellShaper(house.layout.cells, house.layout.publications, decoder), count // 4 * 6,
    )  # fmt: skip


def cell(number: int) -> dict[str, Any]:
    """One of many cells, with six indicators."""
    names = [f"indicator_{index}" for index in range(6)]
    return {
        "township": "330521100",
        "place": f"330521100{number % 177:03}",
        "level": "village",
        "period": "day",
        "period_start": 18_000 + number // 177,
        "case_type": "appeal",
        "dimension": "",
        "dimension_value": "",
        "parts": [
            {
                "indicator": name,
                "version": 1,
                "numerator": 3,
                "denominator": 9,
                "buckets": {"700": 3} if name[-1] == "5" else None,
            }
            for name in names
        ],
        "newest_event_at": milliseconds("2026-03-01 12:00"),
        "changed_at": milliseconds("2026-03-02 09:00"),
    }


def measure(
    house: House,
    name: str,
    record: str,
    schemas: Iterable[Mapping[str, Any]],
    events: Iterable[Mapping[str, Any]],
    shaper: Callable[[Decoder, str], Shaper],
    rows: int,
) -> None:
    """Print how many rows a second one sink stores."""
    pond = Pond(house.settings, f"speed.{name}", partitions=12)
    encoder = Encoder(pond.registry, schemas)
    encoder.prepare([record])
    pond.send(encoder, record, events, {"cases": "township.cases", "indicators": "township.indicators"}.get(name, ""))
    decoder = Decoder(schemas)
    made = shaper(decoder, pond.topic)
    sink = Sink(
        name,
        [pond.topic],
        made,
        settings=house.settings,
        sink_settings=SinkSettings(group_prefix=f"speed-{uuid.uuid4().hex[:8]}"),
        warehouse=connect(house.settings),
        registry=pond.registry,
        decoder=decoder,
        refused_to=None,
        run=uuid.uuid4().hex,
    )
    table = made.tables[0].name
    before, began, cpu_began = counted(metrics.ROWS, table), time.perf_counter(), time.process_time()
    with Running(sink):
        while counted(metrics.ROWS, table) - before < rows:
            time.sleep(0.01)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    rate, cost = f"{rows / seconds:>9,.0f} rows/s", f"{cpu / rows * 1e6:6.1f} us of CPU a row here"
    print(f"{name:<12}{rows:>9,} rows {seconds:6.1f} s {rate} {cost}", flush=True)


def measure_view(house: House) -> None:
    """Print how long questions to the view take over a million cells."""
    house.rows(MILLION)
    cells = house.rows("SELECT count() FROM {db}.indicator_cells")[0][0]
    print(f"view over {cells:,} cells:")
    for question, sql in QUESTIONS.items():
        began = time.perf_counter()
        house.rows(sql)
        print(f"  {question:<28}{time.perf_counter() - began:6.2f} s", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
