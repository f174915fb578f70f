"""A mapping that is wrong says where, what, and what is allowed: all of it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from producers.importer.command import EXAMPLE
from producers.importer.mapping_file import MappingFile
from producers.importer.row_plan import RowPlan
from producers.importer.table import Row, RowRefused
from schemas.domain import load_domains
from schemas.errors import Refused
from schemas.settings import Settings
from tests.producers.importer.desk import COLUMNS, MAPPING

if TYPE_CHECKING:
    from pathlib import Path


def refused(tmp_path: Path, text: str, columns: str = COLUMNS) -> list[str]:
    """The messages for a mapping, a line each, without the folder."""
    file = tmp_path / "m.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        RowPlan(MappingFile(file), columns.split(","), load_domains(Settings().domains)["appeals"])
    return str(caught.value).replace(f"{tmp_path}/", "").splitlines()


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_every_mistake_of_form_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = MAPPING.replace("source: desk", "sauce: desk").replace("is: present", "is: perhaps")
    text = text.replace("{电话: hotline, 网站: online}", "{01: hotline}")
    told = refused(tmp_path, text)
    assert [message.split(": ")[0:2] for message in told] == [
        ["m.yaml:1", "sauce"],
        ["m.yaml:1", "source"],
        [f"m.yaml:{line_of(text, '01: hotline')}", "tables.渠道.values.1"],
        [f"m.yaml:{line_of(text, 'is: perhaps')}", "events.1.when.0.is"],
    ]
    assert "unknown key" in told[0]
    assert "missing" in told[1]
    assert "quotes" in told[2]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("category: 类别", "category: 类型", "no column “类型”; it has: 编号, 乡镇"),
        ("category: 类别", "kategory: 类别", "no such field; there are: appeal_id, channel, category"),
        ("      category: 类别\n", "", "required field is not mapped: category"),
        ("record: AppealClosed", "record: AppealShut", "has no record “AppealShut”; it has: AppealClosed"),
        ("record: AppealClosed", "record: xiangmai.system.EventVoided", "no record"),
        ("personal: [resident.phone]", "personal: []", "personal data: name it under personal: resident.phone"),
        ("resident: {fields: {phone: 电话}}", "resident: 电话", "a record: write fields:"),
        ("table: 渠道}", "table: 频道}", "no table “频道”"),
        ("网站: online", "网站: onlime", "“onlime” 不是 channel"),
        ("{constant: normal}", "{constant: calm}", "“calm” 不是 urgency"),
        ("zone: Asia/Shanghai", "zone: Asia/Deqing", "no such time zone"),
        ("table: deqing_330521.csv", "table: nowhere.csv", "shipped: deqing_330521.csv"),
        ("{value: 办结, before: 受理}", "{value: 办结, before: 类别}", "both must be times"),
        ("{value: 办结, is: present}", "{value: 办结, is: present, equals: x}", "exactly one of"),
        ("at: 办结", "at: {value: 办结, table: 渠道}", "belong to values.办结"),
        ("department: {constant: 12345热线}", "recorded_at: 受理", "department is missing"),
        ("row_key: [编号]", "row_key: []", "row_key"),
        ("source: desk", "source: a|b", "source"),
        ("appeal_id: 编号, outcome", "appeal_id: 编号, event_id: 编号, outcome", "no such field"),
    ],
)
def test_what_does_not_fit_the_file_or_the_domain_is_told(tmp_path: Path, before: str, after: str, words: str) -> None:
    assert before in MAPPING
    told = refused(tmp_path, MAPPING.replace(before, after))
    assert any(words in message for message in told), told
    assert all(message.startswith("m.yaml:") for message in told)


def test_a_column_used_as_a_time_is_read_as_one(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(MAPPING.replace("due_at: 期限", "due_at: 渠道"), encoding="utf-8")
    plan = RowPlan(MappingFile(file), COLUMNS.split(","), load_domains(Settings().domains)["appeals"])
    cells = ["A1", "武康街道", "", "2026/3/1 08:30", "", "", "电话", "道路", "", ""]
    with pytest.raises(RowRefused) as caught:
        plan.plan(Row(2, cells))
    assert caught.value.refusal[:3] == ("time", "渠道", "电话")


def test_a_column_that_comes_twice_may_not_be_used(tmp_path: Path) -> None:
    told = refused(tmp_path, MAPPING, COLUMNS + ",类别")
    assert any("two columns “类别”" in message for message in told)


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "a: [1\n", "a: 1\na: 2\n", "x: \xff".encode("latin-1").decode("latin-1")]
)
def test_what_is_no_mapping_at_all_is_refused_with_file_and_line(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, text)[0].startswith("m.yaml")


def test_the_example_is_a_mapping_that_works(tmp_path: Path) -> None:
    columns = "工单编号,乡镇,村社区,受理时间,办理期限,办结时间,来源渠道,问题分类,紧急程度,诉求内容,联系电话,承办单位"
    file = tmp_path / "m.yaml"
    file.write_bytes(EXAMPLE.read_bytes())
    plan = RowPlan(MappingFile(file), columns.split(","), load_domains(Settings().domains)["appeals"])
    cells = [
        "Ａ1",
        "武康街道",
        "居仁社区居委会",
        "2026/3/1 08:30:00",
        "2026-03-08",
        "2026/3/2",
        "微信",
        "道路",
        "无",
        "灯不亮",
        "-",
        "公安局",
    ]
    planned = plan.plan(Row(2, cells))
    assert plan.row_key(Row(2, cells)) == "A1"
    assert [each.slot.record.rpartition(".")[2] for each in planned] == [
        "AppealReported",
        "AppealDispatched",
        "AppealClosed",
    ]
    reported = planned[0].event
    assert (reported["channel"], reported["urgency"], reported["resident"]) == ("online", "normal", None)
    assert reported["village"] == "330521001001"
