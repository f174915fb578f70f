"""What the ladder said, as people and programs read it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from rich.console import Console

from schemas.catalogue.ladder import STEPS
from sinks.formats import print_table, short_number, table_of
from sinks.ladder.months import month_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.catalogue.model import Indicator
    from schemas.domain import Domain
    from sinks.ladder.rule import Step
    from sinks.ladder.run import Judged

MOST_SHOWN: Final = 20
_HEADINGS: Final = {
    "township": "乡镇\ntownship",
    "indicator": "指标\nindicator",
    "event": "步骤\nstep",
    "at": "时间\nat",
    "colour": "颜色\ncolour",
    "value": "值\nvalue",
    "detail": "说明\ndetail",
}
_STEP_WORDS: Final = dict(zip(STEPS, ("约谈提醒", "挂牌督办", "限期整改"), strict=True))
_BECAUSE: Final = {
    "reds_in_a_row": "连续红色 reds in a row",
    "no_action": "逾期未处置 no action in time",
    "recovered": "回到线内 recovered",
    "rectified": "整改通过 rectified",
}


def as_json(judged: Judged) -> dict[str, Any]:
    """Return what was judged and said, for programs."""
    return {
        "as_of": _iso(judged.moment.at),
        "months": [month_name(month) for month in judged.moment.months],
        "values": judged.figures,
        "open_warnings": judged.open_warnings,
        "steps": [
            {
                "event": step.record,
                "event_id": step.event_id,
                "occurred_at": _iso(step.occurred_at),
                "township": step.subject.township,
                **({} if "indicator" in step.fields else {"indicator": step.subject.indicator}),
                **step.fields,
            }
            for step in judged.steps
        ],
    }


def print_report(
    judged: Judged,
    domain: Domain,
    indicators: Mapping[str, Indicator],
    names: Mapping[str, str],
    timezone: str,
    *,
    dry_run: bool,
) -> None:
    """Print what was said for people; `names` are those of places."""
    console = Console()
    months = "、".join(month_name(month) for month in judged.moment.months)
    told = "将发出 would be said" if dry_run else "已发出 said"
    console.print(
        f"预警督办 / ladder of supervision: {months}，{judged.figures:,} 个值 / values；"
        f"{told}: {len(judged.steps):,}；未解除的预警 / warnings open: {judged.open_warnings:,}",
        highlight=False,
        soft_wrap=True,
    )
    if not judged.steps:
        return
    zone = ZoneInfo(timezone)
    rows = [_row(step, domain, indicators, names, zone) for step in judged.steps[:MOST_SHOWN]]
    columns = [(name, "String") for name in _HEADINGS]
    print_table(table_of(columns, rows, list(_HEADINGS.values())), console)
    if more := len(judged.steps) - len(rows):
        console.print(f"… 另有 {more:,} 步 / {more:,} more: --format json", style="dim", highlight=False)


def _row(
    step: Step, domain: Domain, indicators: Mapping[str, Indicator], names: Mapping[str, str], zone: ZoneInfo
) -> list[Any]:
    subject, fields, record = step.subject, step.fields, domain.event(step.record)
    indicator, value = indicators.get(subject.indicator), fields.get("value")
    return [
        names.get(subject.township, subject.township),
        subject.indicator if indicator is None else f"{indicator.zh}\n{indicator.en}",
        f"{record.zh}\n{record.en}",
        f"{datetime.fromtimestamp(step.occurred_at / 1000, zone):%Y-%m-%d}",
        fields.get("colour"),
        None if value is None else f"{short_number(value)} {indicator.unit if indicator is not None else ''}".strip(),
        _detail(fields, zone),
    ]


def _detail(fields: Mapping[str, Any], zone: ZoneInfo) -> str:
    parts = []
    if "line" in fields:
        parts.append(f"警戒线 line {short_number(fields['line'])}")
    if fields.get("previous_warning_id"):
        parts.append(f"{fields['days_since_cleared']} 天后复发 days after the last")
    if fields.get("reds_in_a_row"):
        parts.append(f"连续 {fields['reds_in_a_row']} 期红 reds in a row")
    if "to_step" in fields:
        parts.append(f"升至 to {_STEP_WORDS[fields['to_step']]} {fields['to_step']}")
    if "because" in fields:
        parts.append(_BECAUSE[fields["because"]])
    if "due_at" in fields:
        # Due before that midnight: what people call the day before it.
        parts.append(f"期限 due {datetime.fromtimestamp((fields['due_at'] - 1) / 1000, zone):%Y-%m-%d}")
    if "title" in fields:
        parts.append(str(fields["title"]))
    return "；".join(parts)


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds")
