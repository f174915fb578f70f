"""How long a verification takes over a generated warehouse: `python -m tests.sinks.proof.speed [CASES]`.

The events are written by ClickHouse itself; the cells "published" are those the SQL computes, so that everything is equal and
nothing is compared twice.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import psutil

from deploy.local.clickhouse.process import start
from schemas.settings import Settings
from sinks.layout import load_layout
from sinks.proof.cells_sql import CELL_COLUMNS
from sinks.proof.comparison import Comparison, Scope
from sinks.proof.folding import Folding
from sinks.proof.indicator_sql import indicator_sql
from sinks.proof.source import case_source
from sinks.service import prepare
from sinks.warehouse import Warehouse, connect

CASES = 150_000
EVENTS = """
INSERT INTO {table} (event, township, village, case_type, case_id, event_id, occurred_at, recorded_at, department, source,
    appeal_id, channel, category, urgency, due_at, to_department, by_department, outcome, satisfied,
    kafka_topic, kafka_partition, kafka_offset, accepted_at)
SELECT
    ['AppealReported', 'AppealDispatched', 'AppealClosed', 'AppealRated', 'AppealReopened', 'AppealClosed'][1 + step] AS event,
    toString(330521100 + home) AS township,
    concat(toString(330521100 + home), leftPad(toString(cityHash64(number) % 14), 3, '0')) AS village,
    'appeal' AS case_type,
    concat('A-', toString(number)) AS case_id,
    generateUUIDv4(number * 10 + step) AS event_id,
    toDateTime64('2025-01-01 00:00:00', 3, 'Asia/Shanghai') + toIntervalSecond(cityHash64(number, 1) % 63072000)
        + toIntervalHour([0, 2, 30, 40, 50, 90][1 + step]) AS occurred_at,
    occurred_at AS recorded_at, '热线' AS department, 'speed' AS source, case_id AS appeal_id,
    if(step = 0, 'hotline', NULL), if(step = 0, '环境卫生', NULL), if(step = 0, 'normal', NULL),
    if(step = 0, occurred_at + toIntervalDay(3), NULL),
    if(step = 1, concat('部门', toString(cityHash64(number, 2) % 6)), NULL),
    if(event = 'AppealClosed', '部门9', NULL), if(event = 'AppealClosed', 'resolved', NULL), if(step = 3, true, NULL),
    'village.appeals', home % 12, number * 10 + step, recorded_at
FROM
(
    SELECT number, cityHash64(number, 3) % 13 AS home,
        arrayJoin(if(number % 10 = 0, [0, 1, 2, 3, 4, 5], if(number % 7 = 0, [0, 1], [0, 1, 2, 3]))) AS step
    FROM numbers({cases})
)
"""


def main() -> None:
    """Make the warehouse, verify it, tell the times."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with tempfile.TemporaryDirectory() as folder:
        server = start(Path(folder))
        try:
            settings = Settings(clickhouse_port=server.native_port, clickhouse_database="speed")
            layout = load_layout(settings)
            prepare(settings, layout)
            with connect(settings) as warehouse:
                _fill(warehouse, settings, cases)
                _measure(warehouse, settings, psutil.Process(server.process.pid))
        finally:
            server.stop()


def _fill(warehouse: Warehouse, settings: Settings, cases: int) -> None:
    layout = load_layout(settings)
    began = time.perf_counter()
    warehouse.execute(EVENTS.format(table=layout.events[0].table.full_name, cases=cases))
    columns = "case_type, changed_at, kafka_topic, kafka_partition, kafka_offset, accepted_at"
    values = "'appeal', toDateTime64('2026-12-01 00:00:00', 3), 'township.indicators', (toUInt64(township) - 330521100) % 12, 1, now64(3)"
    for indicator in layout.catalogues["appeals"].indicators_of("appeal"):
        sql = indicator_sql(layout, indicator, "2026-12-01 00:00:00")
        names = ", ".join(CELL_COLUMNS)
        warehouse.execute(
            f"INSERT INTO {layout.cells.full_name} ({names}, {columns}) SELECT {names}, {values} FROM ({sql})"
        )
    print(f"filled in {time.perf_counter() - began:.1f} s")


def _measure(warehouse: Warehouse, settings: Settings, server: psutil.Process) -> None:
    layout = load_layout(settings)
    source = case_source(layout, "appeal")
    ((events,),) = warehouse.rows(f"SELECT count() FROM {source.events_view}")
    began, busy = time.perf_counter(), sum(server.cpu_times()[:2])
    with Folding(warehouse, layout, None) as folding:
        folding.fold(source)
        print(f"{events:,} events folded in {time.perf_counter() - began:.2f} s")
        comparison, cells = Comparison(warehouse, layout), 0
        for indicator in layout.catalogues["appeals"].indicators_of("appeal"):
            here = time.perf_counter()
            found = comparison.compare(indicator, folding.table(source), Scope())
            cells += found.cells
            print(
                f"{indicator.id}: {found.cells:,} cells, {found.different} differ, {time.perf_counter() - here:.2f} s"
            )
    seconds = time.perf_counter() - began
    print(f"{cells:,} cells compared in {seconds:.1f} s: {cells / seconds:,.0f} a second")
    print(
        f"ClickHouse was busy for {sum(server.cpu_times()[:2]) - busy:.1f} CPU seconds; memory {server.memory_info().rss >> 20} MB"
    )


if __name__ == "__main__":
    main()
