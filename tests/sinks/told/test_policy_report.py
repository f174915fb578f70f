"""The monthly policy report: its numbers are those counted by hand in a story, and it says how they were proved."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import docx
import pytest

from sinks.periods import parse_period
from sinks.proof.comparison import Scope
from sinks.proof.folding import Folding
from sinks.proof.rounds import Pace, Verification
from sinks.report.command import report
from sinks.report.figures import read_month
from sinks.report.markup import as_markdown
from sinks.report.policy import Told, policy_report
from sinks.report.proved import proof_of
from tests.sinks.support import SHANGHAI
from tests.sinks.told.support import ask, emptied, tell

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sinks.proof.support import Line

WUKANG, XINSHI, SILENT = "330521100", "330521001", "330521002"
BURNING, INSURANCE = "秸秆禁烧", "医保参保"
NAMES = {"330521": "德清县", WUKANG: "武康街道", XINSHI: "新市镇", SILENT: "乾元镇"}


@pytest.fixture(scope="module")
def line(standing: Line) -> Line:
    """A county in October 2026, with the September before and the October of last year."""
    line = emptied(standing)
    for number, (code, name) in enumerate(NAMES.items()):
        line.rows(
            "INSERT INTO {storage}.org_units (code, name, kafka_offset) SELECT {code:String}, {name:String}, {number:UInt64}",
            code=code,
            name=name,
            number=number,
        )
    burning_in_october(line)
    before_and_last_year(line)
    # Asked of in October, due in November: nothing done, and nothing due yet.
    task(line, "B-1", "2026-10-09 09:00", "2026-11-10 18:00", policy_id=INSURANCE, township=XINSHI, steps=3)
    feedback(line)
    return line.flow().sink()


def task(
    line: Line, case: str, at: str, due_at: str, *, policy_id: str = BURNING, steps: int = 4, township: str = WUKANG
) -> None:
    tell(
        line,
        "TaskAssigned",
        case,
        at,
        due_at=due_at,
        policy_id=policy_id,
        owner="农业农村局",
        steps=steps,
        township=township,
    )


def burning_in_october(line: Line) -> None:
    """Six tasks due on 20 October: three in time, one late in November, one with a step of four done, one withdrawn."""
    for number in range(1, 7):
        task(line, f"A-{number}", "2026-10-08 09:00", "2026-10-20 18:00")
    for number in (1, 2, 3):
        tell(line, "TaskCompleted", f"A-{number}", "2026-10-20 18:00")
    tell(line, "TaskCompleted", "A-4", "2026-11-02 09:00")
    tell(line, "TaskStepDone", "A-5", "2026-10-12 09:00", step=1)
    tell(line, "TaskWithdrawn", "A-6", "2026-10-13 09:00")


def before_and_last_year(line: Line) -> None:
    task(line, "S-1", "2026-09-02 09:00", "2026-09-20 18:00")
    tell(line, "TaskCompleted", "S-1", "2026-09-19 09:00")
    for case, done in (("Y-1", "2025-10-19 09:00"), ("Y-2", "2025-10-25 09:00")):
        task(line, case, "2025-10-02 09:00", "2025-10-20 18:00")
        tell(line, "TaskCompleted", case, done)


def feedback(line: Line) -> None:
    """Three were asked, two knew; scores 5 and 2; one more was taken back, one is of November."""
    given: dict[str, Any] = {"policy_id": BURNING, "township": WUKANG, "benefited": None}
    tell(line, "PolicyFeedbackGiven", "F-1", "2026-10-15 09:00", aware=True, score=5, comment="宣传到位", **given)
    complaint = "来电 13800138000 反映：<b>秸秆</b>没人收"
    tell(line, "PolicyFeedbackGiven", "F-2", "2026-10-16 09:00", aware=False, score=2, comment=complaint, **given)
    tell(line, "PolicyFeedbackGiven", "F-3", "2026-10-17 09:00", aware=True, score=None, comment=None, **given)
    tell(
        line,
        "PolicyFeedbackGiven",
        "F-4",
        "2026-10-18 09:00",
        name="wrong",
        aware=False,
        score=1,
        comment="重复录入",
        **given,
    )
    tell(line, "void policy_feedback", "F-4", "2026-11-01 09:00", corrects="wrong", township=WUKANG)
    tell(line, "PolicyFeedbackGiven", "F-5", "2026-11-01 00:00", aware=False, score=1, comment="十一月的话", **given)


COUNTED = {
    "政策任务按期完成率": "■ 60%（3/5）\n上月 100% · 去年 50%",
    "政策任务延期率": "0%（0/5）\n上月 0% · 去年 0%",
    # Of the five that were not withdrawn: 4 + 4 + 4 + 4 + 1 of 20 steps.
    "任务平均进度": "▲ 85%（17/20）\n上月 100% · 去年 100%",
    # Not done by the end of October: the late one and the one that was never done.
    "超期未完成任务数": "▲ 2 项\n上月 0 项 · 去年 0 项",
    "政策知晓率": "66.67%（2/3）※\n上月 — · 去年 —",
    "政策满意度": "3.5 分（7/2）※\n上月 — · 去年 —",
}


def tables(file: Path) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(str(file)).tables]


def test_the_numbers_of_the_document_are_those_counted_by_hand(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "月报.docx"
    assert "已写" in ask(line, report, "policy", "--month", "2026-10", "--out", str(file)).stdout
    figures, definitions = tables(file)
    heading, *rows = figures
    found = {(row[0], row[1]): dict(zip([each.split("\n")[0] for each in heading], row, strict=True)) for row in rows}
    assert list(found) == [
        ("全部政策 all", "德清县"), ("全部政策 all", "新市镇"), ("全部政策 all", "武康街道"),
        (INSURANCE, "德清县"), (INSURANCE, "新市镇"), (BURNING, "德清县"), (BURNING, "武康街道"),
    ]  # fmt: skip
    assert {name: found[BURNING, "武康街道"][name] for name in COUNTED} == COUNTED
    # Nothing was due there in October, which is not zero; of three steps none is done, which is.
    there = found[INSURANCE, "新市镇"]
    assert there["政策任务按期完成率"] == "无数据"
    assert there["任务平均进度"].startswith("▲ 0%（0/3）")
    # The county is the sum of what its townships count.
    assert found["全部政策 all", "德清县"]["政策任务按期完成率"].startswith("■ 60%（3/5）")
    assert len(definitions) == 1 + len(COUNTED)
    assert all("政策" in row[0] or "任务" in row[0] for row in definitions[1:])
    word = docx.Document(str(file))
    assert word.core_properties.created is not None
    assert abs(word.core_properties.created.replace(tzinfo=UTC) - datetime.now(UTC)) < timedelta(minutes=10)
    # Chinese in the font of an official document, whatever a theme says.
    assert {"黑体"} == {*word.styles["Heading 1"].element.rPr.rFonts.attrib.values()}
    text = "\n".join(each.text for each in word.paragraphs)
    assert "德清县政策执行效果月报（2026年10月）" in text
    assert "乾元镇" in text
    assert f"{BURNING} · 武康街道：政策任务按期完成率" in text
    assert re.search(r"核对：本领域 \d+ 个口径的全部 \d+ 个单元与由事件重算的逐一相等", text)


def test_feedback_is_quoted_masked_and_only_what_stands(line: Line) -> None:
    text = ask(line, report, "policy", "--month", "2026-10", "--no-verify").stdout
    quoted = [each for each in text.splitlines() if " 分：" in each]
    # The least content first; what was taken back, and what is of November, is not there.
    assert [re.sub(r"\\", "", each).split(" 分：")[1] for each in quoted] == [
        "来电 〔手机号〕 反映：<b>秸秆</b>没人收",
        "宣传到位",
    ]
    assert "13800138000" not in text
    assert "重复录入" not in text
    assert "未核对" in text


class _Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        _ = attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_one_township_as_a_page_on_which_texts_are_only_text(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    ask(line, report, "policy", "--month", "2026-10", "--township", "武康街道", "--out", str(file), "--no-verify")
    page = _Page()
    page.feed(file.read_text(encoding="utf-8"))
    assert page.text.count("武康街道政策执行效果月报（2026年10月）") == 2  # as title and as heading
    assert "新市镇" not in page.text
    assert "b" not in page.tags
    assert "<b>秸秆</b>没人收" in page.text


def test_a_number_that_was_published_wrong_is_told_before_anything_else(line: Line) -> None:
    wrong = "INSERT INTO {storage}.indicator_cells SELECT * REPLACE (numerator + 1 AS numerator, kafka_offset + 1000 AS kafka_offset) "
    where = "FROM {storage}.indicator_cells FINAL WHERE indicator = 'policy_on_time_rate' AND period = 'month' AND place = {at:String}"
    line.rows(wrong + where, at=WUKANG)
    at = datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI)
    catalogue = line.layout.catalogues["policy"]
    every = [each for case in catalogue.cases for each in catalogue.indicators_of(case)]
    with Folding(line.warehouse, line.layout, None) as folding:
        pace = Pace(quiet_seconds=0, pause_seconds=0)
        outcome = Verification(line.warehouse, line.layout, every, Scope(), folding, pace).run()
    proved = proof_of(outcome, "policy", at)
    line.rows("ALTER TABLE {storage}.indicator_cells DELETE WHERE kafka_offset >= 1000 SETTINGS mutations_sync = 1")
    assert (proved.code, proved.grave) == (1, True)
    month = parse_period("2026-10")
    figures = read_month(line.warehouse, line.layout, month, "")
    text = as_markdown(policy_report(Told(month, "德清县", figures, [], NAMES, proved, at)))
    assert text.index("核对不一致") < text.index("一、总体情况")


def test_a_month_without_data_and_wrong_questions_are_told(line: Line, tmp_path: Path) -> None:
    assert "没有政策数据" in ask(line, report, "policy", "--month", "2019-01", code=1).stderr
    assert "不是月份" in str(ask(line, report, "policy", "--month", "2026", code=2).exception)
    assert ".docx" in str(
        ask(line, report, "policy", "--month", "2026-10", "--out", str(tmp_path / "a.pdf"), code=2).exception
    )
