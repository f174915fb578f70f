"""Schemas change, the warehouse follows: additions by themselves, everything else refused with what to do."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from schemas.errors import Refused
from sinks.layout import ENVELOPE, Layout, load_layout
from sinks.migrate import migrate, plan
from sinks.service import prepare
from tests.schemas.catalogue.trial import trial_domain
from tests.sinks.support import Bench, event_id, put, reported

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.settings import Settings
    from tests.sinks.support import House


def changed(house: House, folder: Path, **fields: Any) -> tuple[Settings, Layout]:
    """The domains with fields of AppealReported replaced or added, in a folder of their own."""
    domains = folder / "domains"
    shutil.copytree(house.settings.domains, domains)
    file = domains / "appeals" / "AppealReported.avsc"
    record = json.loads(file.read_text(encoding="utf-8"))
    for name, definition in fields.items():
        record["fields"] = [field for field in record["fields"] if field["name"] != name]
        record["fields"].append(
            {"name": name, "zh": "新", "en": "new", "doc": "新 / new", "privacy": "none", **definition}
        )
    file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    settings = house.settings.model_copy(update={"domains": domains})
    return settings, load_layout(settings)


def test_a_second_start_changes_nothing(whole_house: House) -> None:
    assert migrate(whole_house.warehouse, whole_house.layout) == []
    assert whole_house.rows("SELECT count() > 15, countIf(statement = '') FROM {storage}.schema_changes") == [(True, 0)]


def test_a_new_field_becomes_a_column_and_old_rows_have_none(house: House, tmp_path: Path) -> None:
    old = [house.bench.message("AppealReported", reported("A-1"), 0)]
    put(house.warehouse, house.bench.events.shape(old), old)
    settings, layout = changed(house, tmp_path, lamp_count={"type": ["null", "int"], "default": None})
    what = [change.what for change in prepare(settings, layout)]
    views = [f"视图 view {layout.database}.{name}" for name in ("events_appeals", "proof_events_appeal")]
    assert what == ["列 column events_appeals.lamp_count", *views]

    bench = Bench(layout, settings)
    new = [bench.message("AppealReported", reported("A-2", lamp_count=3), 1)]
    put(house.warehouse, bench.events.shape(new), new)
    assert house.rows("SELECT case_id, lamp_count FROM {db}.events_appeals ORDER BY case_id") == [
        ("A-1", None),
        ("A-2", 3),
    ]
    assert prepare(settings, layout) == []


def test_a_new_name_becomes_a_new_comment(house: House, tmp_path: Path) -> None:
    _, layout = changed(house, tmp_path, category={"type": "string", "zh": "诉求门类", "max_length": 200})
    migrate(house.warehouse, layout)
    comment = house.rows(
        "SELECT comment FROM system.columns "
        "WHERE database = {name:String} AND name = 'category' AND table = 'events_appeals'",
        name=layout.database,
    )
    assert comment == [("诉求门类 / new",)]


def test_a_changed_type_is_refused_by_name_and_nothing_is_touched(house: House, tmp_path: Path) -> None:
    _, layout = changed(house, tmp_path, longitude={"type": ["null", "string"], "default": None})
    with pytest.raises(Refused, match=r"longitude is Nullable\(Float64\), the definition wants Nullable\(String\)"):
        migrate(house.warehouse, layout)
    assert plan(house.warehouse, house.layout) == []


def test_a_field_that_is_gone_from_the_schemas_stays_in_the_warehouse(house: House, tmp_path: Path) -> None:
    settings, wider = changed(house, tmp_path, lamp_count={"type": ["null", "int"], "default": None})
    prepare(settings, wider)
    migrate(house.warehouse, house.layout)
    names = house.rows(
        "SELECT count() FROM system.columns WHERE database = {name:String} AND name = 'lamp_count'",
        name=wider.storage,
    )
    assert names == [(1,)]


def test_fields_of_one_name_and_two_types_get_two_columns(house: House, tmp_path: Path) -> None:
    _, layout = changed(house, tmp_path, score={"type": ["null", "string"], "default": None})
    columns = {column.name: column.type for column in layout.events[0].table.columns}
    assert (columns["score"], columns["appeal_rated_score"]) == ("Nullable(String)", "Nullable(Int64)")


def test_every_kind_of_field_survives_the_way_to_clickhouse_and_back(house: House, tmp_path: Path) -> None:
    money = {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 2}
    kinds = {"type": "enum", "name": "Step", "symbols": ["one", "two"], "default": "one"}
    settings, layout = changed(
        house,
        tmp_path,
        amount={"type": money},
        held_on={"type": ["null", {"type": "int", "logicalType": "date"}], "default": None},
        steps={"type": {"type": "array", "items": kinds}},
        tags={"type": {"type": "map", "values": "long"}},
        photo={"type": ["null", "bytes"], "default": None},
        ratio={"type": "double"},
    )
    prepare(settings, layout)
    bench = Bench(layout, settings)
    given: dict[str, Any] = {
        "amount": Decimal("-43680000.07"),
        "held_on": 20_000,
        "steps": ["one", "two"],
        "tags": {"茶": 3},
        "photo": b"jpg",
        "ratio": 0.1,
    }
    dispatched = {name: value for name, value in reported("A-1").items() if name in ENVELOPE or name == "appeal_id"}
    dispatched |= {"event_id": event_id("sent"), "to_department": "roads", "whistle": True}
    batch = [
        bench.message("AppealReported", reported("A-1", **given), 0),
        bench.message("AppealDispatched", dispatched, 1),
    ]
    shaped = bench.events.shape(batch)
    assert shaped.refused == []
    put(house.warehouse, shaped, batch)
    sql = f"SELECT {', '.join(given)} FROM {{db}}.events_appeals ORDER BY kafka_offset"
    assert house.rows(sql) == [
        (Decimal("-43680000.07"), date(2024, 10, 4), ["one", "two"], {"茶": 3}, "jpg", 0.1),
        (None, None, [], {}, None, None),
    ]


def test_a_type_no_table_can_hold_is_refused_with_file_and_field(house: House, tmp_path: Path) -> None:
    inner = {"type": "array", "items": {"type": "array", "items": "string"}}
    with pytest.raises(Refused, match=r"AppealReported\.avsc.*field nested fits no column|elements of field nested"):
        changed(house, tmp_path, nested={"type": inner})


def test_the_catalogue_is_written_once_for_each_change(house: House, tmp_path: Path) -> None:
    loads = "SELECT uniqExact(loaded_at) FROM {storage}.indicator_catalogue"
    prepare(house.settings, house.layout)
    assert house.rows(loads) == [(1,)]
    domains = tmp_path / "domains"
    shutil.copytree(house.settings.domains, domains)
    file = domains / "appeals" / "catalogue.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("goal: 95", "goal: 97"), encoding="utf-8")
    settings = house.settings.model_copy(update={"domains": domains})
    prepare(settings, load_layout(settings))
    assert house.rows(loads) == [(2,)]
    goal = "SELECT goal FROM {db}.indicator_catalogue WHERE indicator = 'appeal_closure_rate'"
    assert house.rows(goal) == [(97.0,)]
    assert house.rows("SELECT count() = uniqExact(indicator, version) FROM {db}.indicator_catalogue") == [(True,)]


def test_every_version_and_kind_is_in_the_catalogue_with_what_views_need(whole_house: House, tmp_path: Path) -> None:
    domains = tmp_path / "domains"
    shutil.copytree(whole_house.settings.domains, domains)
    trial_domain(domains)
    settings = whole_house.settings.model_copy(update={"domains": domains})
    prepare(settings, load_layout(settings))
    assert whole_house.rows("SELECT count() = uniqExact(indicator, version) FROM {db}.indicator_catalogue") == [(True,)]
    versions = whole_house.rows(
        "SELECT version, changed_zh, changed_en, JSONExtractFloat(score, 'bands', -1, 'from'), periods "
        "FROM {db}.indicator_catalogue WHERE indicator = 'matters_done' ORDER BY version"
    )
    every = ["day", "month", "quarter", "year", "now"]
    assert versions == [
        (1, "到会人数不再要求", "how many are present no longer matters", 100.0, every),
        (2, "公开也算一步", "publishing became a step", 100.0, every),
        (3, "", "", 100.0, every),
    ]
    derived = (
        "SELECT case_type, expression, periods, parts FROM {db}.indicator_catalogue WHERE indicator = 'visits_growth'"
    )
    growth = "(visits - previous(visits)) / previous(visits)"
    assert whole_house.rows(derived) == [("", growth, ["month", "year"], "")]
    index = (
        "SELECT JSONExtractString(part, 'indicator'), JSONExtractFloat(part, 'weight'), JSONExtractString(part, 'direction'), "
        "JSONExtractString(part, 'score', 'kind') "
        "FROM (SELECT arrayJoin(JSONExtractArrayRaw(parts)) AS part FROM {db}.indicator_catalogue WHERE indicator = 'village_index')"
    )
    assert whole_house.rows(index) == [
        ("visited_villages", 0.5, "up", "linear"),
        ("matters_done", 0.3, "up", "banded"),
        ("minutes_for_a_household", 0.2, "none", "linear"),
    ]
    assert whole_house.rows("SELECT DISTINCT covers FROM {db}.indicator_catalogue WHERE kind = 'coverage'") == [
        ("village",)
    ]
