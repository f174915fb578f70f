"""What an HTTP request asks: credentials, statement, settings and options, taken from headers and parameters."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deploy.local.clickhouse.errors import EngineError
from deploy.local.clickhouse.type_names import split_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

# Parameters with a meaning of their own; every other is a setting. Source: src/Server/HTTPHandler.cpp of ClickHouse.
RESERVED = frozenset(
    {
        "query", "database", "default_format", "user", "password", "session_id", "session_timeout",
        "compress", "decompress", "quota_key", "query_id", "stacktrace", "wait_end_of_query", "buffer_size", "role",
        "add_http_cors_header", "client_protocol_version", "close_session", "session_check",
    }
)  # fmt: skip
SESSION_SECONDS = 60
SESSION_SECONDS_MAX = 3600


@dataclass(frozen=True)
class ExternalTable:
    """A table sent along with a query as a part of a multipart form."""

    name: str
    format: str
    structure: str
    data: bytes


@dataclass(frozen=True)
class HttpQuery:
    """A request, read. `query` is only its URL's part of the statement; the body may bring the rest."""

    query: str
    database: str
    default_format: str
    query_id: str
    session_id: str
    session_seconds: int
    session_check: bool
    readonly: bool
    head: bool
    compress: bool
    decompress: bool
    wait_end: bool
    protocol_revision: int
    accept: str
    content_coding: str
    settings: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    external: tuple[ExternalTable, ...] = ()


def credentials(request: web.Request) -> tuple[str, str]:
    """Return user and password: of the ClickHouse headers, else of Authorization, else of the parameters."""
    headers = request.headers
    if "X-ClickHouse-User" in headers or "X-ClickHouse-Key" in headers:
        return headers.get("X-ClickHouse-User", "default"), headers.get("X-ClickHouse-Key", "")
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise EngineError.of(516, "AUTHENTICATION_FAILED", "Invalid Authorization header") from None
        return user, password
    return request.query.get("user", "default"), request.query.get("password", "")


def read_request(request: web.Request, form: Mapping[str, str | bytes]) -> HttpQuery:
    """Read a request's parameters and, when its body is a form, the form; raises EngineError for malformed ones."""
    values = dict(request.query) | {name: value for name, value in form.items() if isinstance(value, str)}
    external = tuple(_external(name, value, values) for name, value in form.items() if isinstance(value, bytes))
    described = {f"{table.name}_{part}" for table in external for part in ("format", "structure", "types")}
    settings = {
        name: value
        for name, value in values.items()
        if name not in RESERVED and name not in described and not name.startswith("param_")
    }
    return HttpQuery(
        query=values.get("query", ""),
        database=values.get("database", "") or request.headers.get("X-ClickHouse-Database", ""),
        default_format=values.get("default_format", "") or request.headers.get("X-ClickHouse-Format", ""),
        query_id=values.get("query_id", ""),
        session_id=values.get("session_id", ""),
        session_seconds=min(_number(values.get("session_timeout", ""), SESSION_SECONDS), SESSION_SECONDS_MAX),
        session_check=_flag(values.get("session_check", "")),
        readonly=request.method in {"GET", "HEAD"},
        head=request.method == "HEAD",
        compress=_flag(values.get("compress", "")),
        decompress=_flag(values.get("decompress", "")),
        wait_end=_flag(values.get("wait_end_of_query", "")),
        protocol_revision=_number(values.get("client_protocol_version", ""), 0),
        accept=request.headers.get("Accept-Encoding", "") if _flag(values.get("enable_http_compression", "")) else "",
        content_coding=request.headers.get("Content-Encoding", ""),
        settings=settings,
        parameters={name[6:]: value for name, value in values.items() if name.startswith("param_")},
        external=external,
    )


def _external(name: str, data: bytes, values: Mapping[str, str]) -> ExternalTable:
    """Read the description of an external table: `<name>_structure`, or `<name>_types` for columns _1, _2 and so on."""
    structure = values.get(f"{name}_structure", "")
    if not structure:
        types = split_arguments(values.get(f"{name}_types", ""))
        structure = ", ".join(f"_{number} {kind}" for number, kind in enumerate(types, 1))
    if not structure:
        raise EngineError.of(36, "BAD_ARGUMENTS", f"Neither {name}_structure nor {name}_types describes table {name}")
    return ExternalTable(name, values.get(f"{name}_format", "TabSeparated"), structure, data)


def _flag(value: str) -> bool:
    return value.lower() in {"1", "true"}


def _number(value: str, default: int) -> int:
    if not value:
        return default
    if not value.isdigit():
        raise EngineError.of(72, "CANNOT_PARSE_NUMBER", f"Cannot parse number: '{value}'")
    return int(value)


NOT_FOUND = frozenset({46, 47, 50, 55, 56, 60, 63, 73, 78, 81, 115, 171, 511, 512})
BAD_REQUEST = frozenset(
    {6, 25, 26, 27, 38, 41, 53, 62, 72, 117, 129, 168, 190, 321, 376, 377, 432, 441, 456, 457, 467, 508, 675, 676}
)
STATUSES = {194: 401, 192: 403, 193: 403, 497: 403, 516: 403, 48: 501, 159: 408, 160: 408, 209: 503, 372: 404, 373: 500}


def status_of(code: int) -> int:
    """Return the HTTP status of an exception code (src/Server/HTTP/exceptionCodeToHTTPStatus.cpp of ClickHouse)."""
    if code in NOT_FOUND:
        return 404
    if code in BAD_REQUEST:
        return 400
    return STATUSES.get(code, 500)
