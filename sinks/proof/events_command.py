"""`xiangmai events`: the events behind a case, and whether each stands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click
from rich.console import Console

from schemas.settings import Settings
from sinks.formats import WRITERS, print_table, table_of
from sinks.indicators import find_place
from sinks.layout import load_layout
from sinks.proof.events_sql import STANDING, standing_steps
from sinks.proof.source import sources
from sinks.proof.statement import select, with_steps
from sinks.query import EXIT_NO, explain
from sinks.warehouse import QueryFailed, connect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sinks.layout import Layout
    from sinks.proof.source import CaseSource
    from sinks.warehouse import Warehouse

_SHOWN: Final = (
    "township",
    "event",
    "event_id",
    "occurred_at",
    "recorded_at",
    "department",
    "source",
    "corrects",
    "standing",
    "corrected_by",
    "kafka_topic",
    "kafka_partition",
    "kafka_offset",
)
_READ: Final = ("recorded_at", "department", "source", "kafka_topic", "kafka_partition")


class Event(NamedTuple):
    """An event of a case, with its number in time among them."""

    case_type: str
    number: int
    township: str
    event: str
    event_id: Any
    occurred_at: datetime
    recorded_at: datetime
    department: str
    source: str
    corrects: Any
    standing: str
    corrected_by: Any
    kafka_topic: str
    kafka_partition: int
    kafka_offset: int


@click.command("events", short_help="一个事项背后的事件 / the events behind a case")
@click.argument("case")
@click.option("--case-type", metavar="NAME", help="事项类型，默认全部 / kind of case, all unless given")
@click.option("--place", default="", help="所属乡镇：代码或名称 / its township, by code or name")
@click.option("--format", "format_", type=click.Choice(["table", *WRITERS]), default="table", show_default=True)
def events(*, case: str, case_type: str | None, place: str, format_: str) -> int:
    """列出一个事项背后的全部事件：有效，被哪个事件更正，还是因哪条规则不计 / list the events behind the CASE.

    With when and by whom, where each stands in Kafka, and whether it counts: effective, corrected by which event, or left out by
    which rule.

    \b
      xiangmai events 202603020010001-683f6d
      xiangmai events A-17 --case-type appeal --place 武康街道 --format json
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    settings = Settings()
    layout = load_layout(settings)
    known = [source.case.name for source in sources(layout)]
    if case_type is not None and case_type not in known:
        told = f"没有事项类型 {case_type} / no such kind of case; 有 there are: {', '.join(known)}"
        raise click.BadParameter(told, param_hint="--case-type")
    try:
        with connect(settings, database=settings.clickhouse_database) as warehouse:
            township = find_place(warehouse, place) if place else ""
            found = events_of(warehouse, layout, case, case_type, township)
            names = dict(warehouse.rows("SELECT code, name FROM departments"))
    except QueryFailed as error:
        click.echo(explain(error), err=True)
        return EXIT_NO
    if not found:
        where = f" {place}" if place else ""
        click.echo(f"没有事项 {case}{where} / there is no case {case}{where}", err=True)
        return EXIT_NO
    if format_ == "table":
        _print(layout, case, found, names)
    else:
        columns = [(name, "String") for name in Event._fields]
        WRITERS[format_](sys.stdout, columns, found, safe=True)
    return 0


def events_of(
    warehouse: Warehouse, layout: Layout, case: str, case_type: str | None = None, township: str = ""
) -> list[Event]:
    """Return the distinct events of the cases with this id, in the order of time, case by case."""
    found = []
    for source in sources(layout):
        if case_type in (None, source.case.name):
            rows = warehouse.rows(_events_sql(source, township), {"case": case, "township": township})
            found += [Event(source.case.name, number, *row) for number, row in _numbered(rows)]
    return found


def _events_sql(source: CaseSource, township: str) -> str:
    columns = [column for column in source.table.columns if column.name in _READ]
    only = ["events.case_id = {case:String}", *(["startsWith(events.township, {township:String})"] if township else [])]
    order = "ORDER BY township, occurred_at, toString(event_id)"
    return with_steps(standing_steps(source, columns, only), select(_SHOWN, STANDING, ending=order))


def _numbered(rows: Sequence[Sequence[Any]]) -> list[tuple[int, Sequence[Any]]]:
    """Number the events of each township's case."""
    counts: dict[str, int] = {}
    numbered = []
    for row in rows:
        counts[row[0]] = counts.get(row[0], 0) + 1
        numbered.append((counts[row[0]], row))
    return numbered


def _print(layout: Layout, case: str, found: Sequence[Event], names: dict[str, str]) -> None:
    console = Console()
    words = {
        event.name: f"{event.zh} {event.name}"
        for catalogue in layout.catalogues.values()
        for event in catalogue.domain.events.values()
    }
    for case_type, township in dict.fromkeys((each.case_type, each.township) for each in found):
        own = [each for each in found if (each.case_type, each.township) == (case_type, township)]
        numbers = {each.event_id: each.number for each in own}
        rows = [
            [
                str(each.number),
                words.get(each.event, f"作废 {each.event}"),
                f"{each.occurred_at:%Y-%m-%d %H:%M:%S}",
                names.get(each.department, each.department),
                each.source,
                standing_words(each, numbers),
                f"{each.kafka_topic}/{each.kafka_partition}/{each.kafka_offset}",
                str(each.event_id)[:8],
            ]
            for each in own
        ]
        headings = ["#", "事件\nevent", "发生时间\noccurred at", "部门\ndepartment", "来源\nsource"]
        headings += ["是否有效\nstands", "主题/分区/位点\ntopic/partition/offset", "编号\nid"]
        table = table_of([(each, "String") for each in headings], rows, headings)
        table.title = f"{case_type} {case}（{township}）"
        print_table(table, console)


def standing_words(event: Event, numbers: dict[Any, int]) -> str:
    """Return in both languages whether an event counts, and if not why; `numbers` are those of the case's events."""

    def named(event_id: Any) -> str:
        return f"#{numbers[event_id]}" if event_id in numbers else str(event_id)[:8]

    naming = f"，更正 corrects {named(event.corrects)}" if event.corrects is not None else ""
    match event.standing:
        case "effective":
            return f"有效 effective{naming}"
        case "corrected":
            return f"已被 {named(event.corrected_by)} 更正 / corrected by it{naming}"
        case "void":
            return f"作废 {named(event.corrects)} / takes it back"
        case "case_limit":
            return "超出事项的事件上限，不计 / the case was full, left out"
    rule = event.standing.removeprefix("rule:")
    return f"违反规则 {rule}，不计 / breaks the rule {rule}, left out{naming}"
