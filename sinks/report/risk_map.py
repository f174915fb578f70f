"""`xiangmai report risk-map`: open hazards as points (风险一张图)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from schemas.settings import Settings
from sinks.formats import WRITERS
from sinks.indicators import find_place
from sinks.proof.statement import select
from sinks.report.map_views import RISK_MAP
from sinks.report.maps import map_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sinks.warehouse import Warehouse

LEVELS: Final = ("level_1", "level_2", "level_3", "level_4", "unknown")


class Hazard(NamedTuple):
    """An open hazard as the view has it."""

    hazard_id: str
    township: str
    township_name: str
    village: str | None
    grid_id: str | None
    level: str
    level_name: str
    kind: str
    kind_name: str
    found_at: datetime
    due_at: datetime | None
    overdue: bool
    longitude: float | None
    latitude: float | None


@click.command("risk-map", short_help="风险一张图 / open hazards as points")
@click.option("--place", default="", help="地方：代码或名称，默认全部 / place by code or name, all unless given")
@click.option(
    "--level", "levels", multiple=True, type=click.Choice(LEVELS), help="等级，可多次 / level, again for more"
)
@click.option("--overdue", is_flag=True, help="只要超期的 / only those overdue")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["geojson", *WRITERS]),
    default="geojson",
    show_default=True,
    help="格式 / format",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="写入文件，默认打印 / file, printed unless given"
)
def risk_map(*, place: str, levels: Sequence[str], overdue: bool, format_: str, out: Path | None) -> int:
    """风险一张图：未整改的隐患，GeoJSON 的点，等级、期限、乡镇 / open hazards as points of GeoJSON.

    They are the cases that the indicator hazard_open counts now (view risk_map). A hazard without coordinates is a feature
    without geometry, so that none is missing; how many those are is told.

    \b
      xiangmai report risk-map --out 风险一张图.geojson
      xiangmai report risk-map --place 武康街道 --level level_1 --overdue
      xiangmai report risk-map --format csv
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    settings = Settings()
    with map_of(settings, RISK_MAP) as warehouse:
        found = read_hazards(warehouse, find_place(warehouse, place) if place else "", levels, overdue=overdue)
    with click.open_file(str(out), "w", encoding="utf-8") if out else click.open_file("-", "w") as stream:
        if format_ == "geojson":
            json.dump(as_geojson(found), stream, ensure_ascii=False, indent=1)
            stream.write("\n")
        else:
            WRITERS[format_](stream, [(name, "String") for name in Hazard._fields], found, safe=True)
    unplaced = sum(each.longitude is None or each.latitude is None for each in found)
    told = f"{len(found)} 处未整改隐患 open hazards · {unplaced} 处没有坐标 without coordinates"
    click.echo(told, err=True)
    return 0


def read_hazards(warehouse: Warehouse, place: str, levels: Sequence[str], *, overdue: bool) -> list[Hazard]:
    """Return the open hazards of a place, the gravest first, then those due first; raises Unavailable and QueryFailed."""
    where = ["(startsWith(township, {place:String}) OR startsWith(ifNull(village, ''), {place:String}))"]
    if levels:
        where.append("level IN {levels:Array(String)}")
    if overdue:
        where.append("overdue")
    sql = select(
        Hazard._fields, "risk_map", where, ending="ORDER BY level, due_at IS NULL, due_at, township, hazard_id"
    )
    return [Hazard._make(row) for row in warehouse.rows(sql, {"place": place, "levels": [*levels]})]


def as_geojson(hazards: Sequence[Hazard]) -> dict[str, Any]:
    """Return a FeatureCollection (RFC 7946)."""
    return {"type": "FeatureCollection", "features": [_feature(each) for each in hazards]}


def _feature(each: Hazard) -> dict[str, Any]:
    properties = each._asdict()
    place = (properties.pop("longitude"), properties.pop("latitude"))
    for name in ("found_at", "due_at"):
        moment = properties[name]
        properties[name] = None if moment is None else moment.isoformat(timespec="seconds")
    geometry = None if None in place else {"type": "Point", "coordinates": [*place]}
    return {
        "type": "Feature",
        "id": f"{each.township}/{each.hazard_id}",
        "geometry": geometry,
        "properties": properties,
    }
