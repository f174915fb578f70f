-- Every code as it was from one day to another: a row for each name or extent it had. Days are numbers since 1970; a code that does not
-- say since when, or until when, stands since ever and for ever.
CREATE OR REPLACE VIEW {storage}.place_spans AS
SELECT
    unit.code AS code,
    unit.level AS level,
    unit.parent AS parent,
    arrayPushBack(arrayMap(was -> toInt32(was.2), unit.former), ifNull(toInt32(unit.effective_to), 2147483647)) AS ends,
    arrayPushFront(arrayPopBack(ends), ifNull(toInt32(unit.valid_from), -2147483648)) AS begins,
    arrayPushBack(arrayMap(was -> was.1, unit.former), unit.name) AS names,
    arrayPushBack(arrayMap(was -> was.3, unit.former), ifNull(CAST(unit.change, 'Nullable(String)'), '')) AS changes,
    arrayPushBack(arrayMap(was -> was.4, unit.former), unit.successors) AS followed_by,
    name,
    from_day,
    to_day,
    change,
    successors
FROM {storage}.org_units AS unit FINAL
ARRAY JOIN names AS name, begins AS from_day, ends AS to_day, changes AS change, followed_by AS successors
