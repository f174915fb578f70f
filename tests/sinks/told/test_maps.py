"""The risk map and the capability map: what they show is what the indicators count."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from sinks.report.command import report
from tests.sinks.told.support import ask, emptied, tell

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sinks.proof.support import Line

WUKANG, XINSHI = "330521100", "330521001"
LONG_AGO, FAR = "2025-03-05 18:00", "2090-01-01 18:00"


@pytest.fixture(scope="module")
def line(standing: Line) -> Line:
    """Hazards in two townships, and cadres whose capabilities were assessed."""
    line = emptied(standing)
    for number, (code, name) in enumerate({WUKANG: "武康街道", XINSHI: "新市镇"}.items()):
        names = "INSERT INTO {storage}.org_units (code, name, kafka_offset) SELECT {code:String}, {name:String}, {number:UInt64}"
        line.rows(names, code=code, name=name, number=number)
    hazards(line)
    cadres(line)
    return line.flow().sink()


def hazards(line: Line) -> None:
    """One open and overdue, one due far off and without a place, one sent back after a check, one put right, one voided."""
    found: dict[str, Any] = {"at": "2025-03-01 09:00", "township": WUKANG, "kind": "flood"}
    where: dict[str, Any] = {"longitude": 119.97, "latitude": 30.54}
    tell(line, "HazardFound", "H-1", level="level_1", due_at=LONG_AGO, grid_id="W-07", **where, **found)
    tell(line, "HazardFound", "H-2", level="level_3", due_at=FAR, **found)
    tell(
        line,
        "HazardFound",
        "H-3",
        level="level_2",
        due_at=None,
        **where,
        **{**found, "township": XINSHI, "kind": "fire"},
    )
    tell(line, "HazardRectified", "H-3", "2025-03-02 09:00", township=XINSHI)
    tell(line, "HazardVerified", "H-3", "2025-03-03 09:00", township=XINSHI, passed=False)
    tell(line, "HazardFound", "H-4", level="level_4", due_at=LONG_AGO, **where, **found)
    tell(line, "HazardRectified", "H-4", "2025-03-04 09:00", township=WUKANG)
    tell(line, "HazardFound", "H-5", level="level_4", due_at=LONG_AGO, name="twice", **where, **found)
    tell(line, "void hazard", "H-5", "2025-03-04 09:00", corrects="twice", township=WUKANG)


def cadres(line: Line) -> None:
    for cadre, post in (("C-1", "secretary"), ("C-2", "official")):
        tell(line, "CadreAppointed", cadre, "2025-01-05 09:00", post=post, township=WUKANG)
    scores = (
        ("C-1", "2025-03-02 09:00", "legal", "60.50"),
        ("C-1", "2025-03-02 10:00", "digital", "80.00"),
        ("C-2", "2025-04-02 09:00", "legal", "70.00"),
        ("C-9", "2025-04-02 10:00", "legal", "90.00"),  # nobody entered this one on the register
        ("C-1", "2026-03-02 09:00", "legal", "99.00"),
    )
    for number, (cadre, at, dimension, score) in enumerate(scores):
        given: dict[str, Any] = {"dimension": dimension, "score": Decimal(score)}
        tell(line, "CapabilityAssessed", f"M-{number}", at, cadre_id=cadre, township=WUKANG, **given)


def features(line: Line, *arguments: str) -> list[dict[str, Any]]:
    found = json.loads(ask(line, report, "risk-map", *arguments).stdout)
    assert found["type"] == "FeatureCollection"
    listed: list[dict[str, Any]] = found["features"]
    return listed


def test_the_points_are_the_open_hazards_with_level_due_time_and_township(line: Line) -> None:
    gravest, sent_back, unplaced = features(line)
    assert gravest["geometry"] == {"type": "Point", "coordinates": [119.97, 30.54]}
    assert gravest["id"] == f"{WUKANG}/H-1"
    shown = {
        name: gravest["properties"][name]
        for name in ("township_name", "level_name", "kind_name", "grid_id", "due_at", "overdue")
    }
    assert shown == {
        "township_name": "武康街道",
        "level_name": "一级（重大）",
        "kind_name": "防汛防台",
        "grid_id": "W-07",
        "due_at": "2025-03-05T18:00:00+08:00",
        "overdue": True,
    }
    assert (sent_back["properties"]["hazard_id"], sent_back["properties"]["overdue"]) == ("H-3", False)
    # Without coordinates it is not on the map, and not missing either.
    assert (unplaced["properties"]["hazard_id"], unplaced["geometry"]) == ("H-2", None)
    assert "3 处未整改隐患" in ask(line, report, "risk-map").stderr
    open_now = "indicator = 'hazard_open' AND period = 'now' AND level = 'township' AND dimension = ''"
    counted = line.rows(f"SELECT sum(value) FROM {{db}}.indicators WHERE {open_now}")
    assert counted == [(3.0,)]


def test_the_map_of_a_place_a_level_and_what_is_overdue(line: Line) -> None:
    def found(*arguments: str) -> list[str]:
        return [each["properties"]["hazard_id"] for each in features(line, *arguments)]

    assert found("--place", "新市镇") == ["H-3"]
    assert found("--level", "level_1", "--level", "level_3") == ["H-1", "H-2"]
    assert found("--overdue") == ["H-1"]


def test_capabilities_side_by_side_are_the_indicators(line: Line) -> None:
    def asked(*arguments: str) -> list[dict[str, str]]:
        text = ask(line, report, "capability", *arguments, "--format", "csv").stdout
        return [*csv.DictReader(io.StringIO(text))]

    (place,) = asked("--period", "2025")
    assert (place["township_name"], place["assessments"], place["weakest"]) == ("武康街道", "4", "legal")
    # (60.5 + 70 + 90) / 3; nobody was assessed in service, which is not zero.
    assert float(place["legal"]) == pytest.approx(73.5)
    assert (float(place["digital"]), place["service"]) == (80.0, "")
    in_2025 = "period = 'year' AND period_start = '2025-01-01' AND level = 'township' AND dimension = 'capability'"
    published = line.rows(
        f"SELECT dimension_value, value FROM {{db}}.indicators WHERE indicator = 'capability_map' AND {in_2025} ORDER BY dimension_value"
    )
    assert [(name, pytest.approx(float(place[name]))) for name in ("digital", "legal")] == published
    by_post = asked("--period", "2025", "--by", "post")
    assert [(each["post_name"], each["legal"]) for each in by_post] == [
        ("", "90.0"),
        ("乡镇干部", "70.0"),
        ("书记", "60.5"),
    ]
    assert float(asked("--period", "2026-Q1")[0]["legal"]) == 99.0
    assert asked("--period", "2024") == []
    table = ask(line, report, "capability", "--period", "2025", "--by", "post").stdout
    assert "名册上没有" in table
    assert "能力图谱以月为最短" in str(ask(line, report, "capability", "--period", "2025-03-02", code=2).exception)


def test_domains_that_give_no_map_are_told(line: Line, tmp_path: Path) -> None:
    (tmp_path / "appeals").symlink_to(line.settings.domains / "appeals")
    few = replace(line, settings=line.settings.model_copy(update={"domains": tmp_path}))
    assert "grid" in str(ask(few, report, "risk-map", code=2).exception)
    elsewhere = replace(line, settings=line.settings.model_copy(update={"clickhouse_database": "default"}))
    assert "migrate-only" in ask(elsewhere, report, "capability", code=1).stderr
