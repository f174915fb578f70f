"""How often the broker is asked for records: not more often than answering is worth.

aiokafka has no incremental fetch sessions (KIP-227): every request and every answer names every partition, which costs it and the broker
some 10 µs for each. A worker of a county of twenty domains has 252 of them, and at a thousand events a second there is always something
to answer at once: left alone it asks and is answered without rest, for more processor time than everything else it does. So a
question is asked only so long after the last one as the partitions are many; what comes meanwhile comes with the next answer.
"""

from __future__ import annotations

import time
from typing import Any


def pace(fetcher: Any, seconds_per_partition: float) -> None:
    """Make an aiokafka Fetcher ask for records only that long, times the partitions it has, after it last asked."""
    ask, due_at = fetcher._get_actions_per_node, 0.0  # noqa: SLF001 - it has no other way in

    def paced(assignment: Any) -> tuple[Any, ...]:
        nonlocal due_at
        left_seconds = due_at - time.monotonic()
        if left_seconds > 0:
            return [], {}, left_seconds, False, []
        found: tuple[Any, ...] = ask(assignment)
        if found[0]:
            due_at = time.monotonic() + seconds_per_partition * len(assignment.tps)
        return found

    fetcher._get_actions_per_node = paced  # noqa: SLF001 - as above
