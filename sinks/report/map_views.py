"""The views behind the maps, written from the definitions whose numbers they show: hazard_open and capability_map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from schemas.catalogue.expression_sql import text as sql_text
from sinks.columns import Column
from sinks.fixed_tables import CODE, TEXT, moment_type
from sinks.proof.cases_sql import CASES
from sinks.proof.population import Population
from sinks.proof.statement import indented, listed, select
from sinks.tables import View, literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from schemas.catalogue.model import CaseDefinition, Catalogue, Indicator
    from sinks.layout import Layout

RISK_MAP: Final = "risk_map"
CAPABILITY_MAP: Final = "capability_map"
OPEN: Final = "hazard_open"
"""The indicator whose cases are the points of the risk map."""
CADRES: Final = "cadre"


def map_views(layout: Layout) -> Iterator[View]:
    """Yield the views for which the layout has the definitions."""
    indicators = {each.id: each for catalogue in layout.catalogues.values() for each in catalogue.indicators.values()}
    if OPEN in indicators:
        yield _risk_map(layout, indicators[OPEN])
    if CAPABILITY_MAP in indicators and any(CADRES in each.cases for each in layout.catalogues.values()):
        yield _capability_map(layout, indicators[CAPABILITY_MAP])


def _risk_map(layout: Layout, indicator: Indicator) -> View:
    population, names = Population(indicator, layout.timezone), _symbols(layout, "hazard")
    moment = moment_type(layout.timezone)
    columns = {
        Column("hazard_id", TEXT, "隐患编号 / hazard id"): f"{CASES}.case_id",
        Column("township", CODE, "乡镇（街道）代码 / township code"): f"{CASES}.township",
        Column("township_name", TEXT, "乡镇名称；未登记时为代码 / name of the township"): _place(
            f"{CASES}.township", "town"
        ),
        Column("village", f"Nullable({TEXT})", "村（社区）代码 / village code"): f"{CASES}.village",
        Column("grid_id", f"Nullable({TEXT})", "网格编号 / grid"): f"{CASES}.grid_id",
        Column("level", CODE, "隐患等级 / level"): f"ifNull(toString({CASES}.level), '')",
        Column("level_name", TEXT, "等级名称 / name of the level"): _named(f"{CASES}.level", names["level"]),
        Column("kind", CODE, "隐患类型 / kind"): f"ifNull(toString({CASES}.kind), '')",
        Column("kind_name", TEXT, "类型名称 / name of the kind"): _named(f"{CASES}.kind", names["kind"]),
        Column("found_at", moment, "发现时间 / found at"): f"assumeNotNull({population.enter})",
        Column("due_at", f"Nullable({moment})", "整改期限 / due at"): f"{CASES}.due_at",
        Column("overdue", "Bool", "是否超期 / overdue"): f"ifNull({CASES}.due_at <= now64(3), false)",
        Column(
            "longitude", "Nullable(Float64)", "经度；不详为空 / longitude, NULL when not known"
        ): f"{CASES}.longitude",
        Column("latitude", "Nullable(Float64)", "纬度；不详为空 / latitude, NULL when not known"): f"{CASES}.latitude",
    }
    where = [
        *_population(population),
        *population.stays,
        f"{population.enter} <= now64(3)",
        f"ifNull({population.leave} > now64(3), true)",
    ]
    source = _cases(layout, "hazard") + _places(layout, f"{CASES}.township", "town")
    words = (
        f"风险一张图：未整改的隐患，即指标 {OPEN} 此刻所数 / the risk map: open hazards, those that {OPEN} counts now"
    )
    return _view(layout, RISK_MAP, columns, words, source, where)


def _capability_map(layout: Layout, indicator: Indicator) -> View:
    population, names = Population(indicator, layout.timezone), _symbols(layout, indicator.case)
    posts = _symbols(layout, CADRES)
    columns = {
        Column(
            "month", "Date", "测评所在月 / month of the assessments"
        ): f"toDate(toStartOfMonth(assumeNotNull({population.day})))",
        Column("township", CODE, "乡镇（街道）代码 / township code"): f"{CASES}.township",
        Column(
            "township_name", TEXT, "乡镇名称；未登记时为代码 / name of the township"
        ): f"any({_place(f'{CASES}.township', 'town')})",
        Column(
            "post", CODE, "现任职务，空为不在册 / present post, empty when not on the register"
        ): "ifNull(toString(cadres.post), '')",
        Column("post_name", TEXT, "职务名称 / name of the post"): f"any({_named('cadres.post', posts['post'])})",
        Column("capability", CODE, "能力维度 / capability"): f"ifNull(toString({CASES}.capability), '')",
        Column(
            "capability_name", TEXT, "维度名称 / its name"
        ): f"any({_named(f'{CASES}.capability', names['capability'])})",
        Column("assessments", "UInt64", "测评次数 / assessments"): "count()",
        Column("cadres", "UInt64", "测评的干部数 / cadres assessed"): f"uniqExact({CASES}.cadre_id)",
        Column(
            "points", "Float64", "得分合计 / sum of the scores"
        ): f"sum(assumeNotNull({population.value})) / {indicator.factor}",
        Column("mean", "Float64", "平均得分 / mean score"): "points / assessments",
    }
    present = f"{quoted(layout.database)}.cases_{CADRES}"
    source = _cases(layout, indicator.case) + _places(layout, f"{CASES}.township", "town")
    source += (
        f"\nLEFT JOIN {present} AS cadres ON {CASES}.township = cadres.township AND {CASES}.cadre_id = cadres.case_id"
    )
    where = [*_population(population), f"{population.anchor} IS NOT NULL", f"{population.value} IS NOT NULL"]
    words = "能力图谱：乡镇 × 职务 × 维度 × 月，得分可加 / capability map: township, post, dimension, month; the points add up"
    return _view(layout, CAPABILITY_MAP, columns, words, source, where, ("month", "township", "post", "capability"))


def _view(
    layout: Layout,
    name: str,
    columns: Mapping[Column, str],
    words: str,
    source: str,
    where: Sequence[str],
    group_by: Sequence[str] = (),
) -> View:
    heads = ",\n".join(f"    {quoted(each.name)} {each.type} COMMENT {literal(each.comment)}" for each in columns)
    sql = select([f"{value} AS {each.name}" for each, value in columns.items()], source, where, group_by=group_by)
    full = f"{quoted(layout.database)}.{quoted(name)}"
    return View(
        layout.database,
        name,
        f"CREATE OR REPLACE VIEW {full}\n(\n{heads}\n)\nAS\n{sql}\nCOMMENT {literal(words)}",
    )


def _population(population: Population) -> list[str]:
    return [population.over, *(f"NOT {each}" for each in population.excluded)]


def _cases(layout: Layout, kind: str) -> str:
    return f"{quoted(layout.database)}.cases_{kind} AS {CASES}"


def _places(layout: Layout, code: str, alias: str) -> str:
    names = select(["code", "name"], f"{quoted(layout.database)}.{layout.places.table.name}")
    return f"\nLEFT JOIN\n(\n{indented(names)}\n) AS {alias} ON {code} = {alias}.code"


def _place(code: str, alias: str) -> str:
    return f"if({alias}.name = '', {code}, {alias}.name)"


def _named(value: str, names: Mapping[str, str]) -> str:
    """Return SQL of a symbol's Chinese name."""
    symbols, words = (listed([sql_text(each) for each in side]) for side in (names.keys(), names.values()))
    return f"transform(ifNull(toString({value}), ''), {symbols}, {words}, ifNull(toString({value}), ''))"


def _symbols(layout: Layout, kind: str) -> dict[str, dict[str, str]]:
    """Return the Chinese names of the symbols of a case's fields that are folded from an enum, by field."""
    catalogue = next(each for each in layout.catalogues.values() if kind in each.cases)
    found = {}
    for field in catalogue.cases[kind].fields:
        names = _of_fold(catalogue, catalogue.cases[kind], field.name)
        if names:
            found[field.name] = names
    return found


def _of_fold(catalogue: Catalogue, case: CaseDefinition, name: str) -> dict[str, str]:
    fold = next(field.fold for field in case.fields if field.name == name)
    if fold is None or not fold.sources[0].field:
        return {}
    type_: Any = catalogue.domain.event(fold.sources[0].event).field(fold.sources[0].field).avro_type
    symbols = type_.get("symbol_names", {}) if isinstance(type_, dict) else {}
    return {symbol: str(words["zh"]) for symbol, words in symbols.items()}
