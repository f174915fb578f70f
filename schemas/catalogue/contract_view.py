"""An indicator's contract as people read it, row by row, and as programs do: with the SQL both engines' definitions share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from schemas.catalogue.expression_sql import SqlWriter
from schemas.catalogue.model import COMPOSED
from schemas.catalogue.values_sql import derived_sql, index_sql, score_sql, value_sql
from schemas.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.catalogue.golden_entries import GoldenEntry
    from schemas.catalogue.model import Indicator, Score

DIRECTIONS: Final = {"up": "↑ 越高越好 higher is better", "down": "↓ 越低越好 lower is better", "none": "—"}
KINDS: Final = {
    "count": "数量 count",
    "share": "比率 share",
    "sum": "合计 sum",
    "mean": "均值 mean",
    "quantile": "分位数 quantile",
    "stock": "存量 stock",
    "coverage": "覆盖 coverage",
    "distinct": "去重计数 distinct",
    "derived": "派生 derived",
    "index": "指数 index",
}

Row = tuple[str, str]
"""(heading, text)."""


def contract_rows(indicator: Indicator) -> list[Row]:
    """Return the whole contract of a version."""
    case = f"，事项 case {indicator.case}" if indicator.case else ""
    return [
        ("编号 id", f"{indicator.id}（v{indicator.version}，{indicator.effective_from} 起 from）"),
        ("口径 sentence", f"{indicator.sentence_zh}\n{indicator.sentence_en}"),
        ("类型 kind", f"{KINDS[indicator.kind]}{case}"),
        *_counted(indicator),
        *_composed(indicator),
        ("维度 dimensions", ", ".join(indicator.dimensions) or "—"),
        ("时段 periods", ", ".join(indicator.periods)),
        ("单位 unit", f"{indicator.unit}（÷ {indicator.factor:g}）"),
        ("方向 direction", DIRECTIONS[indicator.direction]),
        ("目标与警戒线 lines", _lines(indicator)),
        *([] if indicator.score is None else [("计分 score", _score(indicator.score))]),
        ("参评最小量 minimum volume", str(indicator.minimum_volume)),
        ("出处 source", indicator.source),
        *(("例 golden example", _golden(example)) for example in indicator.golden),
    ]


def changed_rows(earlier: Indicator, later: Indicator) -> list[Row]:
    """Return what an earlier version says otherwise than the one after it, and why it was left."""
    there = contract_rows(later)
    other = [row for row in contract_rows(earlier) if row not in there]
    return [other[0], ("停用原因 left because", f"{earlier.changed_zh}\n{earlier.changed_en}"), *other[1:]]


def contract_json(indicator: Indicator) -> dict[str, Any]:
    """Return the contract as it is written, with its SQL, and the earlier versions in the same form."""
    found = {"id": indicator.id, "domain": indicator.domain, **json.loads(indicator.text), "sql": _sql(indicator)}
    if indicator.earlier:
        found["earlier"] = [contract_json(each) for each in indicator.earlier]
    return found


def _sql(indicator: Indicator) -> dict[str, str]:
    """Return the SQL of the expressions; `shown` is the value people see, `points` its score."""
    writer = SqlWriter(Settings().timezone)
    keys = ("over", "numerator", "value", "weight", "counts", "expression")
    nodes = {key: getattr(indicator, key) for key in keys}
    sql = {key: writer.value(node) for key, node in nodes.items() if node is not None}
    sql["shown"] = _shown(indicator)
    if indicator.score is not None:
        sql["points"] = score_sql(indicator.score, indicator.direction, "value")
    return sql


def _shown(indicator: Indicator) -> str:
    if indicator.kind not in COMPOSED:
        return value_sql(indicator)
    return (
        derived_sql(indicator) if indicator.expression is not None else index_sql(indicator, lambda name: f"`{name}`")
    )


def _counted(indicator: Indicator) -> Iterator[Row]:
    """Yield what a kind that counts cases says of them."""
    sql, written = SqlWriter(Settings().timezone), indicator.definition
    if indicator.over is not None:
        yield "总体 over", f"{written.over}\n→ SQL: {sql.value(indicator.over)}"
    for text, exclusion in zip(written.exclude, indicator.exclude, strict=True):
        yield "剔除 exclude", f"{text.when}：{exclusion.zh} / {exclusion.en}\n→ SQL: {sql.value(exclusion.when)}"
    for heading, expression, node in (
        ("分子 numerator", written.numerator, indicator.numerator),
        ("取值 value", written.value, indicator.value),
        ("权重 weight", written.weight, indicator.weight),
        ("去重对象 counts", written.counts, indicator.counts),
    ):
        if node is not None:
            yield heading, f"{expression}\n→ SQL: {sql.value(node)}"
    if indicator.covers is not None:
        at_least = f"至少 at least {indicator.at_least}"
        yield "覆盖 covers", f"村 {indicator.covers}，{at_least}，÷ 现有村数 villages that exist"
    if indicator.kind == "distinct":
        yield (
            "计入条件 at least",
            f"同一取值至少 {indicator.at_least} 件事项 / {indicator.at_least} case(s) of the value",
        )
    if indicator.quantile is not None:
        yield "分位 quantile", f"{indicator.quantile:g}"
    if indicator.kind == "stock":
        yield "进出 enter, leave", f"{indicator.enter} → {indicator.leave}"
    if indicator.anchor is not None:
        yield "归期 anchor", f"{indicator.anchor}"


def _composed(indicator: Indicator) -> Iterator[Row]:
    """Yield what a derived indicator or an index is made of."""
    if indicator.expression is not None:
        yield "算式 expression", f"{indicator.definition.expression}\n→ SQL: {derived_sql(indicator)}"
    for part in indicator.parts:
        yield "构成 part", f"{part.indicator} × {part.weight:g}：{_score(part.score)}"
    if indicator.minimum_weight is not None:
        yield "最小权重 minimum weight", f"{indicator.minimum_weight:g}（不足为无数据 below it: no data）"
    for veto in indicator.veto:
        sign = "<" if veto.when == "below" else ">"
        yield "一票否决 veto", f"{veto.indicator} {sign} {veto.line:g} → 0"


def _score(score: Score) -> str:
    """Return how points are given, in a line."""
    full = f"满分 full {score.full:g}"
    match score.kind:
        case "linear":
            return f"线性 linear {score.floor:g} → {score.goal:g}，{full}"
        case "banded":
            bands = "，".join(f"≥ {band.from_:g}: {band.points:g}" for band in score.bands)
            return f"分档 banded {bands}，其余 else {score.floor:g}，{full}"
        case "adjusted":
            return f"加减 adjusted {score.start:g} {score.per_unit:+g} / 单位 unit，≤ ±{score.cap:g}，{full}"
        case "veto":
            return f"一票 all or nothing {score.line:g}，{full}"
        case "unknown":
            return "—"


def _lines(indicator: Indicator) -> str:
    lines = (("目标 goal", indicator.goal), ("黄 yellow", indicator.yellow_line), ("红 red", indicator.red_line))
    return "，".join(f"{name} {value:g}" for name, value in lines if value is not None) or "—"


def _golden(example: GoldenEntry) -> str:
    """Return an example's words and what it must give."""
    expected = example.expect
    when = expected.period or (f"as of {expected.as_of}" if expected.as_of else "")
    parts = [str(each) for each in (expected.numerator, expected.denominator) if each is not None]
    said = [" / ".join(parts)] if parts else []
    if expected.expects("value"):
        said.append("→ " + ("无数据 no data" if expected.value is None else f"{expected.value:g}"))
    gives = " ".join(said) + ("" if expected.score is None else f"，{expected.score:g} 分 points")
    return f"{example.says.zh}\n{example.says.en}\n{f'{when}: ' if when else ''}{gives}"
