"""The Boston indicators straight from the file, by DuckDB: nothing of the line has a part in this answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

TIME_FORMAT = "%m/%d/%Y %I:%M:%S %p"

# One neighborhood is written in more than one way in the file.
SAME_PLACE = {
    "Allston": "Allston / Brighton",
    "Brighton": "Allston / Brighton",
    "South Boston": "South Boston / South Boston Waterfront",
    "Mattapan": "Greater Mattapan",
}

CASES = f"""
CREATE TABLE cases AS
SELECT CASE_ENQUIRY_ID AS id,
       coalesce(same.official, trim(neighborhood)) AS neighborhood,
       strptime(OPEN_DT, '{TIME_FORMAT}') AS opened_local,
       timezone('America/New_York', strptime(OPEN_DT, '{TIME_FORMAT}')) AS opened_at,
       timezone('America/New_York', strptime(CLOSED_DT, '{TIME_FORMAT}')) AS closed_at,
       timezone('America/New_York', strptime(TARGET_DT, '{TIME_FORMAT}')) AS due_at
FROM rows LEFT JOIN same ON same.spelling = trim(neighborhood)
"""

MONTHS = """
SELECT neighborhood, strftime(opened_local, '%Y-%m') AS month,
       count(*) AS opened,
       count(closed_at) AS closed,
       count(*) FILTER (closed_at <= due_at) AS closed_on_time,
       quantile_disc(epoch(closed_at - opened_at), 0.5) AS p50_seconds
FROM cases
WHERE neighborhood IS NOT NULL AND (closed_at IS NULL OR closed_at >= opened_at)
GROUP BY ALL
"""

REFUSED = """
SELECT count(*) FILTER (neighborhood IS NULL) AS without_place,
       count(*) FILTER (neighborhood IS NOT NULL AND closed_at < opened_at) AS closed_before_opened,
       count(*) AS in_file
FROM cases
"""


class Month(NamedTuple):
    """What one neighborhood's month must show; p50 in seconds, None where nothing was closed."""

    opened: int
    closed: int
    closed_on_time: int
    p50_seconds: float | None


class Rows(NamedTuple):
    """Where the rows of the file go."""

    without_place: int
    closed_before_opened: int
    in_file: int


def compute(file: Path) -> tuple[dict[tuple[str, str], Month], Rows]:
    """Answer (neighborhood, 'YYYY-MM') -> Month, and the fate of the rows, from `file` alone."""
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    database.execute("CREATE TABLE rows AS SELECT * FROM read_csv(?, all_varchar = true)", [str(file)])
    database.execute("CREATE TABLE same (spelling VARCHAR, official VARCHAR)")
    database.executemany("INSERT INTO same VALUES (?, ?)", list(SAME_PLACE.items()))
    database.execute(CASES)
    months = {(row[0], row[1]): Month(*row[2:]) for row in database.execute(MONTHS).fetchall()}
    fate = database.execute(REFUSED).fetchone()
    if fate is None:
        raise AssertionError("an aggregate without groups answers one row")
    return months, Rows(*fate)
