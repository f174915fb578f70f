"""`xiangmai places` and `xiangmai departments`: reference data into compacted topics, the newest of a code counts."""

from __future__ import annotations

import csv
import time
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from schemas.errors import Refused
from schemas.places import load_places
from schemas.settings import Settings
from schemas.topics import DEPARTMENTS, PLACES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.places import PlaceTable

REFERENCE: Final = Path(__file__).parents[1] / "schemas" / "reference"
SAMPLE_PLACES: Final = REFERENCE / "deqing_330521.csv"
SAMPLE_DEPARTMENTS: Final = REFERENCE / "departments.csv"
PLACE_DEFINED: Final = "xiangmai.system.PlaceDefined"
DEPARTMENT_DEFINED: Final = "xiangmai.system.DepartmentDefined"
CONFIRM_SECONDS: Final = 60.0
_EXISTING: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def places() -> None:
    """登记与查询行政区划 / load and look up counties, townships and villages.

    \b
    表的两种形状 / two shapes of table (UTF-8 CSV):
      county_code,county,township_code9,township,village_code12,village   一行一村 / a village in a row
      code,name,level,parent,aliases    一行一地，别名用 ; 分开 / a place in a row, aliases separated by ;
    """  # noqa: D301 - \b is click's mark for text to leave as it stands


@places.command("load")
@click.argument("file", type=_EXISTING, default=SAMPLE_PLACES)
def load_places_command(file: Path) -> None:
    """把区划表写入主题 reference.places；再次装载无害 / write a place table to its topic; loading again is harmless.

    Without FILE: the sample county, Deqing.
    """
    table = load_places(file)
    _send(Settings(), PLACES, PLACE_DEFINED, _place_records(table, _now_ms()))
    levels = Counter(place.level for place in table.places)
    click.echo(
        f"已登记 / loaded: {levels['county']} 县 counties, {levels['township']} 乡镇 townships, "
        f"{levels['village']} 村 villages"
    )


@places.command("find")
@click.argument("text")
@click.option("--table", type=_EXISTING, default=SAMPLE_PLACES, help="区划表 / place table")
@click.option("--within", default="", metavar="CODE", help="只在此县或乡镇内找 / only inside this county or township")
def find_place(text: str, table: Path, within: str) -> None:
    """按代码、名称或别名找一个地方 / find a place by code, name or alias."""
    try:
        place = load_places(table).find(text, within=within)
    except LookupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{place.code}  {place.name}  {place.level}  ← {place.parent or '-'}")


@click.group()
def departments() -> None:
    """登记部门目录 / load departments (UTF-8 CSV: code,name,name_en,aliases; aliases separated by `;`)."""


@departments.command("load")
@click.argument("file", type=_EXISTING, default=SAMPLE_DEPARTMENTS)
def load_departments_command(file: Path) -> None:
    """把部门目录写入主题 reference.departments；再次装载无害 / write departments to their topic; again is harmless.

    Without FILE: a county's usual departments.
    """
    records = list(_department_records(file, _now_ms()))
    _send(Settings(), DEPARTMENTS, DEPARTMENT_DEFINED, records)
    click.echo(f"已登记 / loaded: {len(records)} 部门 departments")


def _place_records(table: PlaceTable, now: int) -> Iterable[dict[str, Any]]:
    for place in table.places:
        yield {
            "code": place.code,
            "name": place.name,
            "level": place.level,
            "parent": place.parent,
            "aliases": list(place.aliases),
            "valid_from": None,
            "recorded_at": now,
        }


def _department_records(file: Path, now: int) -> Iterable[dict[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(file, None, "不是 UTF-8 / not UTF-8") from error
    reader = csv.DictReader(StringIO(text, newline=""))
    if not {"code", "name"} <= set(reader.fieldnames or ()):
        raise Refused(file, 1, "列名不对 / wrong columns", "code,name,name_en,aliases")
    lines: dict[str, int] = {}
    for row in reader:
        cells = {column: (value or "").strip() for column, value in row.items() if isinstance(value, str | None)}
        code, name = cells["code"], cells["name"]
        if not code or not name:
            raise Refused(file, reader.line_num, "code 与 name 不可为空 / code and name must be given")
        if code in lines:
            raise Refused(file, reader.line_num, f"代码 {code} 与第 {lines[code]} 行重复 / repeats line {lines[code]}")
        lines[code] = reader.line_num
        aliases = [alias.strip() for alias in cells.get("aliases", "").split(";") if alias.strip()]
        yield {
            "code": code,
            "name": name,
            "name_en": cells.get("name_en") or None,
            "aliases": aliases,
            "recorded_at": now,
        }


def _send(settings: Settings, topic: str, record: str, records: Iterable[dict[str, Any]]) -> None:
    """Write the records, keyed by their code, and wait until all are confirmed. Raises Unavailable, InvalidEvent."""
    from producers.preparation import Preparation
    from producers.sender import Sender
    from schemas.domain import load_domains
    from schemas.registry import SchemaRegistry
    from schemas.topics import ensure_topics, load_topics

    with SchemaRegistry(settings.registry_url) as registry:
        preparation = Preparation(settings, load_domains(settings.domains), registry)
        preparation.prepare([record])
    encoded = []
    for each in records:
        preparation.check(record, each, _now_ms())
        encoded.append((each["code"], preparation.encode(record, each)))
    ensure_topics(
        settings.kafka_bootstrap,
        partitions=settings.partitions,
        replication_factor=settings.replication_factor,
        topics=[load_topics()[topic]],
    )
    with Sender(settings, client_id=f"xiangmai-{topic}") as sender:
        for code, value in encoded:
            sender.send(topic, code.encode(), value, label=code)
        sender.flush(CONFIRM_SECONDS)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
