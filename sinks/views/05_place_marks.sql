-- What has to be said of a place in the tree of today: which codes are counted under it beside its own (`made_of`), when it was split and
-- went on, whether it has ended, and whether a number of then is of less, or of more, than what bears its code today (`touched`).
CREATE OR REPLACE VIEW {storage}.place_marks AS
SELECT
    place,
    arraySort(groupUniqArrayArray(codes)) AS made_of,
    max(split) AS split_day,
    max(gone) AS ended,
    max(other) AS touched
FROM
(
    SELECT came.today AS place, [came.code] AS codes, toInt32(-2147483648) AS split, 0 AS gone, 1 AS other
    FROM {storage}.places_today AS came
    UNION ALL
    SELECT went.code, CAST([], 'Array(String)'), toInt32(-2147483648), 0, 1 FROM {storage}.places_today AS went
    UNION ALL
    -- Townships that lie in another county today.
    SELECT substring(came.today, 1, 6), [came.code], toInt32(-2147483648), 0, 1
    FROM {storage}.places_today AS came
    WHERE length(came.code) = 9 AND substring(came.today, 1, 6) != substring(came.code, 1, 6)
    UNION ALL
    SELECT substring(went.code, 1, 6), CAST([], 'Array(String)'), toInt32(-2147483648), 0, 1
    FROM {storage}.places_today AS went
    WHERE length(went.code) = 9 AND substring(went.today, 1, 6) != substring(went.code, 1, 6)
    UNION ALL
    SELECT span.code, CAST([], 'Array(String)'), span.to_day, 0, 0
    FROM {storage}.place_spans AS span
    WHERE span.change = 'split' AND span.to_day <= toInt32(toDate32(now('{timezone}')))
    UNION ALL
    SELECT unit.code, CAST([], 'Array(String)'), toInt32(-2147483648), 1, 0
    FROM {storage}.org_units AS unit FINAL
    WHERE unit.effective_to <= toDate32(now('{timezone}')) AND unit.code NOT IN (SELECT followed.code FROM {storage}.places_today AS followed)
)
GROUP BY place
