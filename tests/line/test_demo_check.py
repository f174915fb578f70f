"""The demo's judge: right numbers pass, and each kind of wrong one is named."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from deploy.local.demo_check import cases, compare
from deploy.local.demo_read import Shown

NOW = 1_800_000_000_000
TRUTH: dict[str, Any] = {
    "events": {
        "xiangmai.appeals.AppealReported": 30,
        "xiangmai.appeals.AppealClosed": 20,
        "xiangmai.finance.LedgerEntryPosted": 7,
        "xiangmai.disclosure.DisclosurePosted": 3,
    },
    "truths": {
        "appeals": [
            {
                "township": "990101001",
                "name": "柳河镇",
                "open": 10,
                "open_due_at": [NOW - 5, NOW - 1, *(NOW + day for day in range(1, 9))],
                "months": [
                    {
                        "month": "2026-03",
                        "opened": 30,
                        "closed": 20,
                        "closed_on_time": 15,
                        "median_seconds": [36_000, 36_400],
                    }
                ],
            }
        ],
        "finance": [
            {
                "township": "990101001",
                "name": "柳河镇",
                "cases": {"ledger_entry": 7},
                "months": {"2026-03": {"collective_income": [1_234_500, 0], "ledger_two_signature_rate": [2, 3]}},
                "now": {},
            }
        ],
        "disclosure": [
            {
                "township": "990101001",
                "name": "柳河镇",
                "cases": {"disclosure": 3},
                "months": {"2026-03": {"disclosure_village_coverage": [2, None]}},
                "now": {"disclosure_questions_open": 1},
            }
        ],
    },
}


def shown() -> Shown:
    place = ("990101001", "2026-03")
    return Shown(
        events=60,
        different_events=60,
        cases={"appeal": 30, "ledger_entry": 7, "disclosure": 3},
        dead_letters=0,
        months={
            (*place, "appeal_volume"): (30, 0, 30.0),
            (*place, "appeal_closure_rate"): (20, 30, 66.7),
            (*place, "appeal_on_time_rate"): (15, 30, 50.0),
            (*place, "appeal_hours_to_close_p50"): (0, 20, 10.05),
            (*place, "collective_income"): (1_234_500, 0, 12_345.0),
            (*place, "ledger_two_signature_rate"): (2, 3, 66.7),
            (*place, "disclosure_village_coverage"): (2, 14, 14.3),
            # Shown, and not compared: the county does not know it.
            (*place, "asset_value"): (5, 0, 0.05),
        },
        stocks={
            ("990101001", "appeal_open"): 10,
            ("990101001", "appeal_overdue"): 2,
            ("990101001", "disclosure_questions_open"): 1,
        },
    )


def test_right_numbers_pass() -> None:
    outcome = compare(shown(), TRUTH, NOW)
    assert outcome.right, outcome.differences
    assert outcome.compared == 20
    assert cases(TRUTH) == {"appeal": 30, "ledger_entry": 7, "disclosure": 3}


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("appeal_volume", (29, 0, 29.0), "appeal_volume"),
        ("appeal_closure_rate", (21, 30, 70.0), "appeal_closure_rate"),
        ("appeal_closure_rate", (20, 31, 64.5), "denominator"),
        ("appeal_on_time_rate", (14, 30, 46.7), "appeal_on_time_rate"),
        ("appeal_hours_to_close_p50", (0, 20, 10.3), "appeal_hours_to_close_p50"),
        ("appeal_hours_to_close_p50", (0, 20, None), "appeal_hours_to_close_p50"),
        ("collective_income", (1_234_501, 0, 12_345.01), "collective_income"),
        ("ledger_two_signature_rate", (2, 4, 50.0), "ledger_two_signature_rate 分母"),
        ("disclosure_village_coverage", (3, 14, 21.4), "disclosure_village_coverage"),
    ],
)
def test_a_wrong_month_is_named(key: str, value: tuple[int, int, float | None], named: str) -> None:
    wrong = shown()
    wrong.months["990101001", "2026-03", key] = value
    outcome = compare(wrong, TRUTH, NOW)
    assert len(outcome.differences) == 1
    assert "柳河镇 2026-03" in outcome.differences[0]
    assert named in outcome.differences[0]


def test_a_month_that_is_missing_and_one_too_many_are_named() -> None:
    wrong = shown()
    wrong.months = {
        ("990101002", "2026-03", "appeal_volume"): (4, 0, 4.0),
        ("990101001", "2026-02", "collective_income"): (100, 0, 1.0),
    }
    told = "\n".join(compare(wrong, TRUTH, NOW).differences)
    assert "柳河镇 2026-03 appeal_volume: 显示 shown None" in told
    assert "柳河镇 2026-03 collective_income: 显示 shown 0, 应为 truth 1234500" in told
    assert "990101002" in told
    assert "('990101001', '2026-02', 'collective_income')" in told


def test_wrong_totals_stocks_and_a_dead_letter_are_named() -> None:
    wrong = shown()
    wrong.events, wrong.dead_letters = 61, 1
    wrong.cases = {"appeal": 29, "disclosure": 3}
    wrong.stocks["990101001", "appeal_open"] = 11
    wrong.stocks["990101001", "disclosure_questions_open"] = 0
    told = compare(wrong, TRUTH, NOW).differences
    assert [difference.split(":")[0] for difference in told] == [
        "事件 events",
        "事项 cases appeal",
        "事项 cases ledger_entry",
        "死信 dead letters",
        "柳河镇 在办 open",
        "柳河镇 disclosure_questions_open",
    ]


def test_what_is_overdue_is_counted_as_of_now() -> None:
    assert not compare(shown(), TRUTH, NOW + 3).right
    later = shown()
    later.stocks["990101001", "appeal_overdue"] = 5
    assert compare(later, TRUTH, NOW + 3).right


def test_nothing_to_compare_is_not_right() -> None:
    empty = deepcopy(TRUTH)
    empty["truths"] = {}
    nothing = Shown(0, 0, {}, 0, {}, {})
    assert not compare(nothing, empty, NOW).right
