-- A stock's level at the end of every day. Its day cells hold what entered minus what left, so the level is their running sum;
-- a day without a movement repeats the level before. A history reaches to the newest day on which anything happened, so that a register
-- that stands still can be divided by; or to the indicator's own last movement, which the clock alone may have made later.
CREATE OR REPLACE VIEW {storage}.stock_days{tree} AS
WITH
    happened AS
    (
        SELECT toDate32(max(moved.newest_event_at), '{timezone}') AS newest_day
        FROM {storage}.indicator_cells AS moved
        WHERE moved.period = 'day' AND {standing_cells}
    ),
    reach AS
    (
        SELECT
            moved.indicator AS indicator,
            greatest(toInt32(max(moved.period_start)), toInt32((SELECT newest_day FROM happened))) AS last_day
        FROM {storage}.indicator_cells AS moved
        WHERE moved.period = 'day' AND {standing_cells}
        GROUP BY moved.indicator
    ),
    -- A late event changes the level of every day after it, so a day's times are the newest of the days up to it.
    moves AS
    (
        SELECT
            cell.indicator AS indicator,
            cell.definition_version AS definition_version,
            cell.level AS level,
            cell.place AS place,
            cell.county AS county,
            cell.dimension AS dimension,
            cell.dimension_value AS dimension_value,
            toInt32(cell.period_start) AS day_number,
            cell.numerator AS moved,
            max(toUnixTimestamp64Milli(ifNull(cell.newest_event_at, toDateTime64(0, 3)))) OVER so_far AS newest_ms,
            max(toUnixTimestamp64Milli(cell.changed_at)) OVER so_far AS changed_ms
        FROM {storage}.cells_by_level{tree} AS cell
        INNER JOIN {database}.indicator_catalogue AS definition
            ON cell.indicator = definition.indicator AND cell.definition_version = definition.version
        WHERE cell.period = 'day' AND definition.kind = 'stock'
        WINDOW so_far AS
        (
            PARTITION BY
                cell.indicator, cell.definition_version, cell.level, cell.place, cell.county, cell.dimension, cell.dimension_value
            ORDER BY cell.period_start
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        )
    ),
    series AS
    (
        SELECT
            moves.indicator AS indicator,
            moves.definition_version AS definition_version,
            moves.level AS level,
            moves.place AS place,
            moves.county AS county,
            moves.dimension AS dimension,
            moves.dimension_value AS dimension_value,
            any(reach.last_day) AS last_day,
            mapPopulateSeries(sumMap(map(moves.day_number, moves.moved)), last_day) AS by_day,
            mapPopulateSeries(maxMap(map(moves.day_number, moves.newest_ms)), last_day) AS newest,
            mapPopulateSeries(maxMap(map(moves.day_number, moves.changed_ms)), last_day) AS changed
        FROM moves
        INNER JOIN reach ON moves.indicator = reach.indicator
        GROUP BY
            moves.indicator,
            moves.definition_version,
            moves.level,
            moves.place,
            moves.county,
            moves.dimension,
            moves.dimension_value
    )
SELECT
    indicator,
    definition_version,
    level,
    place,
    county,
    dimension,
    dimension_value,
    toDate(last_day) AS last_day,
    toDate(day_number) AS day,
    stock,
    nullIf(fromUnixTimestamp64Milli(newest_ms, '{timezone}'), toDateTime64(0, 3, '{timezone}')) AS newest_event_at,
    fromUnixTimestamp64Milli(changed_ms, '{timezone}') AS changed_at
FROM series
ARRAY JOIN
    mapKeys(by_day) AS day_number,
    arrayCumSum(mapValues(by_day)) AS stock,
    arrayFill(ms -> ms != 0, mapValues(newest)) AS newest_ms,
    arrayFill(ms -> ms != 0, mapValues(changed)) AS changed_ms
