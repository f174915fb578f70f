"""The ClickHouse engine for a few queries, in a process of its own: its library takes one data folder per process."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

_PROGRAM = """
import json, sys, chdb
for query in json.load(sys.stdin):
    try:
        print(json.dumps([json.loads(line) for line in str(chdb.query(query, "JSONCompactEachRow")).splitlines()]))
    except Exception as error:
        print(json.dumps({"query": query, "error": str(error)[:500]}))
"""
_SETTINGS = " SETTINGS output_format_json_quote_64bit_integers = 0"


def answers(queries: list[str]) -> list[Any]:
    """Return the rows of each query, or what is wrong with it."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        input=json.dumps([query + _SETTINGS for query in queries]),
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def answer(query: str) -> Any:
    """Return the rows of one query."""
    return answers([query])[0]
