-- Warnings as people follow them: one row a warning, whoever raised it, with every step that stands, in the order of time.
CREATE OR REPLACE VIEW {database}.warnings
(
    `warning_id` String COMMENT '预警编号 / warning id',
    `township` LowCardinality(String) COMMENT '乡镇（街道）代码 / township code',
    `place_name` String COMMENT '地方名称；未登记时为代码 / name of the place, its code where it is not registered',
    `indicator` String COMMENT '指标编号 / indicator id',
    `name_zh` String COMMENT '指标中文名称 / name of the indicator in Chinese',
    `name_en` String COMMENT '指标英文名称 / name of the indicator in English',
    `source` String COMMENT '发出者：xiangmai-ladder 为系统按规则发出 / who raised it; xiangmai-ladder: the system, by the rule',
    `is_open` Bool COMMENT '是否未解除 / whether it is not cleared',
    `step` LowCardinality(String) COMMENT '所处阶段：warning 预警，talk 约谈，listing 挂牌，rectification 整改，accepted 已验收，cleared 已解除 / step it stands on',
    `step_since` DateTime64(3, '{timezone}') COMMENT '本阶段起算时间 / on this step since',
    `called_to` Nullable(String) COMMENT '按规则或决定应升至的阶段 / step it was last moved to, by rule or decision',
    `called_at` Nullable(DateTime64(3, '{timezone}')) COMMENT '最近升级时间 / when it was last moved up',
    `raised_at` DateTime64(3, '{timezone}') COMMENT '预警时间 / raised at',
    `raised_colour` LowCardinality(Nullable(String)) COMMENT '发出时颜色 / colour when raised',
    `colour` LowCardinality(Nullable(String)) COMMENT '最近颜色 / last colour',
    `period` Nullable(String) COMMENT '最近时段 / last period it speaks of',
    `value` Nullable(Float64) COMMENT '最近指标值 / last value',
    `line` Nullable(Float64) COMMENT '发出时越过的警戒线 / line that was crossed when it was raised',
    `reds_in_a_row` Nullable(Int64) COMMENT '最近一次续期时连续红色期数 / reds in a row when it was last renewed',
    `due_at` Nullable(DateTime64(3, '{timezone}')) COMMENT '整改期限 / rectification due at',
    `cleared_at` Nullable(DateTime64(3, '{timezone}')) COMMENT '解除时间 / cleared at',
    `cleared_because` LowCardinality(Nullable(String)) COMMENT '解除原因 / cleared because',
    `previous_warning_id` Nullable(String) COMMENT '上一次同项预警编号 / previous warning of the same place and indicator',
    `days_since_cleared` Nullable(Int64) COMMENT '距上次解除天数 / days since that one was cleared',
    `steps` Array(Tuple(occurred_at DateTime64(3, '{timezone}'), event String, detail String, department String)) COMMENT '经过：时间、事件、说明（颜色、阶段或原因）、填报部门 / its steps: when, event, detail (colour, step or reason), who says so'
)
AS
WITH
    told AS
    (
        SELECT
            event.township AS township,
            event.case_id AS case_id,
            arraySort(step -> (step.1, step.5), groupArray((
                event.occurred_at,
                toString(event.event),
                toString(coalesce(event.to_step, event.because, event.colour, '')),
                toString(event.department),
                event.kafka_offset))) AS every
        FROM {database}.events_supervision AS event
        WHERE event.case_type = 'warning'
            AND event.event != 'EventVoided'
            AND event.event_id NOT IN
            (
                SELECT assumeNotNull(correction.corrects)
                FROM {database}.events_supervision AS correction
                WHERE correction.corrects IS NOT NULL
            )
        GROUP BY event.township, event.case_id
    )
SELECT
    warning.case_id AS warning_id,
    warning.township AS township,
    if(unit_of.name = '', warning.township, unit_of.name) AS place_name,
    assumeNotNull(warning.indicator) AS indicator,
    definition.name_zh AS name_zh,
    definition.name_en AS name_en,
    assumeNotNull(warning.source) AS source,
    warning.cleared_at IS NULL AS is_open,
    assumeNotNull(warning.step) AS step,
    assumeNotNull(warning.step_since) AS step_since,
    warning.escalated_to AS called_to,
    warning.escalated_at AS called_at,
    assumeNotNull(warning.raised_at) AS raised_at,
    warning.raised_colour AS raised_colour,
    warning.colour AS colour,
    warning.period AS period,
    warning.value AS value,
    warning.line AS line,
    warning.reds_in_a_row AS reds_in_a_row,
    warning.due_at AS due_at,
    warning.cleared_at AS cleared_at,
    warning.cleared_because AS cleared_because,
    warning.previous_warning_id AS previous_warning_id,
    warning.days_since_cleared AS days_since_cleared,
    arrayMap(step -> (step.1, step.2, step.3, step.4), told.every) AS steps
FROM {database}.cases_warning AS warning
LEFT JOIN told ON warning.township = told.township AND warning.case_id = told.case_id
LEFT JOIN (SELECT code, name FROM {database}.org_units) AS unit_of ON warning.township = unit_of.code
LEFT JOIN
(
    SELECT indicator AS id, argMax(name_zh, version) AS name_zh, argMax(name_en, version) AS name_en
    FROM {database}.indicator_catalogue
    GROUP BY indicator
) AS definition ON warning.indicator = definition.id
WHERE warning.raised_at IS NOT NULL
COMMENT '预警：一条一行，含所处阶段与全部经过 / warnings: one row each, with the step it stands on and all its steps'
