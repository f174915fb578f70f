-- Cells of villages and townships as the worker published them, and the county's: the sum of its townships.
-- A county's code is the first six digits of its townships'.
CREATE OR REPLACE VIEW {storage}.cells_by_level AS
SELECT
    cell.indicator AS indicator,
    cell.definition_version AS definition_version,
    cell.level AS level,
    cell.place AS place,
    toLowCardinality(substring(cell.place, 1, 6)) AS county,
    cell.period AS period,
    cell.period_start AS period_start,
    cell.dimension AS dimension,
    cell.dimension_value AS dimension_value,
    cell.numerator AS numerator,
    cell.denominator AS denominator,
    cell.buckets AS buckets,
    cell.newest_event_at AS newest_event_at,
    cell.changed_at AS changed_at
FROM {storage}.indicator_cells AS cell FINAL
WHERE {standing_cells}
UNION ALL
SELECT
    cell.indicator,
    cell.definition_version,
    toLowCardinality('county'),
    toLowCardinality(substring(cell.township, 1, 6)) AS county_code,
    county_code,
    cell.period,
    cell.period_start,
    cell.dimension,
    cell.dimension_value,
    sum(cell.numerator),
    sum(cell.denominator),
    sumMap(cell.buckets),
    max(cell.newest_event_at),
    max(cell.changed_at)
FROM {storage}.indicator_cells AS cell FINAL
WHERE cell.level = 'township' AND {standing_cells}
GROUP BY
    cell.indicator,
    cell.definition_version,
    county_code,
    cell.period,
    cell.period_start,
    cell.dimension,
    cell.dimension_value
