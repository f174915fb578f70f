"""Practices that fit a case: the right one, by words one can read, and none where none fits."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import Refused
from sinks.practices.command import practices
from sinks.practices.definition import FILE, load_matching
from sinks.practices.library import Library, Practice
from sinks.practices.words import Words
from tests.sinks.told.support import ask, tell

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sinks.proof.support import Line

ELSEWHERE = "330521001"
DITCHES = {
    "title": "沟渠管护“三包”",
    "problem": "村内沟渠淤积脏臭，夏天蚊虫多",
    "method": "每段沟渠包给一名党员，每月清淤一次",
    "result": "投诉少了六成",
}
BENCH = {
    "title": "“板凳调解”进院落",
    "problem": "邻里纠纷小事拖大",
    "method": "网格员约双方在院里坐下来谈，乡贤作见证",
}
MEALS = {"title": "助餐点送上门", "problem": "独居老人做饭难", "method": "志愿者每天中午送餐"}


def record(line: Line, case: str, at: str = "2026-05-06 09:00", **fields: Any) -> None:
    tell(line, "PracticeRecorded", case, at, **fields)


def with_library(line: Line) -> Line:
    """Three practices of two townships, and what people call about."""
    record(line, "P-1", name="ditches", township=ELSEWHERE, **DITCHES)
    record(line, "P-2", **BENCH)
    record(line, "P-3", **MEALS)
    for number, summary in enumerate(("夜间施工噪音扰民", "自来水水压太小", "公交班次太少", "水沟堵了"), 1):
        tell(line, "AppealReported", f"S-{number}", "2026-11-01 09:00", summary=summary, category="其他")
    return line


def told(line: Line, *arguments: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(ask(line, practices, *arguments, "--format", "json").stdout)
    return rows


def test_an_appeal_on_a_dirty_ditch_gets_the_practice_on_ditches_and_is_told_why(line: Line) -> None:
    summary = "村口水沟脏臭，淤积严重，希望尽快清理，电话〔手机号〕"
    tell(with_library(line), "AppealReported", "A-1", "2026-11-03 10:00", summary=summary, category="环境卫生")
    line.sink()
    (row,) = told(line, "match", "A-1", "--case-type", "appeal")
    assert (row["case_type"], row["rank"], row["practice_id"], row["practice_township"]) == (
        "appeal",
        1,
        "P-1",
        ELSEWHERE,
    )
    assert row["practice_title"] == DITCHES["title"]
    # People say 水沟, offices 沟渠: the same thing, and both are named. The mask of a number is no word of the caller.
    assert {(each["word"], each["practice_word"]) for each in row["words"]} == {("水沟", "沟渠"), ("淤积", "淤积")}
    assert "水沟≈沟渠（标题）" in row["reason"]
    assert "手机号" not in row["reason"]
    assert row["score"] == pytest.approx(sum(each["points"] for each in row["words"]))
    table = ask(line, practices, "match", "A-1").stdout
    assert "沟渠管护" in table
    assert "水沟≈沟渠" in table


def test_a_dispute_and_a_need_get_theirs(line: Line) -> None:
    with_library(line)
    tell(line, "DisputeRegistered", "D-1", "2026-11-03 10:00", kind="neighbour", summary="两户因院墙滴水发生争执")
    tell(
        line,
        "NeedRecorded",
        "N-1",
        "2026-11-03 11:00",
        category="care",
        group="elderly",
        summary="独居老人希望有人送餐",
    )
    line.sink()
    (dispute,), (need,) = told(line, "match", "D-1"), told(line, "match", "N-1", "--case-type", "need")
    assert (dispute["case_id"], dispute["practice_id"]) == ("D-1", "P-2")
    assert (need["case_id"], need["practice_id"]) == ("N-1", "P-3")
    # The kind of the dispute is read by its name.
    assert "邻里" in dispute["reason"]


def test_where_no_practice_fits_that_is_said(line: Line) -> None:
    tell(
        with_library(line),
        "AppealReported",
        "A-2",
        "2026-11-03 10:00",
        summary="手机信号不好，希望解决",
        category="通信",
    )
    line.sink()
    (row,) = told(line, "match", "A-2", "--case-type", "appeal")
    assert (row["rank"], row["practice_id"], row["words"]) == (None, None, [])
    assert row["reason"].startswith("没有合适的做法")
    assert "没有合适的做法" in ask(line, practices, "match", "A-2").stdout
    assert "没有事项" in ask(line, practices, "match", "A-99", code=1).stderr


def test_a_practice_that_was_taken_back_or_corrected_counts_no_more(line: Line) -> None:
    tell(with_library(line), "AppealReported", "A-1", "2026-11-03 10:00", summary="水沟脏臭淤积", category="环境卫生")
    line.sink()
    assert [row["practice_id"] for row in told(line, "match", "A-1", "--case-type", "appeal")] == ["P-1"]
    record(line, "P-1", "2026-11-04 09:00", name="anew", corrects="ditches", township=ELSEWHERE, title="垃圾分类积分")
    line.sink()
    assert [row["practice_id"] for row in told(line, "match", "A-1", "--case-type", "appeal")] == [None]
    assert [row["title"] for row in told(line, "list", "--place", ELSEWHERE)] == ["垃圾分类积分"]
    tell(line, "void practice", "P-1", "2026-11-05 09:00", corrects="anew", township=ELSEWHERE)
    line.sink()
    assert told(line, "list", "--place", ELSEWHERE) == []
    assert [row["practice_id"] for row in told(line, "list")] == ["P-2", "P-3"]


def test_a_corrected_case_is_read_as_corrected_and_a_voided_one_is_gone(line: Line) -> None:
    with_library(line)
    tell(line, "AppealReported", "A-1", "2026-11-03 10:00", name="first", summary="水沟脏臭淤积", category="其他")
    tell(
        line,
        "AppealReported",
        "A-1",
        "2026-11-03 10:00",
        name="right",
        corrects="first",
        summary="手机信号弱",
        category="其他",
    )
    line.sink()
    assert [row["practice_id"] for row in told(line, "match", "A-1", "--case-type", "appeal")] == [None]
    tell(line, "void appeal", "A-1", "2026-11-04 10:00", corrects="right")
    line.sink()
    ask(line, practices, "match", "A-1", code=1)


def test_every_case_that_came_in_lately_is_told_with_or_without_a_practice(line: Line) -> None:
    with_library(line)
    tell(line, "AppealReported", "A-1", "2026-11-03 10:00", summary="水沟脏臭淤积", category="环境卫生")
    tell(line, "AppealReported", "A-2", "2026-11-04 10:00", summary="手机信号不好", category="通信")
    tell(
        line,
        "AppealReported",
        "A-3",
        "2026-11-05 10:00",
        township=ELSEWHERE,
        summary="水沟堵塞脏臭",
        category="环境卫生",
    )
    tell(
        line,
        "NeedRecorded",
        "N-1",
        "2026-11-04 11:00",
        category="care",
        group="elderly",
        summary="独居老人希望有人送餐",
    )
    line.sink()

    def found(*arguments: str) -> list[tuple[str, str]]:
        text = ask(line, practices, "new", *arguments, "--format", "csv").stdout
        return [(row["case_id"], row["practice_id"]) for row in csv.DictReader(io.StringIO(text))]

    assert found("--since", "2026-11-02", "--until", "2026-11-05") == [("A-1", "P-1"), ("A-2", ""), ("N-1", "P-3")]
    assert found("--since", "2026-11-02", "--place", ELSEWHERE) == [("A-3", "P-1")]
    assert found("--since", "2026-11-02", "--case-type", "appeal", "--limit", "1") == [("A-3", "P-1")]
    assert "3 件有合适的做法" in ask(line, practices, "new", "--since", "2026-11-02").stdout
    assert "2026-13" in str(ask(line, practices, "new", "--since", "2026-13", code=2).exception)


def test_without_practices_it_says_that_there_are_none(line: Line) -> None:
    tell(line, "AppealReported", "A-1", "2026-11-03 10:00", summary="水沟脏臭", category="环境卫生")
    line.sink()
    assert "案例库里还没有做法" in ask(line, practices, "match", "A-1").stdout
    assert "案例库里还没有做法" in ask(line, practices, "list").stdout


def practice(case: str, title: str, **texts: str) -> Practice:
    return Practice("330521100", case, {"title": title, **texts})


def test_the_score_is_the_sum_of_its_words_and_ties_go_to_the_lower_id() -> None:
    shelf = [practice(case, "路灯报修一键通") for case in ("P-3", "P-1", "P-4", "P-2")]
    matches = Library(load_matching(), shelf, ["停水", "停电"]).matches("三盏路灯不亮，路灯报修没人管")
    assert [each.practice.practice_id for each in matches] == ["P-1", "P-2", "P-3"]
    for each in matches:
        assert each.score == pytest.approx(sum(word.points for word in each.words))
        assert {word.word for word in each.words} == {"路灯", "报修"}


def test_a_rare_word_says_more_than_one_that_everybody_uses() -> None:
    shelf = [practice("P-1", "道路养护"), practice("P-2", "养殖尾水治理")]
    texts = ["道路坑洼"] * 40 + ["养殖污染"]
    matches = Library(load_matching(), shelf, texts).matches("道路边养殖场污水直排")
    assert matches[0].practice.practice_id == "P-2"
    (word,) = [each for each in matches[0].words if each.word.startswith("养殖")]
    assert 0.5 < word.rarity < 1


def test_a_word_within_another_counts_once() -> None:
    (found,) = Library(load_matching(), [practice("P-1", "宅基地审批")], ["停水"] * 20).matches("宅基地边界不清")
    assert [each.word for each in found.words] == ["宅基地"]


def test_one_word_of_a_method_is_not_enough() -> None:
    shelf = [practice("P-1", "党员亮身份", method="每周三在广场集中办理")]
    assert Library(load_matching(), shelf, ["停水"] * 500).matches("广场噪音大") == []


def test_the_same_texts_give_the_same_matches_in_any_order() -> None:
    shelf = [practice("P-1", "沟渠管护", method="清淤"), practice("P-2", "垃圾分类"), practice("P-3", "沟渠清淤")]
    texts = ["水沟脏", "垃圾没人清运", "停水"]
    one = Library(load_matching(), shelf, texts).matches("水沟淤泥要清淤，还有垃圾")
    assert one == Library(load_matching(), shelf[::-1], texts[::-1]).matches("水沟淤泥要清淤，还有垃圾")
    assert len(one) == 3


TOPICS = ("沟渠", "水沟", "排水沟", "排水", "垃圾", "路灯", "清淤", "宅基地", "调解", "送餐")
sentences = st.lists(st.sampled_from(TOPICS), min_size=1, max_size=5).map("，".join)


@cache
def shared_words() -> Words:
    return Words(load_matching())


@settings(max_examples=40)
@given(st.lists(st.tuples(sentences, sentences), min_size=1, max_size=12), st.lists(sentences, max_size=6), sentences)
def test_who_is_left_out_early_would_not_have_been_among_the_best(
    shelf: list[tuple[str, str]], texts: list[str], asked: str
) -> None:
    matching, words = load_matching(), shared_words()
    every = [practice(f"P-{number:02}", title, method=method) for number, (title, method) in enumerate(shelf)]
    found = Library(matching, every, texts, words).matches(asked)
    # With room for all of them none is left out.
    roomy = matching.model_copy(update={"best": 20})
    assert found == Library(roomy, every, texts, words).matches(asked)[: matching.best]
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert all(each.score >= matching.floor for each in found)


def test_set_phrases_numbers_and_single_characters_are_no_words() -> None:
    words = Words(load_matching())
    assert words.of("群众反映：3组12号〔手机号〕水 2026-03 希望尽快解决！") == {}
    assert words.of("排水沟") == {"沟渠": "排水沟", "排水": "排水"}


def test_a_definition_that_is_not_right_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "matching.yaml"
    file.write_text(FILE.read_text(encoding="utf-8").replace("best: 3", "best: 0"), encoding="utf-8")
    with pytest.raises(Refused, match="best"):
        load_matching(file)
    file.write_text(FILE.read_text(encoding="utf-8") + "  - [沟渠, 大沟]\n", encoding="utf-8")
    with pytest.raises(Refused, match="沟渠"):
        load_matching(file)
