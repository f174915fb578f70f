"""ClickHouse's native protocol: packet numbers, revisions and the small server packets.

Source: src/Core/Protocol.h and src/Core/ProtocolDefines.h of ClickHouse, read beside what clickhouse-driver sends.
"""

from __future__ import annotations

import enum
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deploy.local.clickhouse.wire import string, varint

if TYPE_CHECKING:
    from deploy.local.clickhouse.errors import EngineError
    from deploy.local.clickhouse.wire import Source

SERVER_NAME = "ClickHouse"
DISPLAY_NAME = "xiangmai-embedded"

# The newest revision clickhouse-driver 0.2.11 speaks. Later ones add chunked packets (54470), not asked for.
SERVER_REVISION = 54468


class Revision(enum.IntEnum):
    """The first revision in which each addition to the protocol is exchanged."""

    BLOCK_INFO = 51903
    CLIENT_INFO = 54032
    SERVER_TIMEZONE = 54058
    QUOTA_KEY_IN_CLIENT_INFO = 54060
    SERVER_DISPLAY_NAME = 54372
    VERSION_PATCH = 54401
    SERVER_LOGS = 54406
    WRITE_INFO = 54420
    SETTINGS_AS_STRINGS = 54429
    INTERSERVER_SECRET = 54441
    OPENTELEMETRY = 54442
    DISTRIBUTED_DEPTH = 54448
    INITIAL_QUERY_START_TIME = 54449
    PARALLEL_REPLICAS = 54453
    CUSTOM_SERIALIZATION = 54454
    PROFILE_EVENTS_IN_INSERT = 54456
    ADDENDUM = 54458
    PARAMETERS = 54459
    ELAPSED_IN_PROGRESS = 54460
    PASSWORD_RULES = 54461
    INTERSERVER_SECRET_V2 = 54462
    TOTAL_BYTES_IN_PROGRESS = 54463
    TIMEZONE_UPDATES = 54464


class ClientPacket(enum.IntEnum):
    """What a client sends."""

    HELLO = 0
    QUERY = 1
    DATA = 2
    CANCEL = 3
    PING = 4
    TABLES_STATUS_REQUEST = 5
    SCALAR = 7


class ServerPacket(enum.IntEnum):
    """What a server sends."""

    HELLO = 0
    DATA = 1
    EXCEPTION = 2
    PROGRESS = 3
    PONG = 4
    END_OF_STREAM = 5
    PROFILE_INFO = 6
    TOTALS = 7
    EXTREMES = 8
    LOG = 10
    PROFILE_EVENTS = 14
    TIMEZONE_UPDATE = 17


class ProtocolError(Exception):
    """The client sent what the protocol does not allow here; the connection is closed after saying so."""


@dataclass(frozen=True)
class Hello:
    """A client's first packet."""

    client_name: str
    revision: int
    database: str
    user: str
    password: str


@dataclass
class Query:
    """A client's query packet. `important` names the settings whose being unknown is an error."""

    query_id: str
    text: str
    compressed: bool
    settings: dict[str, str] = field(default_factory=dict)
    important: frozenset[str] = frozenset()
    parameters: dict[str, str] = field(default_factory=dict)
    trace_id: str = ""
    client_name: str = ""


@dataclass
class Progress:
    """What a query has read and written since the last such packet; times in nanoseconds."""

    rows: int = 0
    bytes: int = 0
    total_rows: int = 0
    elapsed_ns: int = 0

    def minus(self, other: Progress) -> Progress:
        """Return the increment from `other` to this."""
        return Progress(
            self.rows - other.rows,
            self.bytes - other.bytes,
            self.total_rows - other.total_rows,
            self.elapsed_ns - other.elapsed_ns,
        )


def read_hello(source: Source) -> Hello:
    """Read the body of a client's hello."""
    name = source.text()
    source.varint()  # major version
    source.varint()  # minor version
    return Hello(name, source.varint(), source.text(), source.text(), source.text())


def hello(revision: int, version: tuple[int, int, int], timezone: str) -> bytes:
    """Build the server's hello for a client of `revision`."""
    major, minor, patch = version
    parts = [varint(ServerPacket.HELLO), string(SERVER_NAME), varint(major), varint(minor), varint(SERVER_REVISION)]
    if revision >= Revision.SERVER_TIMEZONE:
        parts.append(string(timezone))
    if revision >= Revision.SERVER_DISPLAY_NAME:
        parts.append(string(DISPLAY_NAME))
    if revision >= Revision.VERSION_PATCH:
        parts.append(varint(patch))
    if revision >= Revision.PASSWORD_RULES:
        parts.append(varint(0))
    if revision >= Revision.INTERSERVER_SECRET_V2:
        parts.append(struct.pack("<Q", 0))
    return b"".join(parts)


def read_query(source: Source, revision: int) -> Query:
    """Read the body of a query packet; raises ProtocolError for settings older than 54429 (binary values)."""
    query = Query(source.text(), "", compressed=False)
    if revision >= Revision.CLIENT_INFO:
        _read_client_info(source, revision, query)
    important: set[str] = set()
    query.settings = _read_settings(source, revision, important)
    query.important = frozenset(important)
    if revision >= Revision.INTERSERVER_SECRET:
        source.text()
    source.varint()  # stage: always the complete answer
    query.compressed = source.varint() == 1
    query.text = source.text()
    if revision >= Revision.PARAMETERS:
        query.parameters = _read_settings(source, revision, set())
    return query


def _read_client_info(source: Source, revision: int, query: Query) -> None:
    if not source.uint8():
        return
    source.text()  # initial user
    source.text()  # initial query id
    source.text()  # initial address
    if revision >= Revision.INITIAL_QUERY_START_TIME:
        source.take(8)
    source.uint8()  # interface
    source.text()  # operating system user
    source.text()  # client host
    query.client_name = source.text()
    for _ in range(3):  # major, minor, revision
        source.varint()
    if revision >= Revision.QUOTA_KEY_IN_CLIENT_INFO:
        source.text()
    if revision >= Revision.DISTRIBUTED_DEPTH:
        source.varint()
    if revision >= Revision.VERSION_PATCH:
        source.varint()
    if revision >= Revision.OPENTELEMETRY and source.uint8():
        # Two 64-bit halves, as UInt128 stands in memory: the low half is the first half of the textual id.
        raw = source.take(16)
        query.trace_id = raw[:8][::-1].hex() + raw[8:][::-1].hex()
        source.take(8)  # span
        source.text()  # trace state
        source.uint8()  # flags
    if revision >= Revision.PARALLEL_REPLICAS:
        for _ in range(3):
            source.varint()


def _read_settings(source: Source, revision: int, important: set[str]) -> dict[str, str]:
    settings: dict[str, str] = {}
    while name := source.text():
        if revision < Revision.SETTINGS_AS_STRINGS:
            raise ProtocolError(f"Settings of protocol revision {revision} are not served; use 54429 or newer")
        if source.uint8() & 1:
            important.add(name)
        settings[name] = source.text()
    return settings


def exception(error: EngineError) -> bytes:
    """Build an exception packet with ClickHouse's code and text."""
    return b"".join(
        (
            varint(ServerPacket.EXCEPTION),
            struct.pack("<i", error.code),
            string("DB::Exception"),
            string(error.message),
            string(""),  # no stack trace of the server leaves it
            b"\x00",  # not nested
        )
    )


def progress(increment: Progress, revision: int) -> bytes:
    """Build a progress packet."""
    parts = [varint(ServerPacket.PROGRESS), varint(increment.rows), varint(increment.bytes)]
    parts.append(varint(increment.total_rows))
    if revision >= Revision.TOTAL_BYTES_IN_PROGRESS:
        parts.append(varint(0))
    if revision >= Revision.WRITE_INFO:
        parts += (varint(0), varint(0))
    if revision >= Revision.ELAPSED_IN_PROGRESS:
        parts.append(varint(increment.elapsed_ns))
    return b"".join(parts)


def profile_info(rows: int, blocks: int, size: int, rows_before_limit: int | None) -> bytes:
    """Build the packet that describes a whole answer; `rows_before_limit` is None when the query had no limit."""
    known = rows_before_limit is not None
    return b"".join(
        (
            varint(ServerPacket.PROFILE_INFO),
            varint(rows),
            varint(blocks),
            varint(size),
            bytes([known]),
            varint(rows_before_limit or 0),
            bytes([known]),
        )
    )
