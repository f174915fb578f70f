-- Under which code a place that has ended is counted today: one that was merged, moved or given another code, under what follows it, and
-- what follows that. One that was split cannot be divided and one that was abolished has nothing to follow it: they stay where they are.
CREATE OR REPLACE VIEW {storage}.places_today AS
WITH
    followed AS
    (
        SELECT unit.code AS code, unit.successors[1] AS successor
        FROM {storage}.org_units AS unit FINAL
        WHERE unit.effective_to <= toDate32(now('{timezone}')) AND length(unit.successors) = 1 AND unit.successors[1] != unit.code
    ),
    (SELECT CAST(groupArray((code, successor)), 'Map(String, String)') FROM followed) AS next
SELECT
    code,
    -- Codes follow each other at most so often; nothing here goes round for ever.
    arrayFold((at, step) -> if(mapContains(next, at), next[at], at), range(least(length(next), 64)), code) AS today
FROM followed
