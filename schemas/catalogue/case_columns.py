"""The names that a table of cases has of its own: no field of a case may be called so."""

from __future__ import annotations

from typing import Final

RECORD: Final = ("case_id", "township", "village", "event_count", "newest_event_at", "changed_at")
"""What every case's record has beside the fields of its definition."""

ORIGIN: Final = ("kafka_topic", "kafka_partition", "kafka_offset", "accepted_at", "ingested_at")
"""Where a row of the warehouse comes from: the columns every table there ends with, in order."""

OPENINGS: Final = "opening_events"
"""How many opening events took part: a column of the cases as the proof folds them."""

TAKEN: Final = (*RECORD, *ORIGIN, OPENINGS)
