"""A client comes, says who it is, asks, and leaves; and everything that may go wrong with that."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest
from clickhouse_driver import Client, errors
from clickhouse_driver.varint import write_varint

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.local.clickhouse.process import ServerProcess
    from tests.deploy.clickhouse.support import Warehouse


def code_of(client: Client, query: str, **options: object) -> int:
    with pytest.raises(errors.ServerException) as caught:
        client.execute(query, **options)
    code: int = caught.value.code
    return code


def test_a_wrong_password_and_an_unknown_user_are_refused_in_the_same_words(warehouse: Warehouse) -> None:
    for options in ({"password": "wrong"}, {"user": "somebody"}, {"password": ""}):
        with pytest.raises(errors.ServerException) as caught:
            warehouse.client(**options).execute("SELECT 1")
        assert caught.value.code == 516
        assert "password is incorrect, or there is no user with such name" in caught.value.message


def test_an_unknown_database_is_refused_at_the_door(warehouse: Warehouse) -> None:
    assert code_of(warehouse.client(database="nowhere"), "SELECT 1") == errors.ErrorCodes.UNKNOWN_DATABASE


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELEC 1", errors.ErrorCodes.SYNTAX_ERROR),
        ("SELECT * FROM nowhere", errors.ErrorCodes.UNKNOWN_TABLE),
        ("SELECT nothing", errors.ErrorCodes.UNKNOWN_IDENTIFIER),
        ("SELECT no_such_function(1)", errors.ErrorCodes.UNKNOWN_FUNCTION),
        ("CREATE TABLE a (a Int8) ENGINE = Imaginary", errors.ErrorCodes.UNKNOWN_STORAGE),
        ("SELECT toInt8('x')", errors.ErrorCodes.CANNOT_PARSE_TEXT),
        ("SELECT 1 INTO OUTFILE 'stolen.csv'", errors.ErrorCodes.NOT_IMPLEMENTED),
        ("SYSTEM SHUTDOWN", errors.ErrorCodes.NOT_IMPLEMENTED),
        (
            "SELECT toInt256(sipHash128(number)) FROM numbers(3)",
            errors.ErrorCodes.CANNOT_PARSE_TEXT,
        ),  # quotes raw bytes
        ("SELECT throwIf(number = 200000) FROM numbers(300000)", 395),
    ],
)
def test_errors_carry_clickhouse_codes_and_the_conversation_goes_on(client: Client, query: str, code: int) -> None:
    assert code_of(client, query) == code
    assert client.execute("SELECT 1") == [(1,)]


def test_unknown_settings_are_refused_when_they_matter_and_bad_values_always(warehouse: Warehouse) -> None:
    strict = warehouse.client(settings_is_important=True)
    assert code_of(strict, "SELECT 1", settings={"no_such_setting": 1}) == errors.ErrorCodes.UNKNOWN_SETTING
    assert warehouse.client().execute("SELECT 1", settings={"no_such_setting": 1}) == [(1,)]
    with pytest.raises(errors.ServerException):
        warehouse.client().execute("SELECT 1", settings={"max_threads": "many"})


def test_settings_hold_for_one_query_only(client: Client) -> None:
    changed = "SELECT value FROM system.settings WHERE name = 'max_block_size'"
    usual = client.execute(changed)
    assert client.execute(changed, settings={"max_block_size": 17}) == [("17",)]
    assert client.execute(changed) == usual
    client.execute("SET max_block_size = 23")
    assert client.execute(changed, settings={"max_block_size": 17}) == [("17",)]
    assert client.execute(changed) == [("23",)]


def test_a_readonly_query_cannot_write_and_the_next_one_can(client: Client) -> None:
    client.execute("CREATE TABLE a (x Int8) ENGINE = Memory")
    readonly = errors.ErrorCodes.READONLY
    assert code_of(client, "INSERT INTO a SELECT 1", settings={"readonly": 1}) == readonly
    client.execute("INSERT INTO a SELECT 1")
    assert client.execute("SELECT * FROM a") == [(1,)]


def test_each_connection_has_its_own_database_settings_and_temporary_tables(warehouse: Warehouse) -> None:
    one, other = warehouse.client(), warehouse.client()
    one.execute("USE system")
    one.execute("SET max_block_size = 99")
    one.execute("CREATE TEMPORARY TABLE mine (x Int8)")
    one.execute("INSERT INTO mine VALUES", [(1,)])
    assert one.execute("SELECT currentDatabase(), getSetting('max_block_size')") == [("system", 99)]
    assert one.execute("SELECT toDateTime(x, 'UTC') AS t FROM mine", with_column_types=True)[1] == [
        ("t", "DateTime('UTC')")
    ]
    assert other.execute("SELECT currentDatabase(), getSetting('max_block_size') = 99") == [(warehouse.database, 0)]
    assert code_of(other, "SELECT * FROM mine") == errors.ErrorCodes.UNKNOWN_TABLE


def test_totals_extremes_and_rows_before_the_limit_are_told(client: Client) -> None:
    rows = client.execute("SELECT number % 2 AS k, count() FROM numbers(10) GROUP BY k WITH TOTALS ORDER BY k")
    assert rows == [(0, 5), (1, 5), (0, 10)]
    assert client.execute("SELECT number FROM numbers(5)", settings={"extremes": 1})[-2:] == [(0,), (4,)]
    client.execute("SELECT number FROM numbers(1000) ORDER BY number DESC LIMIT 3")
    assert client.last_query.profile_info.rows_before_limit == 1000


def test_an_empty_answer_still_has_names_and_types(client: Client) -> None:
    query = "SELECT toDateTime(0, 'Asia/Tokyo') AS at, [1] AS list WHERE 0"
    assert client.execute(query, with_column_types=True) == (
        [],
        [("at", "DateTime('Asia/Tokyo')"), ("list", "Array(UInt8)")],
    )


def test_parameters_are_substituted_by_the_server(warehouse: Warehouse) -> None:
    client = warehouse.client(settings={"server_side_params": True})
    query = "SELECT {text:String}, {numbers:Array(Int32)}, {day:Date}"
    awkward = "it's a \\ 镇\n"
    [row] = client.execute(query, {"text": awkward, "numbers": [1, 2], "day": "2026-01-31"})
    assert row[:2] == (awkward, [1, 2])
    assert str(row[2]) == "2026-01-31"


def test_a_web_browser_on_the_native_port_is_told_the_right_one(clickhouse_server: ServerProcess) -> None:
    with socket.create_connection(("127.0.0.1", clickhouse_server.native_port), 5) as browser:
        browser.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert f"use port {clickhouse_server.http_port} for HTTP" in browser.makefile().read()


@pytest.mark.parametrize(
    "words",
    [
        b"\x07nonsense",
        b"\x00" + b"\xff" * 40,  # a hello whose first length is absurd
        b"\x00\xff\xff\xff\xff\x0f",  # a name of 4 GB
        b"",
    ],
)
def test_strangers_are_let_go_and_disturb_nobody(warehouse: Warehouse, words: bytes) -> None:
    with socket.create_connection(("127.0.0.1", warehouse.server.native_port), 5) as stranger:
        stranger.sendall(words)
        stranger.shutdown(socket.SHUT_WR)
        stranger.settimeout(5)
        while stranger.recv(4096):
            pass
    assert warehouse.client().execute("SELECT 1") == [(1,)]


def test_a_packet_out_of_place_ends_the_conversation_with_a_reason(client: Client) -> None:
    client.execute("SELECT 1")
    connection = client.connection
    write_varint(77, connection.fout)
    connection.fout.flush()
    packet = connection.receive_packet()
    assert packet.exception.code == errors.ErrorCodes.UNEXPECTED_PACKET_FROM_CLIENT
    with pytest.raises(EOFError):
        connection.receive_packet()


def test_old_clients_are_served_by_their_own_revision(warehouse: Warehouse) -> None:
    query = "SELECT number, toString(number), toDateTime(number, 'UTC') AS t FROM numbers(3)"
    newest = warehouse.client().execute(query)
    for revision in (54429, 54440, 54448, 54453, 54458, 54460, 54463):
        assert warehouse.client(client_revision=revision).execute(query) == newest


def test_a_second_server_on_the_same_folder_is_told_who_has_it(own_server: Callable[..., ServerProcess]) -> None:
    first = own_server()
    with pytest.raises(RuntimeError, match=rf"in use by the process {first.process.pid}.*--path"):
        own_server()


def test_a_server_for_other_machines_must_have_a_password(own_server: Callable[..., ServerProcess]) -> None:
    with pytest.raises(RuntimeError, match=r"exit code 2.*set a password"):
        own_server("--listen", "0.0.0.0")


def test_a_taken_port_is_named(own_server: Callable[..., ServerProcess]) -> None:
    first = own_server()
    with pytest.raises(RuntimeError, match=rf"Cannot listen on 127.0.0.1:{first.native_port}"):
        own_server("--native-port", str(first.native_port), path="other")


def test_the_server_stops_quickly_although_clients_stay_and_queries_run(
    own_server: Callable[..., ServerProcess],
) -> None:
    server = own_server()
    idle, busy = Client("127.0.0.1", server.native_port), Client("127.0.0.1", server.native_port)
    idle.execute("SELECT 1")
    busy.execute_iter("SELECT sum(sipHash64(number)) FROM system.numbers")
    started = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - started < 10


def test_the_time_zone_is_the_servers(own_server: Callable[..., ServerProcess]) -> None:
    server = own_server("--timezone", "America/New_York")
    client = Client("127.0.0.1", server.native_port)
    [(zone, text)] = client.execute("SELECT timezone(), toString(toDateTime(0))")
    assert (zone, text) == ("America/New_York", "1969-12-31 19:00:00")
