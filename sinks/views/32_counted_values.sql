-- The value of every figure that is counted from cases. A rate is divided here and nowhere else; a quantile is read from summed
-- buckets; a coverage is divided by the villages that stood on the period's last day (in the current one: today), whether or not anything happened there.
CREATE OR REPLACE VIEW {storage}.counted_values{tree} AS
WITH
    toInt32(toDate32(now('{timezone}'))) AS this_day,
    villages AS
    (
        SELECT
            arrayJoin([substring(span.code, 1, 6), substring(span.code, 1, 9), span.code]) AS place,
            groupArray((span.from_day, span.to_day)) AS spans
        FROM {storage}.place_spans AS span
        WHERE length(span.code) = 12
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
    if(
        definition.kind = 'coverage',
        toInt64(arrayCount(span -> span.1 <= last_day AND last_day < span.2, villages.spans)),
        figure.denominator) AS denominator,
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
        addYears(period_start, 1)) AS next_start,
    if(period = 'now', this_day, least(toInt32(next_start) - 1, this_day)) AS last_day
FROM {storage}.figures{tree} AS figure
INNER JOIN {storage}.definitions AS definition
    ON figure.indicator = definition.indicator AND figure.definition_version = definition.version
LEFT JOIN villages ON figure.place = villages.place
WHERE if(period = 'now', definition.shown_before = toDate('2149-06-06'), definition.shown_from < next_start AND next_start <= definition.shown_before)
    AND (empty(definition.periods) OR has(definition.periods, period))
