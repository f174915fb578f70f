-- The names of every code, each with the first day it was borne; the first name also before.
CREATE OR REPLACE VIEW {storage}.place_names AS
SELECT span.code AS code, argMax(span.name, span.from_day) AS name, arraySort(groupArray((span.from_day, span.name))) AS names
FROM {storage}.place_spans AS span
GROUP BY code
