"""Statements that are not streamed: what this server refuses, and whole answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from deploy.local.clickhouse.answers import header_of
from deploy.local.clickhouse.errors import EngineError
from deploy.local.clickhouse.sql import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.clickhouse.session import Session
    from deploy.local.clickhouse.sql import Statement

TABLE_KINDS = frozenset({"SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS"})


def check_allowed(statement: Statement) -> None:
    """Refuse what would reach past the database: the server's files by a client's clause, and the process itself."""
    if statement.into_outfile:
        raise EngineError.of(
            48, "NOT_IMPLEMENTED", "INTO OUTFILE is the client's part: the server writes no files for it."
        )
    if statement.insert and statement.insert.data is None and _says(statement.text, "INFILE"):
        raise EngineError.of(48, "NOT_IMPLEMENTED", "FROM INFILE is the client's part: send the data with the query.")
    if statement.kind == "SYSTEM" and (_says(statement.text, "SHUTDOWN") or _says(statement.text, "KILL")):
        raise EngineError.of(48, "NOT_IMPLEMENTED", "The server is stopped by its process manager: make down.")


def _says(text: str, word: str) -> bool:
    return any(token.upper == word and not token.depth for token, _ in zip(tokens(text), range(200), strict=False))


def run_whole(session: Session, text: str, statement: Statement, parameters: Mapping[str, str]) -> bytes:
    """Run a statement that is no SELECT; returns its answer as Native blocks (none for most). Raises EngineError."""
    text = text if statement.insert else statement.text
    data = session.handle.query(text, "Native", parameters).data
    if not data and statement.kind in TABLE_KINDS:
        # An empty table still has a header; these statements change nothing, so they may be asked again.
        meta = json.loads(session.handle.query(text, "JSONCompact", parameters).data)["meta"]
        data = header_of([(column["name"], column["type"]) for column in meta]).encode()
    return data
