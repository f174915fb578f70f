"""Rows in, events and refusals out: a bad row is told by line, column, value and reason; the good ones come through."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producers import metrics
from tests.producers.importer import files
from tests.producers.importer.desk import COLUMNS, MAPPING, Desk, row

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def reported_rows(desk: Desk) -> list[dict[str, str]]:
    with desk.report.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def ms(iso: str) -> int:
    return int(datetime.fromisoformat(iso).timestamp() * 1000)


def test_a_row_becomes_its_events(desk: Desk) -> None:
    summary = desk.imported(row(电话="13800138000", 村="居仁社区居委会"))
    assert (summary.rows_read, summary.rows_accepted, summary.events_sent) == (1, 1, 2)
    [reported], [closed] = desk.events(), desk.events("AppealClosed")
    assert reported["township"] == "330521001"
    assert reported["village"] == "330521001001"
    assert reported["occurred_at"] == ms("2026-03-01T08:30:00+08:00")
    assert reported["due_at"] == ms("2026-03-08T08:30:00+08:00")
    assert (reported["channel"], reported["department"], reported["source"]) == ("hotline", "12345热线", "desk")
    assert reported["resident"]["phone"].startswith("p:")
    assert reported["resident"]["name"] is None
    assert closed["occurred_at"] == ms("2026-03-02T10:00:00+08:00")
    assert not desk.report.exists()


def test_an_open_case_has_no_closing_and_nobody_no_resident(desk: Desk) -> None:
    desk.imported(row(办结时间="", 期限=""))
    assert desk.events("AppealClosed") == []
    assert desk.events()[0]["resident"] is None
    assert desk.events()[0]["due_at"] is None


BAD_ROWS: list[tuple[dict[str, str], str, str]] = [
    ({"编号": ""}, "no_key", "编号"),
    ({"编号": "3.30521E+11"}, "scientific", "编号"),
    ({"乡镇": "3.30E+11"}, "scientific", "乡镇"),
    ({"乡镇": ""}, "no_place", "乡镇"),
    ({"乡镇": "不存在镇"}, "unknown_place", "乡镇"),
    ({"乡镇": "", "村": "城西村委会"}, "ambiguous_place", "村"),
    ({"乡镇": "乾元镇", "村": "居仁社区居委会"}, "unknown_place", "村"),
    ({"受理时间": ""}, "missing", "受理时间"),
    ({"受理时间": "2025/2/29 08:00"}, "time", "受理时间"),
    ({"受理时间": "昨天"}, "time", "受理时间"),
    ({"受理时间": "1970/1/1 08:30"}, "event_time", "受理时间"),
    ({"受理时间": "9999/1/1 08:30", "办结时间": "", "期限": ""}, "event_time", "受理时间"),
    ({"办结时间": "2026/2/1 10:00"}, "closed_before_opened", "办结时间"),
    ({"期限": "2026/2/1 10:00"}, "rule:not_before", "期限"),
    ({"渠道": "心灵感应"}, "code", "渠道"),
    ({"渠道": ""}, "missing", "渠道"),
    ({"类别": ""}, "missing", "类别"),
    ({"类别": "名" * 65_536}, "rule:max_length", "类别"),
    ({"类别": "a\0b"}, "text", "类别"),
    ({"类别": '=HYPERLINK("http://x","y")'}, "formula", "类别"),
    ({"类别": "#REF!"}, "formula", "类别"),
]


@pytest.mark.parametrize(("cells", "reason", "column"), BAD_ROWS, ids=lambda each: str(each)[:40])
def test_a_bad_row_is_told_and_its_neighbours_are_imported(
    desk: Desk, cells: dict[str, str], reason: str, column: str
) -> None:
    summary = desk.imported("\n".join([row("A1"), row(**{"编号": "A2", **cells}), row("A3")]))
    assert (summary.rows_read, summary.rows_accepted, summary.rows_refused) == (3, 2, 1)
    assert summary.refused_by_reason == Counter({reason: 1})
    assert [event["appeal_id"] for event in desk.events()] == ["A1", "A3"]
    [told] = reported_rows(desk)
    assert (told["line"], told["column"], told["reason"]) == ("3", column, reason)
    assert told["原因"]
    assert told["explanation"]
    if column in cells:
        assert told["value"] == safe(cells[column])[:500]


def safe(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def test_full_width_digits_are_read_and_a_place_is_known_by_code_or_name(desk: Desk) -> None:
    desk.imported(
        "\n".join([row("Ａ１", 乡镇="３３０５２１００１", 受理时间="２０２６/3/1 08:30"), row("A2", 乡镇="330521001")])
    )
    assert [(event["appeal_id"], event["township"]) for event in desk.events()] == [
        ("A1", "330521001"),
        ("A2", "330521001"),
    ]


def test_a_village_alone_tells_its_township(desk: Desk) -> None:
    desk.imported(row(乡镇="", 村="330521102208"))
    [event] = desk.events()
    assert (event["township"], event["village"]) == ("330521102", "330521102208")


def test_numbers_of_persons_in_text_are_masked_and_the_row_is_taken(desk: Desk) -> None:
    summary = desk.imported(row(内容="联系人 13800138000，证号 11010519491231002X"))
    assert (summary.rows_accepted, summary.rows_with_pii_in_text) == (1, 1)
    assert desk.events()[0]["summary"] == "联系人 〔手机号〕，证号 〔身份证号〕"


def test_free_text_may_look_like_a_formula_and_comes_through_unchanged(desk: Desk) -> None:
    texts = ['=HYPERLINK("http://x")', "3.30E+11", "'; DROP TABLE x", "a\u200bb\u202e", "😀𠮷", "两\n行"]
    rows = [row(f"A{at}", 内容=text) for at, text in enumerate(texts)]
    desk.imported("\n".join(rows))
    assert [event["summary"] for event in desk.events()] == texts


def test_a_repeated_key_is_refused_with_both_lines(desk: Desk) -> None:
    summary = desk.imported("\n".join([row("A1"), row("A2"), row("A1", 类别="水")]))
    assert summary.refused_by_reason == Counter({"repeated_key": 1})
    [told] = reported_rows(desk)
    assert "2, 4" in told["explanation"]
    assert [event["category"] for event in desk.events()] == ["道路", "道路"]


def test_the_last_row_of_a_key_wins_where_the_mapping_says_so(tmp_path: Path) -> None:
    desk = Desk(tmp_path, MAPPING.replace("row_key: [编号]", "row_key: [编号]\nrepeated_key: last_wins"))
    content = "\n".join([row("A1"), row("A2"), row("A1", 类别="水")])
    summary = desk.imported(content)
    assert summary.refused_by_reason == Counter({"superseded": 1})
    assert sorted(event["category"] for event in desk.events()) == ["水", "道路"]
    assert desk.imported(content).events_sent == 0


def test_several_columns_may_make_the_key_and_cannot_be_confused(tmp_path: Path) -> None:
    desk = Desk(tmp_path, MAPPING.replace("row_key: [编号]", "row_key: [编号, 类别]"))
    summary = desk.imported("\n".join([row("a|b", 类别="c"), row("a", 类别="b|c"), row("a", 类别="b|c")]))
    assert (summary.rows_accepted, summary.rows_refused) == (2, 1)


def test_the_report_can_be_opened_in_a_spreadsheet_without_harm_and_by_its_owner_only(desk: Desk) -> None:
    desk.imported(row(类别="=cmd|' /C calc'!A0", 渠道="+1", 内容="@SUM(1)", 村="-x"))
    raw = desk.report.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    [told] = reported_rows(desk)
    assert told["渠道"] == "'+1"
    assert told["内容"] == "'@SUM(1)"
    assert told["类别"].startswith("'=")
    assert desk.report.stat().st_mode & 0o077 == 0


def test_a_report_of_yesterday_goes_when_every_row_is_fine(desk: Desk) -> None:
    desk.imported(row(渠道="?"))
    assert desk.report.exists()
    desk.imported(row())
    assert not desk.report.exists()


def test_an_export_in_gb18030_or_as_a_workbook_gives_the_same_events(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).mkdir()
    from_csv, from_gbk, from_xlsx = (Desk(tmp_path / name) for name in "abc")
    from_csv.imported(row())
    from_gbk.imported(f"{COLUMNS}\n{row()}\n".encode("gbk"))
    cells = row().split(",")
    from_xlsx.imported(files.workbook(tmp_path / "c" / "export.xlsx", [COLUMNS.split(","), cells]))
    plain = [without_times(desk.log) for desk in (from_csv, from_gbk, from_xlsx)]
    assert plain[0] == plain[1] == plain[2]


def without_times(log: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in event.items() if name != "recorded_at"} for _, event in log]


def test_the_same_file_again_sends_nothing_and_half_changed_only_corrections(desk: Desk) -> None:
    rows = [row(f"A{at}") for at in range(100)]
    assert desk.imported("\n".join(rows)).events_sent == 200
    again = desk.imported("\n".join(rows))
    assert (again.events_sent, again.events_unchanged, again.rows_unchanged) == (0, 200, 100)
    changed = rows[:50] + [row(f"A{at}", 类别="水") for at in range(50, 100)]
    half = desk.imported("\n".join(changed))
    assert (half.events_sent, half.events_corrected, half.rows_changed, half.rows_unchanged) == (50, 50, 50, 50)
    sent = desk.events()
    first = {event["appeal_id"]: event["event_id"] for event in sent[:100]}
    assert all(event["corrects"] == first[event["appeal_id"]] for event in sent[100:])


def test_a_closing_that_is_gone_is_voided_and_a_row_that_moved_is_voided_where_it_was(desk: Desk) -> None:
    desk.imported(row())
    summary = desk.imported(row(办结时间=""))
    assert (summary.events_sent, summary.events_voided) == (1, 1)
    [void] = desk.events("EventVoided")
    [closed] = desk.events("AppealClosed")
    assert (void["corrects"], void["case_type"], void["case_id"]) == (closed["event_id"], "appeal", "A1")
    moved = desk.imported(row(办结时间="", 乡镇="乾元镇"))
    assert (moved.events_new, moved.events_voided, moved.events_corrected) == (1, 1, 0)
    assert desk.events("EventVoided")[-1]["township"] == "330521001"
    assert desk.events()[-1]["township"] != "330521001"


cells = st.sampled_from(
    ["", "武康街道", "?", "3.30E+11", "2026/3/1 08:30", "2025/2/29 08:00", "电话", "a\0b", "两\n行", '"', "９"]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_however_bad_the_rows_accepted_and_refused_are_all_and_accepted_ones_come_out_once(
    tmp_path: Path, data: st.DataObject
) -> None:
    """Rows of random damage: other cells, missing or extra cells, repeated keys, broken bytes; blank lines between."""
    desk = Desk(tmp_path)
    rows: list[bytes] = []
    for at in range(data.draw(st.integers(1, 12))):
        number = data.draw(st.sampled_from([f"A{at}", f"A{at}", "A0", ""]))
        damage = data.draw(st.dictionaries(st.sampled_from(COLUMNS.split(",")[1:]), cells, max_size=2))
        line = row(number, **damage).encode()
        endings = [b"", b"", b"", b",extra", b"\xff", b',"x"y']
        # Where quotes are wrong, nobody can say whether a line is the rest of a row: such a row has one line here.
        ending = data.draw(st.sampled_from(endings[:-2] if b"\n" in line else endings))
        rows.append(line + ending)
    content = f"{COLUMNS}\n".encode() + b"".join(
        line + data.draw(st.sampled_from([b"\n", b"\r\n", b"\n\n"])) for line in rows
    )
    summary = desk.imported(content)
    assert summary.rows_read == len(rows)
    assert summary.rows_accepted + summary.rows_refused == len(rows)
    assert summary.refused_by_reason.total() == summary.rows_refused
    told = reported_rows(desk) if summary.rows_refused else []
    assert len(told) == summary.rows_refused
    keys = [event["appeal_id"] for event in desk.events()]
    assert len(keys) == len(set(keys)) == summary.rows_accepted
    assert desk.imported(content).events_sent == 0
    assert desk.summary.rows_accepted == len(keys)


def test_an_import_that_was_never_completed_sends_the_same_events_again(desk: Desk) -> None:
    desk.imported("\n".join([row("A1"), row("A2")]))
    desk.completed.clear()
    again = desk.imported("\n".join([row("A1"), row("A2")]))
    assert (again.events_sent, again.events_again, again.rows_unchanged) == (4, 4, 2)
    assert desk.log[:4] == desk.log[4:]
    assert desk.imported("\n".join([row("A1"), row("A2")])).events_sent == 0


def test_rows_are_counted_by_outcome_for_prometheus(desk: Desk) -> None:
    before = [metrics.IMPORT_ROWS.labels(outcome)._value.get() for outcome in ("accepted", "refused")]
    desk.imported("\n".join([row("A1"), row("A2"), row("A3", 渠道="?")]))
    after = [metrics.IMPORT_ROWS.labels(outcome)._value.get() for outcome in ("accepted", "refused")]
    assert [now - then for now, then in zip(after, before, strict=True)] == [2, 1]


def test_an_event_says_when_it_was_recorded(desk: Desk) -> None:
    before = int(datetime.now(UTC).timestamp() * 1000)
    desk.imported(row())
    assert desk.events()[0]["recorded_at"] >= before - 1
