"""Stands in for the suite's `tests/log.py`, which its source distribution leaves out."""

import logging


def configure(level: str) -> None:
    """Set how much clickhouse-driver logs."""
    logging.getLogger("clickhouse_driver").setLevel(level)
