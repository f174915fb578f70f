-- The additive parts of every figure there is: flows as cells, stocks as their level at the end of each day, month, quarter and
-- year (the current one: at its newest day) and as it is now.
CREATE OR REPLACE VIEW {storage}.figures{tree} AS
SELECT
    flow.indicator AS indicator,
    flow.definition_version AS definition_version,
    flow.level AS level,
    flow.place AS place,
    flow.county AS county,
    flow.period AS period,
    flow.period_start AS period_start,
    flow.dimension AS dimension,
    flow.dimension_value AS dimension_value,
    flow.numerator AS numerator,
    flow.denominator AS denominator,
    flow.buckets AS buckets,
    flow.newest_event_at AS newest_event_at,
    flow.changed_at AS changed_at
FROM {storage}.cells_by_level{tree} AS flow
WHERE flow.period = 'now'
    OR flow.indicator NOT IN (SELECT definition.indicator FROM {database}.indicator_catalogue AS definition WHERE definition.kind = 'stock')
UNION ALL
SELECT
    stock.indicator,
    stock.definition_version,
    stock.level,
    stock.place,
    stock.county,
    toLowCardinality(arrayJoin(['day', 'month', 'quarter', 'year'])) AS kind_of_period,
    multiIf(
        kind_of_period = 'day', stock.day,
        kind_of_period = 'month', toStartOfMonth(stock.day),
        kind_of_period = 'quarter', toStartOfQuarter(stock.day),
        toStartOfYear(stock.day)) AS first_day,
    stock.dimension,
    stock.dimension_value,
    stock.stock,
    1,
    CAST(map(), 'Map(Int32, Int64)'),
    stock.newest_event_at,
    stock.changed_at
FROM {storage}.stock_days{tree} AS stock
WHERE kind_of_period = 'day'
    OR stock.day = stock.last_day
    OR multiIf(
        kind_of_period = 'month', toStartOfMonth(stock.day + 1),
        kind_of_period = 'quarter', toStartOfQuarter(stock.day + 1),
        toStartOfYear(stock.day + 1)) = stock.day + 1
