"""INSERT over the native protocol: the sample block first, then the client's blocks, passed to the engine untouched.

The engine gathers an insert into parts of about a million rows (or 256 MB), as ClickHouse does. An insert below that is
kept whole or not at all: a client that leaves before its last, empty block leaves nothing. A larger one may leave the
parts that were already written.
"""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING

from deploy.local.clickhouse import metrics
from deploy.local.clickhouse.answers import header_of
from deploy.local.clickhouse.blocks import Block
from deploy.local.clickhouse.engine import QUERY_WAS_CANCELLED, EngineError
from deploy.local.clickhouse.protocol import Revision, ServerPacket
from deploy.local.clickhouse.service_blocks import profile_events
from deploy.local.clickhouse.sql import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.local.clickhouse.channel import Channel
    from deploy.local.clickhouse.session import Session
    from deploy.local.clickhouse.sql import Insert
    from deploy.local.clickhouse.wire import Source


def native_insert(
    channel: Channel, session: Session, insert: Insert, settings: Mapping[str, str], blocks: Source
) -> bool:
    """Serve an INSERT whose rows follow as blocks; False when the statement brings its rows along or selects them.

    Raises EngineError; by then everything the client sent for this insert has been read.
    """
    if not insert.from_input and (insert.data is None or insert.data.strip(" \t\r\n;")):
        return False
    session.apply({})
    structure = session.insert_structure(insert)
    session.apply(settings)
    channel.send_block(ServerPacket.DATA, header_of(structure))
    incoming = _Incoming(channel, blocks)
    try:
        rows = _from_input(session, insert, incoming) if insert.from_input else _direct(session, insert, incoming)
    except EngineError as error:
        if error.code != QUERY_WAS_CANCELLED or not channel.cancelled:
            incoming.drain()
        raise
    metrics.ROWS_WRITTEN.labels("native").inc(rows)
    incoming.acknowledge(Block((), 0))
    return True


class _Incoming:
    """The blocks of one insert, each acknowledged with counters where the client's revision waits for them."""

    def __init__(self, channel: Channel, blocks: Source) -> None:
        self.channel = channel
        self.blocks = blocks
        self.ended = False

    def __iter__(self) -> Iterator[Block]:
        while True:
            _, block = self.channel.read_data(self.blocks)
            if not block.columns:
                self.ended = True
                return
            if block.rows:
                yield block
            self.acknowledge(block)

    def acknowledge(self, block: Block) -> None:
        if self.channel.revision >= Revision.PROFILE_EVENTS_IN_INSERT:
            size = sum(len(column.body) for column in block.columns)
            counters = {"InsertedRows": block.rows, "InsertedBytes": size}
            events = profile_events(time.time(), threading.get_native_id(), counters)
            self.channel.send_block(ServerPacket.PROFILE_EVENTS, events, compressible=False)

    def drain(self) -> None:
        """Read what the client still sends, so that the conversation can go on after the exception."""
        if self.ended or self.channel.revision >= Revision.PROFILE_EVENTS_IN_INSERT:
            # A client of this revision waits after each block: it learns of the error now and sends no more.
            return
        while True:
            _, block = self.channel.read_data(self.blocks)
            if not block.columns:
                return


def _direct(session: Session, insert: Insert, incoming: _Incoming) -> int:
    with session.handle.insert(insert.head) as inserter:
        empty = True
        for block in incoming:
            inserter.append(block.encode())
            empty = False
        # Nothing to commit: the engine would take the end of no data for a broken block.
        return 0 if empty else inserter.finish()


def _from_input(session: Session, insert: Insert, incoming: _Incoming) -> int:
    """Serve INSERT … SELECT … FROM input(…): the blocks become a short-lived file, which the SELECT reads instead."""
    path = session.engine.spool / f"input-{threading.get_ident()}"
    rows = 0
    try:
        with path.open("wb") as file:
            for block in incoming:
                file.write(block.encode())
                rows += block.rows
        if rows:
            source = f"file({literal(str(path))}, Native, {insert.from_input})"
            pattern = rf"\binput\s*\(\s*{re.escape(insert.from_input)}\s*\)"
            text = re.sub(pattern, lambda _: source, insert.head, count=1, flags=re.IGNORECASE)
            text = re.sub(r"\s+FORMAT\s+\w+\s*;?\s*$", "", text, flags=re.IGNORECASE)
            session.handle.query(text)
    finally:
        path.unlink(missing_ok=True)
    return rows
