-- The same in the tree of today: numbers of a place that has ended are added to those of the place under which it is counted now, before
-- anything is divided. What does not add up over places (coverage, different values, and all that is made of them) is not here.
CREATE OR REPLACE VIEW {storage}.cells_by_level_today AS
WITH
    placed AS
    (
        SELECT
            cell.indicator AS indicator,
            cell.definition_version AS definition_version,
            cell.level AS level,
            if(moved.today = '', cell.place, moved.today) AS place,
            toLowCardinality(substring(place, 1, 6)) AS county,
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
        LEFT JOIN {storage}.places_today AS moved ON cell.place = moved.code
        WHERE cell.indicator NOT IN ({kept_apart}) AND {standing_cells}
    )
SELECT
    indicator,
    definition_version,
    level,
    toLowCardinality(place) AS place,
    county,
    period,
    period_start,
    dimension,
    dimension_value,
    sum(placed.numerator) AS numerator,
    sum(placed.denominator) AS denominator,
    sumMap(placed.buckets) AS buckets,
    max(placed.newest_event_at) AS newest_event_at,
    max(placed.changed_at) AS changed_at
FROM placed
GROUP BY indicator, definition_version, level, place, county, period, period_start, dimension, dimension_value
UNION ALL
SELECT
    indicator,
    definition_version,
    toLowCardinality('county'),
    county,
    county,
    period,
    period_start,
    dimension,
    dimension_value,
    sum(placed.numerator),
    sum(placed.denominator),
    sumMap(placed.buckets),
    max(placed.newest_event_at),
    max(placed.changed_at)
FROM placed
WHERE level = 'township'
GROUP BY indicator, definition_version, county, period, period_start, dimension, dimension_value
