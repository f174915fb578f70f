-- The value of every figure that is counted from cases. A rate is divided here and nowhere else; a quantile is read from summed
-- buckets; a coverage is divided by the villages that exist, whether or not anything happened there.
CREATE OR REPLACE VIEW {storage}.counted_values AS
WITH
    villages AS
    (
        SELECT arrayJoin([substring(unit.code, 1, 6), substring(unit.code, 1, 9), unit.code]) AS place, count() AS number
        FROM {database}.org_units AS unit
        WHERE length(unit.code) = 12
        GROUP BY place
    )
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
    if(definition.kind = 'coverage', toInt64(villages.number), figure.denominator) AS denominator,
    figure.newest_event_at AS newest_event_at,
    figure.changed_at AS changed_at,
    mapSort(figure.buckets) AS histogram,
    arrayCumSum(mapValues(histogram)) AS upto,
    mapKeys(histogram)[arrayFirstIndex(n -> n >= definition.quantile * upto[-1] - 1e-9, upto)] AS bucket,
    multiIf(
        definition.kind = 'quantile', if(empty(upto), NULL, {bucket_value} / definition.factor),
        definition.kind IN ('share', 'mean', 'coverage'),
            if(denominator = 0, NULL, figure.numerator / denominator / definition.factor),
        figure.numerator / definition.factor) AS value,
    definition.kind IN ('count', 'sum', 'stock', 'distinct') OR denominator >= definition.minimum_volume AS enough,
    -- The first day after the period.
    multiIf(
        period = 'day', period_start + 1,
        period = 'month', addMonths(period_start, 1),
        period = 'quarter', addMonths(period_start, 3),
        addYears(period_start, 1)) AS next_start
FROM {storage}.figures AS figure
INNER JOIN {storage}.definitions AS definition
    ON figure.indicator = definition.indicator AND figure.definition_version = definition.version
LEFT JOIN villages ON figure.place = villages.place
WHERE if(period = 'now', definition.shown_before = toDate('2149-06-06'), definition.shown_from < next_start AND next_start <= definition.shown_before)
    AND (empty(definition.periods) OR has(definition.periods, period))
