"""One connection to ClickHouse, and what its errors mean for us: try again, or stop.

clickhouse-driver's Client is not thread-safe and carries one query at a time: every thread has a Warehouse of its own.
"""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Any, Final, Self

from clickhouse_driver import errors

from schemas.errors import Unavailable
from sinks.native import ColumnClient
from sinks.tables import literal
from sinks.tokens import PLACE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType

    from clickhouse_driver import Client

    from schemas.settings import Settings
    from sinks.tables import Table
    from sinks.tokens import Place

CONNECT_SECONDS: Final = 5
ANSWER_SECONDS: Final = 60

CAUSE_CHARACTERS: Final = 200

AUTHENTICATION_FAILED: Final = 516

BUSY: Final = frozenset(
    {
        159,  # TIMEOUT_EXCEEDED
        202,  # TOO_MANY_SIMULTANEOUS_QUERIES
        203,  # NO_FREE_CONNECTION
        209,  # SOCKET_TIMEOUT
        210,  # NETWORK_ERROR
        236,  # ABORTED: the server is stopping
        241,  # MEMORY_LIMIT_EXCEEDED
        242,  # TABLE_IS_READ_ONLY
        243,  # NOT_ENOUGH_SPACE
        252,  # TOO_MANY_PARTS
        285,  # TOO_FEW_LIVE_REPLICAS
        286,  # UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
        319,  # UNKNOWN_STATUS_OF_INSERT
        425,  # SYSTEM_ERROR
        999,  # KEEPER_EXCEPTION
    }
)
"""ClickHouse's codes that pass by themselves: the same batch again, later. Every other code needs a person: stop."""
FULL: Final = ("No space left on device", "Disk quota exceeded")
"""What the system says of a full disk, under whichever code; what makes room is no business of ours."""


class QueryFailed(Exception):  # noqa: N818 - ClickHouse's answer, not a fault of the line
    """ClickHouse refuses the statement and would again: stop and show `code` and `text`, which are ClickHouse's own."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"ClickHouse {code}: {text}")
        self.code = code
        self.text = text


class Warehouse:
    """A connection made on first use and made anew after a failure.

    Every method blocks at most about a minute without an answer and raises Unavailable (retryable: away, busy, or a
    cut connection, when the outcome is unknown) or QueryFailed. A refused user or password is Unavailable, not
    retryable.
    """

    def __init__(self, settings: Settings, *, client: Client) -> None:
        self._client = client
        self.address = f"{settings.clickhouse_host}:{settings.clickhouse_port}"
        self.database = settings.clickhouse_database
        self._user = settings.clickhouse_user

    @property
    def storage(self) -> str:
        """Return the database of the tables behind the views."""
        return storage_database(self.database)

    @property
    def client(self) -> Client:
        """Return clickhouse-driver's own client for what is not wrapped; `translated` gives its errors our names."""
        return self._client

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return the answer's rows. Parameters stand in the text as `{name:Type}` and are filled in by the server."""
        with self.translated():
            answer: list[tuple[Any, ...]] = self._client.execute(sql, dict(parameters) if parameters else None)
        return answer

    def execute(self, sql: str) -> None:
        """Run a statement without an answer (DDL)."""
        with self.translated():
            self._client.execute(sql)

    def insert(self, table: Table, columns: Sequence[Sequence[Any]], token: str) -> None:
        """Insert whole columns as one block; the same token again adds nothing. Returns when acknowledged."""
        rows = len(columns[0])
        settings = {
            "insert_deduplication_token": token,
            "insert_block_size": rows,
            "async_insert": 0,
            # To look for repeats within a block costs more than all the rest of the insert; merges and FINAL look anyway.
            "optimize_on_insert": 0,
        }
        with self.translated():
            self._client.execute(table.insert(), list(columns), columnar=True, settings=settings)

    def has(self, table: Table, places: Sequence[Place]) -> bool:
        """Return whether the table has a row from each of these places of Kafka's log."""
        listed = ", ".join(f"({literal(topic)}, {partition}, {offset})" for topic, partition, offset in places)
        columns = ", ".join(PLACE)
        found = self.rows(f"SELECT uniqExact({columns}) FROM {table.full_name} WHERE ({columns}) IN ({listed})")  # noqa: S608
        return bool(found[0][0] == len(places))

    @contextlib.contextmanager
    def translated(self) -> Iterator[None]:
        """Turn the driver's errors into ours, and drop the connection after any of them."""
        try:
            yield
        except errors.ServerException as error:
            self.close()
            if error.code == AUTHENTICATION_FAILED:
                raise self._refused_user() from error
            if error.code in BUSY or any(words in error.message for words in FULL):
                raise self._unavailable(f"code {error.code}: {plain_text(error.message)[:CAUSE_CHARACTERS]}") from error
            raise QueryFailed(int(error.code or 0), plain_text(error.message)) from error
        except (errors.NetworkError, errors.SocketTimeoutError, EOFError, OSError) as error:
            self.close()
            raise self._unavailable(type(error).__name__) from error
        except (errors.UnexpectedPacketFromServerError, errors.UnknownPacketFromServerError) as error:
            self.close()
            raise self._unavailable("not ClickHouse's native protocol") from error
        except errors.PartiallyConsumedQueryError as error:
            self.close()
            raise self._unavailable("a query was left half read") from error

    def close(self) -> None:
        """Drop the connection; the next call makes a new one."""
        with contextlib.suppress(Exception):
            self._client.disconnect()

    def _unavailable(self, cause: str) -> Unavailable:
        return Unavailable("ClickHouse", self.address, cause=cause)

    def _refused_user(self) -> Unavailable:
        cause = (
            f"用户 {self._user} 或密码不被接受，请检查 XIANGMAI_CLICKHOUSE_USER/_PASSWORD / user or password refused"
        )
        return Unavailable("ClickHouse", self.address, retryable=False, cause=cause)

    def __enter__(self) -> Self:
        """Return the connection itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def connect(settings: Settings, *, database: str = "", **query_settings: Any) -> Warehouse:
    """Return a Warehouse on the settings' server; nothing is sent before the first call.

    `query_settings` are ClickHouse's and go with every query.
    """
    # The driver logs every failed attempt with a trace; our errors say the same in one line.
    logging.getLogger("clickhouse_driver").setLevel(logging.CRITICAL)
    client = ColumnClient(
        host=settings.clickhouse_host,
        port=settings.clickhouse_port,
        database=database,
        user=settings.clickhouse_user,
        password=settings.clickhouse_password.get_secret_value(),
        client_name="xiangmai",
        connect_timeout=CONNECT_SECONDS,
        send_receive_timeout=ANSWER_SECONDS,
        sync_request_timeout=CONNECT_SECONDS,
        compression="lz4",
        # The driver asks an idle connection whether it lives before it sends a query, and makes a new one if not. It
        # never sends a query twice.
        tcp_keepalive=True,
        settings={"server_side_params": True, **query_settings},
    )
    return Warehouse(settings, client=client)


def storage_database(database: str) -> str:
    """Return the name of the database that holds the tables behind the views of `database`."""
    return f"{database}_storage"


def plain_text(message: str | None) -> str:
    """ClickHouse's message without its stack trace and without the prefix every one of them has."""
    text = (message or "").split("Stack trace:")[0].strip()
    return text.removeprefix("DB::Exception:").strip()
