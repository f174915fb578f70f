"""The handbook of a domain's indicators, written from its catalogue: what each one is, its examples, and its SQL."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from schemas.catalogue.contract_view import KINDS, changed_rows, contract_rows
from schemas.catalogue.expression_sql import SqlWriter
from schemas.catalogue.values_sql import derived_sql, index_sql
from sinks.proof.cells_sql import cell_steps
from sinks.proof.source import case_source
from sinks.proof.statement import with_steps
from sinks.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from schemas.catalogue.golden_entries import GoldenEntry
    from schemas.catalogue.model import CaseDefinition, CaseField, Catalogue, Fold, Indicator
    from sinks.layout import Layout

FILE_NAME: Final = "INDICATORS.md"
_SHOWN_APART: Final = frozenset({"例 golden example"})
_NOTE: Final = """\
<!-- 由目录生成，请勿手改 / generated from catalogue.yaml, do not edit: xiangmai catalogue docs -->

本册由 `catalogue.yaml` 生成：每个指标的名称、口径、总体与公式、目标、算例与 SQL。数值由可加的分子与分母在最后一步相除；每个算例都在
流计算与数据仓库两个引擎里作为测试运行。SQL 从视图 `proof_cases_<事项>`（由事件折叠出的事项）写起；从事件写起的整条语句：
`xiangmai catalogue sql 指标`。

Written from `catalogue.yaml`: the names of every indicator, its definition, population and formula, goal, examples and SQL. A value is its
additive parts divided at the very end. Every example runs as a test in both engines, the stream and the warehouse. The SQL begins with the
view `proof_cases_<case>` (cases folded from the events); the whole statement from the events on: `xiangmai catalogue sql INDICATOR`.
"""
_SUMMED: Final = "grain"
"""The step in which an indicator is summed where it is finest; what follows is the same for every indicator."""


def handbook(layout: Layout, catalogue: Catalogue) -> str:
    """Return the handbook of a domain as Markdown, the same text for the same definitions."""
    indicators = list(catalogue.indicators.values())
    parts = [
        f"# {catalogue.zh} · {catalogue.en}\n",
        _NOTE,
        _contents(indicators),
        *(_case(case, layout.timezone) for case in catalogue.cases.values()),
        *(_indicator(layout, indicator) for indicator in indicators),
    ]
    return "\n".join(parts)


def _contents(indicators: Iterable[Indicator]) -> str:
    rows = [
        (
            f"[`{each.id}`](#{each.id})",
            each.zh,
            each.en,
            KINDS[each.kind],
            each.unit,
            "" if each.goal is None else f"{each.goal:g}",
        )
        for each in indicators
    ]
    return _table(("编号 id", "指标", "indicator", "类型 kind", "单位 unit", "目标 goal"), rows)


def _case(case: CaseDefinition, timezone: str) -> str:
    """Return how a case is folded from its events."""
    sql = SqlWriter(timezone)
    rows = [
        (
            f"`{field.name}`",
            field.zh,
            field.en,
            field.type,
            _folded(field.fold, case, sql) or f"= {_computed(field, sql)}",
        )
        for field in case.fields
    ]
    heading = f"## 事项 case `{case.name}` · {case.zh} · {case.en}\n"
    events = f"事件 events: {', '.join(case.events)}；由 `{case.opens_with}` 立案 / opened by it；编号 id `{case.id_field}`\n"
    return "\n".join((heading, events, _table(("字段 field", "含义", "meaning", "类型 type", "来历 origin"), rows)))


def _folded(fold: Fold | None, case: CaseDefinition, sql: SqlWriter) -> str:
    if fold is None:
        return ""
    sources = [f"{each.event}.{each.field}" if each.field else each.event for each in fold.sources]
    fields = {each.field for each in fold.sources}
    if len(fields) == 1 and len(fold.sources) == len(case.events) > 1:
        sources = [f"*.{fields.pop() or ''}".rstrip(".")]
    where = f"，当 where {sql.value(fold.where)}" if fold.where is not None else ""
    cleared = f"，遇 cleared by {', '.join(fold.cleared_by)}" if fold.cleared_by else ""
    return f"{fold.fold} {', '.join(sources)}{where}{cleared}"


def _computed(field: CaseField, sql: SqlWriter) -> str:
    return sql.value(field.expression) if field.expression is not None else ""


def _indicator(layout: Layout, indicator: Indicator) -> str:
    rows = [row for row in contract_rows(indicator) if row[0] not in _SHOWN_APART]
    parts = [
        f'## <a id="{indicator.id}"></a>{indicator.zh} · {indicator.en}\n',
        _table(("", ""), rows),
        *(f"{line}\n" for example in indicator.golden for line in _example(example)),
        *_earlier(indicator),
        _details("SQL", f"```sql\n{_sql(layout, indicator)}\n```"),
    ]
    return "\n".join(parts)


def _earlier(indicator: Indicator) -> Iterator[str]:
    for later, earlier in pairwise(indicator.versions):
        rows = [row for row in changed_rows(earlier, later) if row[0] not in _SHOWN_APART]
        yield f"### 旧口径 earlier version {earlier.version}\n"
        yield _table(("", ""), rows)


def _sql(layout: Layout, indicator: Indicator) -> str:
    """Return the part of the statement that is the indicator's own."""
    if indicator.kind == "derived":
        return f"SELECT {derived_sql(indicator)} AS value"
    if indicator.kind == "index":
        return f"SELECT {index_sql(indicator, quoted)} AS value"
    source = case_source(layout, indicator.case)
    steps = cell_steps(indicator, layout.timezone, cases=source.proof_cases, as_of="now64(3)")
    own = [step for step in steps if step.name != steps[-1].name]
    return with_steps(own, f"SELECT * FROM {own[-1].name}")


def _example(example: GoldenEntry) -> Iterator[str]:
    yield f"**算例 example**：{example.says.zh}。 / {example.says.en}."
    lines = [
        f"- {case}{_many(example, case)}: " + "; ".join(_event(*pair) for event in events for pair in event.items())
        for case, events in example.cases.items()
    ]
    given = (
        ("本期 inputs", example.inputs),
        ("上期 previous", example.previous),
        ("去年同期 last year", example.last_year),
    )
    lines += [f"- {words}: {_pairs(values)}" for words, values in given if values]
    lines += [f"- 现有 exist: {_pairs(example.exist)}"] if example.exist else []
    expected = example.expect.model_dump(exclude_unset=True)
    yield "\n".join([*lines, f"- → **{_pairs(expected)}**"])


def _many(example: GoldenEntry, case: str) -> str:
    return f" ×{example.many[case]:,}" if case in example.many else ""


def _event(record: str, fields: dict[str, Any]) -> str:
    return f"{record} ({_pairs(fields)})"


def _pairs(values: Mapping[Any, Any]) -> str:
    return ", ".join(f"{name} {'—' if value is None else value}" for name, value in values.items())


def _details(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>\n"


def _table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heading, ("---",) * len(heading), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")
