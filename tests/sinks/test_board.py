"""The board as people see it: fixed rows in, the drawn text out, wide and narrow, with and without data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from rich.cells import cell_len
from rich.console import Console

from schemas.catalogue.load import load_catalogues
from schemas.domain import load_domains
from schemas.settings import Settings
from sinks.board import Watcher, addresses, board, page, present, shown_of_townships
from sinks.board_domains import (
    FRAME_LINES,
    INDICATORS,
    NARROW_INDICATORS,
    DomainChoice,
    choices,
    domain_table,
    domains_json,
    pages,
    usual,
)
from sinks.board_table import Figure, Snapshot, ago, as_json, shown, table
from sinks.board_table import board as drawn_board

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
NAMES = (
    "诉求量", "办结率", "按期办结率", "办理时长中位数", "在办量", "超期未办结量", "矛盾纠纷化解率", "集体经济收入", "当期公开村占比"
)  # fmt: skip
SIX = INDICATORS[:6]
CATALOGUES = load_catalogues(load_domains(Settings().domains))
DOMAINS = choices(CATALOGUES)


def figure(indicator: str, place: str = "330521104", **changes: object) -> Figure:
    base = Figure(
        indicator=indicator,
        name_zh=NAMES[INDICATORS.index(indicator)],
        name_en=indicator,
        place=place,
        place_name={"330521104": "钟管镇", "330521004": "下渚湖街道", "330521": "德清县"}.get(place, place),
        level="county" if len(place) == 6 else "township",
        period="now" if indicator in ("appeal_open", "appeal_overdue") else "month",
        value=96.16,
        numerator=23974,
        denominator=24932,
        unit="%",
        goal=95.0,
        direction="up",
        colour="green",
        previous=95.0,
        rank=1,
        newest_event_at=NOW - timedelta(seconds=4),
        changed_at=NOW - timedelta(seconds=1),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def snapshot(*figures: Figure, **changes: object) -> Snapshot:
    return replace(Snapshot(figures, date(2026, 11, 1), NOW, 0.05), **changes)  # type: ignore[arg-type]


def full_county() -> Snapshot:
    figures = []
    for place in ("330521104", "330521004", "330521"):
        figures += [
            figure("appeal_volume", place, value=1234.0, unit="cases", goal=None, direction="none", colour=""),
            figure("appeal_closure_rate", place),
            figure("appeal_on_time_rate", place, value=58.9, colour="red", previous=60.2),
            figure("appeal_hours_to_close_p50", place, value=148.4, unit="hours", direction="down", goal=72.0),
            figure("appeal_open", place, value=12_302.0, unit="cases", goal=None, direction="down", previous=None),
            figure("appeal_overdue", place, value=0.0, unit="cases", goal=0.0, direction="down", previous=None),
            figure("dispute_resolution_rate", place, value=93.3, colour="yellow"),
            figure("collective_income", place, value=12_345_678.9, unit="yuan", goal=None, colour="", previous=1.0),
            figure("disclosure_village_coverage", place, value=100.0, goal=100.0, previous=None),
        ]
    return snapshot(*figures)


def drawn(of: Snapshot, width: int, indicators: tuple[str, ...] = SIX) -> list[str]:
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123 - lives as long as the test
    console.print(drawn_board(of, indicators, addresses(Settings())))
    return console.export_text().splitlines()


@pytest.mark.parametrize("width", [80, 96, 120])
def test_six_indicators_of_a_county_fit_the_terminal_and_stand_in_columns(width: int) -> None:
    lines = drawn(full_county(), width)
    assert all(cell_len(line) <= width for line in lines)
    towns = [line for line in lines if line.startswith((" 钟管镇", " 下渚湖街道"))]
    assert len(towns) == 2
    for value in ("1,234", "96.2●↑", "58.9■↓", "148.4", "12,302", "0●", "4秒"):
        places = {cell_len(line[: line.index(value)]) for line in towns}
        assert len(places) == 1, f"{value} stands in one column, though Chinese letters are two cells wide"
    assert not [line for line in lines if "…" in line], "nothing is cut off"


@pytest.mark.parametrize(("width", "indicators"), [(80, NARROW_INDICATORS), (120, INDICATORS)])
def test_a_terminal_shows_something_of_every_domain(width: int, indicators: tuple[str, ...]) -> None:
    lines = drawn(full_county(), width, indicators)
    assert all(cell_len(line) <= width for line in lines)
    towns = [line for line in lines if line.startswith((" 钟管镇", " 下渚湖街道"))]
    for value in ("1,234", "93.3▲", "1,234.6", "100.0●", "4秒"):
        assert len({cell_len(line[: line.index(value)]) for line in towns}) == 1
    assert not [line for line in lines if "…" in line], "nothing is cut off"
    assert any("万元" in line for line in lines)
    assert {name.partition("_")[0] for name in indicators} == {"appeal", "dispute", "collective", "disclosure"}


def test_machines_get_all_of_the_usual_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    assert shown_of_townships((), None, DOMAINS, "json") == INDICATORS


def test_townships_come_by_code_and_the_county_last() -> None:
    names = [line.split()[0] for line in drawn(full_county(), 100) if "4秒" in line and "·" not in line]
    assert names == ["下渚湖街道", "钟管镇", "全县"]


def test_a_terminal_of_few_lines_shows_the_townships_first() -> None:
    console = Console(width=80, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    console.print(drawn_board(full_county(), SIX, addresses(Settings()), lines=13))
    lines = console.export_text().splitlines()
    assert len(lines) <= 13
    assert any("全县" in line for line in lines)
    assert any("最新事件" in line for line in lines)
    assert not any("Prometheus" in line for line in lines)


def test_headings_name_the_goal_and_say_what_is_true_now() -> None:
    text = "\n".join(drawn(full_county(), 120))
    for heading in (*NAMES[:6], "≥95%", "≤72小时", "现 ≤0件", "2026年11月", "德清县"):
        assert heading in text


def test_no_data_zero_and_a_value_look_different() -> None:
    rows = snapshot(
        figure("appeal_closure_rate", "330521004", value=None, colour="", previous=None),
        figure("appeal_closure_rate", "330521104", value=0.0, colour="red", previous=None),
        figure("appeal_volume", "330521104", value=3.0, unit="cases", goal=None, direction="none", colour=""),
    )
    lines = drawn(rows, 80, ("appeal_volume", "appeal_closure_rate"))
    nothing = next(line for line in lines if "下渚湖" in line)
    zero = next(line for line in lines if "钟管镇" in line)
    assert nothing.count("—") == 2
    assert "0.0■" in zero
    assert " 3 " in zero


@pytest.mark.parametrize(
    ("direction", "previous", "arrow", "style"),
    [("up", 90.0, "↑", "green"), ("up", 99.0, "↓", "red"), ("down", 90.0, "↑", "red"), ("none", 90.0, "↑", "dim")],
)
def test_an_arrow_is_green_when_things_got_better(direction: str, previous: float, arrow: str, style: str) -> None:
    picture = table(snapshot(figure("appeal_closure_rate", direction=direction, previous=previous)), INDICATORS[1:2])
    cell = next(iter(picture.columns[1].cells))
    spans = {cell.plain[span.start : span.end]: str(span.style) for span in cell.spans}  # type: ignore[union-attr]
    assert spans[arrow] == style


def test_a_stock_is_shown_as_it_is_now_and_not_as_it_was_at_the_months_end() -> None:
    now = figure("appeal_open", value=7.0)
    then = figure("appeal_open", value=9.0, period="month")
    flow = figure("appeal_volume", value=3.0)
    assert present([then, now, flow]) == [now, flow]


def test_an_empty_warehouse_says_that_it_waits() -> None:
    text = "\n".join(drawn(snapshot(), 80))
    assert "等待第一个事件" in text
    assert "no data yet" in text


def test_trouble_is_told_and_the_last_numbers_stay() -> None:
    text = "\n".join(drawn(replace(full_county(), trouble="ClickHouse 不可用 127.0.0.1:9000"), 100))
    assert "127.0.0.1:9000" in text
    assert "1,234" in text


def test_machines_get_the_same_board() -> None:
    told = as_json(full_county(), INDICATORS)
    assert [place["name"] for place in told["places"]] == ["下渚湖街道", "钟管镇", "德清县"]
    closure = told["places"][1]["indicators"]["appeal_closure_rate"]
    assert (closure["numerator"], closure["denominator"], closure["value"]) == (23974, 24932, 96.16)
    assert list(told["places"][0]["indicators"]) == list(INDICATORS)


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, "0秒"), (59.9, "59秒"), (60, "1分"), (7199, "1时"), (86_400, "1天"), (400_000, "4天")]
)
def test_ages_are_told_in_the_largest_unit(seconds: float, told: str) -> None:
    assert ago(seconds) == told


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (None, "%", "—"),
        (95.0, "%", "95.0"),
        (1234.0, "cases", "1,234"),
        (2.5, "", "2.50"),
        (43_680_000.0, "yuan", "4,368.0"),
        (3.25, "days", "3.2"),
    ],
)
def test_values_are_written_as_people_write_them(value: float | None, unit: str, told: str) -> None:
    assert shown(value, unit) == told


@pytest.mark.parametrize(
    ("arguments", "hint"), [(["--period", "2026-13"], "2026-13"), (["--format", "json"], "--once")]
)
def test_bad_options_are_explained(arguments: list[str], hint: str) -> None:
    answer = CliRunner().invoke(board, arguments)
    assert answer.exit_code == 2
    assert hint in answer.output


def every_domain(**changes: object) -> Snapshot:
    """A county with a number for the main indicators of every domain."""
    figures = []
    for domain in DOMAINS:
        for name in domain.main:
            each = CATALOGUES[domain.name].indicators[name]
            figures.append(
                replace(
                    figure("appeal_volume", "330521"), indicator=name, name_zh=each.zh, name_en=each.en, unit=each.unit,
                    goal=each.goal, direction=each.direction, value=1234.5, previous=None, period="month",
                )
            )  # fmt: skip
    return snapshot(*figures, **changes)


@pytest.mark.parametrize("width", [80, 120])
def test_every_domain_has_a_line_with_what_its_catalogue_declares_first(width: int) -> None:
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    console.print(domain_table(every_domain(), DOMAINS, width))
    lines = console.export_text().splitlines()
    assert all(cell_len(line) <= width for line in lines)
    assert len(lines) <= len(DOMAINS) + FRAME_LINES, "no line is broken"
    for domain in DOMAINS:
        (line,) = [line for line in lines if line.strip().startswith(f"{domain.name} ")]
        first = CATALOGUES[domain.name].indicators[domain.main[0]]
        assert first.zh[:4] in line
        assert line.count("1,234.5") + line.count("1234.5") + line.count("0.1") >= (3 if width == 120 else 2)


@pytest.mark.parametrize("lines", [24, 40, None, 3])
def test_the_domains_take_turns_on_pages_that_fit_the_terminal(lines: int | None) -> None:
    parts = pages(DOMAINS, lines)
    assert [domain for part in parts for domain in part] == [*DOMAINS]
    assert all(lines is None or len(part) + FRAME_LINES <= max(lines, FRAME_LINES + 1) for part in parts)
    assert len(parts) == {24: 2, 40: 1, None: 1, 3: len(DOMAINS)}[lines]
    assert pages((), lines) == []


def test_townships_come_first_then_the_domains_and_the_townships_again() -> None:
    watcher = Watcher(None, INDICATORS, None, ZoneInfo("Asia/Shanghai"), DOMAINS)  # type: ignore[arg-type]
    both = replace(every_domain(), figures=[*full_county().figures, *every_domain().figures])
    seen = []
    for turn in range(4):
        console = Console(width=120, height=24, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
        console.print(page(both, watcher, addresses(Settings()), turn, 120, 24))
        text = console.export_text()
        assert len(text.splitlines()) <= 24
        seen.append("各领域" if "every domain" in text else "钟管镇" if "钟管镇" in text else text)
    assert seen == ["钟管镇", "各领域", "各领域", "钟管镇"]
    alone = Watcher(None, INDICATORS, None, ZoneInfo("Asia/Shanghai"))  # type: ignore[arg-type]
    for turn in range(3):
        console = Console(width=120, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
        console.print(page(both, alone, [], turn, 120, 24))
        assert "钟管镇" in console.export_text(), "what was asked for by name does not take turns"


def test_one_domain_fills_the_board_and_an_unknown_one_is_told_with_those_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    disputes = [*CATALOGUES["disputes"].indicators]
    assert shown_of_townships((), "矛盾纠纷", DOMAINS, "json") == tuple(disputes)
    assert len(shown_of_townships((), "disputes", DOMAINS, "table")) <= len(INDICATORS)
    answer = CliRunner().invoke(board, ["--domain", "weather"])
    assert answer.exit_code == 2
    assert "disputes 矛盾纠纷" in answer.output
    assert CliRunner().invoke(board, ["--domain", "disputes", "--indicator", "appeal_open"]).exit_code == 2


def test_a_county_without_the_usual_domains_shows_the_first_of_those_it_has() -> None:
    domains = (DomainChoice("services", "公共服务", "services", ("service_volume", "service_closure_rate")),)
    assert usual(domains, wide=True) == ("service_volume",)
    assert usual(DOMAINS, wide=False) == NARROW_INDICATORS


def test_machines_get_every_domain_of_the_county() -> None:
    told = domains_json(every_domain(), DOMAINS)
    assert [each["domain"] for each in told] == [domain.name for domain in DOMAINS]
    assert all(list(each["indicators"]) == list(domain.main) for each, domain in zip(told, DOMAINS, strict=True))
