"""INSERT over the native protocol: the sample block first, then the client's blocks, passed to the engine untouched.

Nothing reaches the engine before the client has sent its last, empty block: one that leaves earlier leaves nothing. The
engine then writes the insert as one part up to about a million rows (or 256 MB), larger ones in such pieces.
"""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING

from deploy.local.clickhouse import metrics
from deploy.local.clickhouse.answers import header_of
from deploy.local.clickhouse.blocks import Block
from deploy.local.clickhouse.errors import QUERY_WAS_CANCELLED, EngineError
from deploy.local.clickhouse.protocol import Revision, ServerPacket
from deploy.local.clickhouse.service_blocks import profile_events
from deploy.local.clickhouse.sql import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

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
        rows = _spooled(session, insert, incoming)
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


def _spooled(session: Session, insert: Insert, incoming: _Incoming) -> int:
    """Gather the blocks, then let the engine have them; returns the rows sent."""
    rows = 0
    with session.engine.spool() as spool:
        for block in incoming:
            spool.write(block.encode())
            rows += block.rows
        path = spool.finish()
        if rows and insert.from_input:
            session.handle.query(_without_input(insert, path))
        elif rows:
            session.handle.insert_file(insert, path, "Native")
    return rows


def _without_input(insert: Insert, path: Path) -> str:
    """Return INSERT … SELECT … FROM input(…) with the file in the place of input()."""
    source = f"file({literal(str(path))}, Native, {insert.from_input})"
    pattern = rf"\binput\s*\(\s*{re.escape(insert.from_input)}\s*\)"
    text = re.sub(pattern, lambda _: source, insert.head, count=1, flags=re.IGNORECASE)
    return re.sub(r"\s+FORMAT\s+\w+\s*;?\s*$", "", text, flags=re.IGNORECASE)
