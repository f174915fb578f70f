"""Tables whose shape follows from no record (cells, catalogue, dead letters), and the columns all tables end with."""

from __future__ import annotations

from typing import Final

from schemas.catalogue.case_columns import ORIGIN
from sinks.columns import Column
from sinks.tables import Table

CELLS: Final = "indicator_cells"
CATALOGUE: Final = "indicator_catalogue"
DEAD_LETTERS: Final = "dead_letters"

TEXT: Final = "String"
CODE: Final = "LowCardinality(String)"


def moment_type(timezone: str) -> str:
    """Return the column type of a time in milliseconds, shown in the county's time zone."""
    return f"DateTime64(3, '{timezone}')"


def kafka_columns(timezone: str, what: str) -> tuple[Column, ...]:
    """Return the columns that say where a row comes from."""
    moment = moment_type(timezone)
    forms = (
        (CODE, f"{what}所在主题 / its Kafka topic"),
        ("UInt32", f"{what}所在分区 / its partition"),
        ("UInt64", f"{what}的位点 / its offset"),
        (moment, "Kafka 接收时间 / when Kafka accepted it"),
        (moment, "入库时间 / when it reached the warehouse", "DEFAULT now64(3)"),
    )
    return tuple(Column(name, *form) for name, form in zip(ORIGIN, forms, strict=True))


def cells(database: str, timezone: str) -> Table:
    """Return the table with one row for every indicator of every cell."""
    moment = moment_type(timezone)
    columns = (
        Column("indicator", CODE, "指标编号 / indicator id"),
        Column("definition_version", "UInt32", "口径版本 / version of the definition"),
        Column("case_type", CODE, "事项类型 / case type"),
        Column("township", CODE, "乡镇（街道）代码 / township code"),
        Column("place", CODE, "地方代码：乡镇9位，村12位 / place code: township 9 digits, village 12"),
        Column("level", CODE, "层级：township 乡镇，village 村 / level of the place"),
        Column("period", CODE, "时段：day 日，month 月，quarter 季，year 年，now 当前 / kind of period"),
        Column("period_start", "Date", "时段第一天（当前为1970-01-01） / first day of the period (now: 1970-01-01)"),
        Column("dimension", CODE, "细分维度，空为不细分 / breakdown, empty for all"),
        Column("dimension_value", CODE, "维度值，空为不细分 / value of the breakdown, empty for all"),
        Column("numerator", "Int64", "分子 / numerator"),
        Column("denominator", "Int64", "分母 / denominator"),
        Column("buckets", "Map(Int32, Int64)", "分布桶：桶号→件数 / histogram: bucket to count"),
        Column("newest_event_at", f"Nullable({moment})", "背后最新事件的发生时间 / newest event behind it"),
        Column("changed_at", moment, "算出时间 / when the worker computed it"),
        *kafka_columns(timezone, "单元"),
    )
    key = (
        "indicator",
        "period",
        "level",
        "dimension",
        "dimension_value",
        "place",
        "period_start",
        "definition_version",
    )
    comment = "指标单元：可加的分子与分母 / indicator cells: the additive parts"
    return Table(database, CELLS, comment, columns, key, "kafka_offset")


def catalogue(database: str, timezone: str) -> Table:
    """Return the table of definitions, every version of each once for every load of a changed catalogue."""
    moment = moment_type(timezone)
    number = "Nullable(Float64)"
    columns = (
        Column("indicator", TEXT, "指标编号 / indicator id"),
        Column("version", "UInt32", "口径版本 / version of the definition"),
        Column("domain", CODE, "领域 / domain"),
        Column("case_type", CODE, "事项类型 / case type"),
        Column(
            "kind",
            CODE,
            "类型：count 数量，share 比率，sum 合计，mean 均值，quantile 分位数，stock 存量，coverage 覆盖，distinct 去重计数，"
            "derived 派生，index 指数 / kind",
        ),
        Column("name_zh", TEXT, "中文名称 / name in Chinese"),
        Column("name_en", TEXT, "英文名称 / name in English"),
        Column("sentence_zh", TEXT, "口径说明（中文） / the definition as a sentence, in Chinese"),
        Column("sentence_en", TEXT, "口径说明（英文） / the definition as a sentence, in English"),
        Column("unit", TEXT, "单位 / unit"),
        Column("factor", "Float64", "换算：值 = 可加部分 ÷ 换算 / factor: value = part / factor"),
        Column("direction", CODE, "方向：up 越高越好，down 越低越好，none 无 / which way is better"),
        Column("goal", number, "目标 / goal"),
        Column("yellow_line", number, "黄色预警线 / yellow line"),
        Column("red_line", number, "红色预警线 / red line"),
        Column("minimum_volume", "Int64", "参与排名的最小件数 / least volume to be ranked"),
        Column("quantile", number, "分位（0–1） / quantile"),
        Column("dimensions", "Array(String)", "可细分的维度 / breakdowns"),
        Column("effective_from", "Date", "口径启用日 / first day of the definition"),
        Column("definition", TEXT, "口径全文（JSON） / the whole definition (JSON)"),
        Column("periods", "Array(String)", "公布的时段 / kinds of period that are shown"),
        Column("covers", CODE, "覆盖对象：village 村；其他类型为空 / places of which it is the coverage, else empty"),
        Column("expression", TEXT, "派生指标的算式，其他为空 / expression of a derived indicator, else empty"),
        Column(
            "parts", TEXT, "指数的构成：指标、权重、方向与计分（JSON），其他为空 / parts of an index (JSON), else empty"
        ),
        Column("score", TEXT, "计分办法（JSON），不计分为空 / how it is scored (JSON), empty where it is not"),
        Column(
            "changed_zh", TEXT, "旧口径为何停用，现行为空 / why an earlier definition was left, in Chinese, else empty"
        ),
        Column("changed_en", TEXT, "旧口径为何停用（英文），现行为空 / why an earlier definition was left, else empty"),
        Column("loaded_at", moment, "载入时间 / when it was loaded"),
    )
    comment = "指标目录：每个指标各版本的口径 / the indicator catalogue: every version of every definition"
    return Table(database, CATALOGUE, comment, columns, ("loaded_at", "indicator", "version"), "loaded_at")


def dead_letters(database: str, timezone: str) -> Table:
    """Return the table of refused messages. Their bytes, which may hold personal data, stay in Kafka."""
    moment = moment_type(timezone)
    columns = (
        Column("topic", CODE, "原主题 / topic of the refused message"),
        Column("partition", "Int64", "原分区 / its partition"),
        Column("offset", "Int64", "原位点 / its offset"),
        Column(
            "stage", CODE, "环节：worker、sink、import；resolved 为已处理 / where it was refused; resolved: dealt with"
        ),
        Column("reason", CODE, "原因代码 / reason"),
        Column("detail", TEXT, "说明，不含个人信息 / the reason explained, without personal data"),
        Column("event_id", "Nullable(String)", "事件编号 / event id where it could be read"),
        Column(
            "township", CODE, "消息键为乡镇代码时的乡镇，否则为空 / the key where it is a township code, else empty"
        ),
        Column(
            "value_bytes",
            "Nullable(Int64)",
            "原消息大小（字节）；原文只留在 Kafka / size of the message; its bytes stay in Kafka",
        ),
        Column("record_timestamp", moment, "原消息时间 / Kafka's time of the message"),
        Column("dead_at", moment, "判为死信的时间 / when it became a dead letter"),
        *kafka_columns(timezone, "死信"),
    )
    comment = "死信：未能处理的消息，不含原文 / dead letters: messages refused, without their bytes"
    return Table(database, DEAD_LETTERS, comment, columns, ("topic", "partition", "offset", "stage"), "kafka_offset")
