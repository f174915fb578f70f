-- The view people use: every value with its name, goal, colour, score, history and rank.
CREATE OR REPLACE VIEW {database}.indicators{tree}
(
    `indicator` LowCardinality(String) COMMENT '指标编号 / indicator id',
    `name_zh` String COMMENT '指标中文名称 / name in Chinese',
    `name_en` String COMMENT '指标英文名称 / name in English',
    `kind` LowCardinality(String) COMMENT '类型：count 数量，share 比率，sum 合计，mean 均值，quantile 分位数，stock 存量，coverage 覆盖率，distinct 去重计数，derived 派生，index 指数 / kind of indicator',
    `level` LowCardinality(String) COMMENT '层级：county 县，township 乡镇，village 村 / level of the place',
    `place` LowCardinality(String) COMMENT '地方代码 / place code',
    `place_name` String COMMENT '地方名称{name_zh}；未登记时为代码 / name of the place{name_en}, its code where it is not registered',
    `county` LowCardinality(String) COMMENT '县代码 / county code',
    `period` LowCardinality(String) COMMENT '时段：day 日，month 月，quarter 季，year 年，now 当前 / kind of period',
    `period_start` Date COMMENT '时段第一天（当前为1970-01-01） / first day of the period (now: 1970-01-01)',
    `dimension` LowCardinality(String) COMMENT '细分维度，空为不细分 / breakdown, empty for all',
    `dimension_value` LowCardinality(String) COMMENT '维度值 / value of the breakdown',
    `dimension_name` String COMMENT '维度值的名称（如部门名称） / name of that value, e.g. of the department',
    `numerator` Int64 COMMENT '分子；存量为期末数，派生与指数为 0 / numerator; of a stock its level at the end of the period, 0 where it is derived',
    `denominator` Int64 COMMENT '分母；覆盖率为现有村数，派生与指数为 0 / denominator; of a coverage the villages that exist, 0 where it is derived',
    `value` Nullable(Float64) COMMENT '值；没有数据为 NULL / value, NULL when there is no data',
    `state` LowCardinality(String) COMMENT '状态：no_data 无数据，zero 为零，value 有值 / no data, zero, or a value',
    `unit` LowCardinality(String) COMMENT '单位 / unit',
    `goal` Nullable(Float64) COMMENT '目标 / goal',
    `direction` LowCardinality(String) COMMENT '方向：up 越高越好，down 越低越好，none 无 / which way is better',
    `colour` LowCardinality(String) COMMENT '颜色：green 绿，yellow 黄，red 红，空为不评 / colour by goal and lines, empty where there are none',
    `score` Nullable(Float64) COMMENT '得分：按目录中的评分办法；不评分为 NULL / score by the rule in the catalogue, NULL where there is none',
    `previous` Nullable(Float64) COMMENT '上一时段的值 / value of the period before',
    `last_year` Nullable(Float64) COMMENT '去年同期的值 / value of the same period last year',
    `rank` Nullable(UInt64) COMMENT '县内同级排名，并列同名次；件数不足不排 / rank within the county among the same level; ties share it',
    `ranked` Nullable(UInt64) COMMENT '参与排名的地方数 / how many places are ranked',
    `newest_event_at` Nullable(DateTime64(3, '{timezone}')) COMMENT '背后最新事件的发生时间 / newest event behind the value',
    `changed_at` DateTime64(3, '{timezone}') COMMENT '算出时间 / when it was computed',
    `revised` Bool COMMENT '时段结束一天以后又变过 / changed later than a day after the period ended',
    `definition_version` UInt32 COMMENT '口径版本 / version of the definition'{tree_columns}
)
AS
WITH
    valued AS
    (
        SELECT
            figure.indicator AS indicator,
            figure.definition_version AS definition_version,
            figure.level AS level,
            figure.place AS place,
            figure.county AS county,
            figure.period AS period,
            figure.period_start AS period_start,
            figure.dimension AS dimension,
            figure.dimension_value AS dimension_value,
            figure.numerator AS numerator,
            figure.denominator AS denominator,
            figure.value AS value,
            figure.newest_event_at AS newest_event_at,
            figure.changed_at AS changed_at,
            definition.name_zh AS name_zh,
            definition.name_en AS name_en,
            definition.kind AS kind,
            definition.unit AS unit,
            definition.goal AS goal,
            definition.direction AS direction,
            definition.yellow_line AS yellow_line,
            definition.red_line AS red_line,
            direction != 'none' AND value IS NOT NULL AND level != 'county' AND figure.enough AS rankable,
            -- A number on which the same period of the year before lies exactly 372 lower, whatever the period is.
            toYear(period_start) * 372 + toMonth(period_start) * 31 + toDayOfMonth(period_start) AS position,
            multiIf(
                period = 'day', period_start + 1,
                period = 'month', addMonths(period_start, 1),
                period = 'quarter', addMonths(period_start, 3),
                addYears(period_start, 1)) AS next_start
        FROM {storage}.values{tree} AS figure
        INNER JOIN {storage}.definitions AS definition
            ON figure.indicator = definition.indicator AND figure.definition_version = definition.version
    ),
    compared AS
    (
        SELECT
            *,
            lagInFrame(value) OVER before AS value_before,
            lagInFrame(next_start) OVER before AS next_start_before,
            any(value) OVER
            (
                PARTITION BY indicator, level, place, county, period, dimension, dimension_value
                ORDER BY position
                RANGE BETWEEN 372 PRECEDING AND 372 PRECEDING
            ) AS value_last_year,
            rank() OVER (beside ORDER BY if(direction = 'up', -value, value)) AS place_in_order,
            count() OVER beside AS places_in_order,
            -- 58 of 100 is 57.99999999999999 % in binary: what misses a line by less than a billionth of it has reached it.
            coalesce(yellow_line, goal) AS yellow,
            1e-9 * greatest(1, abs(red_line)) AS red_slack,
            1e-9 * greatest(1, abs(yellow)) AS yellow_slack
        FROM valued
        WINDOW
            before AS
            (
                PARTITION BY indicator, level, place, county, period, dimension, dimension_value
                ORDER BY position
                ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
            ),
            beside AS (PARTITION BY indicator, level, county, period, period_start, dimension, dimension_value, rankable)
    )
SELECT
    compared.indicator AS indicator,
    compared.name_zh AS name_zh,
    compared.name_en AS name_en,
    compared.kind AS kind,
    compared.level AS level,
    compared.place AS place,
    if(empty(unit_of.names), compared.place, arrayLast((borne, at) -> borne.1 <= {name_day} OR at = 1, unit_of.names, arrayEnumerate(unit_of.names)).2) AS place_name,
    compared.county AS county,
    compared.period AS period,
    compared.period_start AS period_start,
    compared.dimension AS dimension,
    compared.dimension_value AS dimension_value,
    if(compared.dimension = 'department' AND department.name != '', department.name, compared.dimension_value) AS dimension_name,
    compared.numerator AS numerator,
    compared.denominator AS denominator,
    compared.value AS value,
    multiIf(compared.value IS NULL, 'no_data', compared.value = 0, 'zero', 'value') AS state,
    compared.unit AS unit,
    compared.goal AS goal,
    compared.direction AS direction,
    multiIf(
        compared.value IS NULL OR compared.direction = 'none' OR coalesce(compared.goal, compared.yellow_line, compared.red_line) IS NULL, '',
        compared.direction = 'up' AND compared.value < compared.red_line - compared.red_slack, 'red',
        compared.direction = 'down' AND compared.value > compared.red_line + compared.red_slack, 'red',
        compared.direction = 'up' AND compared.value < compared.yellow - compared.yellow_slack, 'yellow',
        compared.direction = 'down' AND compared.value > compared.yellow + compared.yellow_slack, 'yellow',
        'green') AS colour,
    {score} AS score,
    if(compared.next_start_before = compared.period_start AND compared.period != 'now', compared.value_before, NULL) AS previous,
    if(compared.period != 'now', compared.value_last_year, NULL) AS last_year,
    if(compared.rankable, compared.place_in_order, NULL) AS rank,
    if(compared.rankable, compared.places_in_order, NULL) AS ranked,
    compared.newest_event_at AS newest_event_at,
    compared.changed_at AS changed_at,
    compared.period != 'now' AND compared.changed_at > toDateTime(compared.next_start + 1, '{timezone}') AS revised,
    compared.definition_version AS definition_version{tree_values}
FROM compared
LEFT JOIN {storage}.place_names AS unit_of ON compared.place = unit_of.code{tree_join}
LEFT JOIN (SELECT code, name FROM {database}.departments) AS department ON compared.dimension_value = department.code
COMMENT '{tree_comment}'
