-- Every place there ever was, a row for each name or extent of a code.
CREATE OR REPLACE VIEW {database}.org_units_history
(
    `code` String COMMENT '代码 / code',
    `name` String COMMENT '当时名称 / its name then',
    `level` LowCardinality(String) COMMENT '层级 / level',
    `parent` Nullable(String) COMMENT '上级代码 / parent code',
    `effective_from` Nullable(Date32) COMMENT '起始日期；不详为空 / first day, NULL where it is not known',
    `effective_to` Nullable(Date32) COMMENT '截止日期（不含）；至今为空 / first day no more, NULL while it is so',
    `change` LowCardinality(String) COMMENT '变动：renamed 更名，merged 并入，split 分设，moved 划转，abolished 撤销；至今为空 / how it ended, else empty',
    `successors` Array(String) COMMENT '继任代码 / codes that followed',
    `predecessors` Array(String) COMMENT '前身代码 / codes that it followed',
    `counted_under` String COMMENT '今天的树中归入的代码 / code under which it is counted in the tree of today'
)
AS
SELECT
    span.code AS code,
    span.name AS name,
    span.level AS level,
    span.parent AS parent,
    if(span.from_day = -2147483648, NULL, toDate32(span.from_day)) AS effective_from,
    if(span.to_day = 2147483647, NULL, toDate32(span.to_day)) AS effective_to,
    span.change AS change,
    span.successors AS successors,
    arraySort(arrayDistinct(arrayMap(
        ended -> ended.2,
        arrayFilter(ended -> span.from_day <= ended.1 AND ended.1 < span.to_day, followed.codes)))) AS predecessors,
    if(moved.today = '', span.code, moved.today) AS counted_under
FROM {storage}.place_spans AS span
LEFT JOIN
(
    SELECT arrayJoin(before.successors) AS successor, groupArray((before.to_day, before.code)) AS codes
    FROM {storage}.place_spans AS before
    GROUP BY successor
) AS followed ON span.code = followed.successor
LEFT JOIN {storage}.places_today AS moved ON span.code = moved.code
COMMENT '区划沿革：每个代码各段的名称、起止与继任 / places and what they were: names, days, successors'
