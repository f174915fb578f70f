"""ClickHouse's HTTP interface, as curl, a notebook or a BI tool uses it."""

from __future__ import annotations

import base64
import gzip
import http.client
import json
import time
import urllib.request
import zlib
from typing import TYPE_CHECKING

import cramjam
import lz4.frame  # type: ignore[import-untyped]
import psutil
import pytest

from deploy.local.clickhouse.compression import Compressor, FrameSource
from deploy.local.clickhouse.wire import Source
from tests.deploy.clickhouse.support import LOGIN, PASSWORD, processes, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.deploy.clickhouse.support import Warehouse


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_ping_needs_no_password(warehouse: Warehouse) -> None:
    with urllib.request.urlopen(f"{warehouse.server.url}ping", timeout=5) as answer:
        assert (answer.status, answer.read()) == (200, b"Ok.\n")


def test_user_and_password_in_each_of_the_three_places(warehouse: Warehouse) -> None:
    assert warehouse.http("SELECT 1", headers=LOGIN).text == "1\n"
    assert warehouse.http("SELECT 1", headers=basic("default", PASSWORD)).text == "1\n"
    assert warehouse.http("SELECT 1", headers={}, user="default", password=PASSWORD).text == "1\n"
    for wrong in (basic("default", "no"), basic("nobody", PASSWORD), {}):
        answer = warehouse.http("SELECT 1", headers=wrong)
        assert answer.status == 403
        assert answer.headers["X-ClickHouse-Exception-Code"] == "516"
        assert "Authentication failed" in answer.text


def test_the_query_stands_in_the_address_the_body_or_both(warehouse: Warehouse) -> None:
    assert warehouse.http("SELECT 1").text == "1\n"
    assert warehouse.http(None, b"SELECT 2;").text == "2\n"
    assert warehouse.http("SELECT 3", b"+ 4").text == "7\n"


def test_formats_by_clause_by_parameter_and_by_header(warehouse: Warehouse) -> None:
    answer = warehouse.http("SELECT 1 AS one FORMAT JSON", default_format="CSV")
    assert json.loads(answer.body)["data"] == [{"one": 1}]
    assert answer.headers["Content-Type"].startswith("application/json")
    assert warehouse.http("SELECT 1, 'a'", default_format="CSV").text == '1,"a"\n'
    assert warehouse.http("SHOW DATABASES LIKE 'system' FORMAT JSONEachRow").text == '{"name":"system"}\n'
    assert warehouse.http("SELECT 1 WHERE 0 FORMAT CSVWithNames").lines == ['"1"']


@pytest.mark.parametrize(
    "output", ["TSV", "TSVWithNamesAndTypes", "CSVWithNames", "JSON", "JSONCompact", "JSONColumns", "Values", "XML"]
)
def test_a_long_answer_equals_the_engines_own_whatever_the_format(warehouse: Warehouse, output: str) -> None:
    """More than two blocks: heads and feet must stand once, not once a block."""
    query = f"SELECT number, toString(number) AS t FROM numbers(150000) FORMAT {output}"
    answer = warehouse.http(query)
    assert answer.headers["Transfer-Encoding"] == "chunked"
    if output.startswith("JSON"):
        found = json.loads(answer.body)
        assert len(found["number"] if output == "JSONColumns" else found["data"]) == 150_000
    elif output == "Values":
        assert answer.text.count("),(") == 149_999
    elif output == "XML":
        assert answer.text.count("<row>") == 150_000
    else:
        heads = {"TSVWithNamesAndTypes": 2, "CSVWithNames": 1}.get(output, 0)
        assert len(answer.lines) == 150_000 + heads


def test_errors_have_a_code_a_status_and_clickhouse_words(warehouse: Warehouse) -> None:
    for query, status, code in (
        ("SELECT * FROM nowhere", 404, "60"),
        ("SELECT nothing", 404, "47"),
        ("SELEC", 400, "62"),
        ("SELECT toInt8('x')", 400, "6"),
        ("SELECT throwIf(1)", 500, "395"),
    ):
        answer = warehouse.http(query)
        assert (answer.status, answer.headers["X-ClickHouse-Exception-Code"]) == (status, code), query
        assert answer.text.startswith(f"Code: {code}. DB::Exception: ")
    assert warehouse.http("SELECT 1", no_such_setting="1").headers["X-ClickHouse-Exception-Code"] == "115"


def test_an_error_in_mid_answer_breaks_it_off_visibly(warehouse: Warehouse) -> None:
    for output in ("TSV", "JSON"):
        with pytest.raises(http.client.IncompleteRead) as caught:
            warehouse.http(f"SELECT throwIf(number = 3000000) FROM numbers(4000000) FORMAT {output}")
        assert b"Code: 395. DB::Exception: " in caught.value.partial
        waited = warehouse.http(
            f"SELECT throwIf(number = 300000) FROM numbers(400000) FORMAT {output}", wait_end_of_query="1"
        )
        assert waited.status == 500


def test_get_reads_only(warehouse: Warehouse) -> None:
    create = "CREATE TABLE t (n UInt32) ENGINE = Memory"
    refused = warehouse.http(create)
    assert refused.headers["X-ClickHouse-Exception-Code"] == "164"
    assert "You should use method POST" in refused.text
    assert warehouse.http(None, create.encode()).status == 200
    assert warehouse.http("INSERT INTO t SELECT 1").status == 500
    assert warehouse.tsv("SELECT count() FROM t") == ["0"]


def test_data_comes_with_the_query_or_in_the_body(warehouse: Warehouse) -> None:
    warehouse.http(None, b"CREATE TABLE t (n UInt32, text String) ENGINE = MergeTree ORDER BY n")
    answer = warehouse.http("INSERT INTO t FORMAT CSV", '1,"村"\n2,two\n'.encode())
    assert json.loads(answer.headers["X-ClickHouse-Summary"])["written_rows"] == "2"
    warehouse.http(None, 'INSERT INTO t FORMAT JSONEachRow\n{"n": 3, "text": "三"}'.encode())
    warehouse.http(None, b"INSERT INTO t VALUES (4, 'four; (five)')")
    block = warehouse.http("SELECT toUInt32(5) AS n, 'five' AS text FORMAT Native").body
    warehouse.http("INSERT INTO t FORMAT Native", block)
    assert warehouse.tsv("SELECT * FROM t ORDER BY n") == ["1\t村", "2\ttwo", "3\t三", "4\tfour; (five)", "5\tfive"]


def test_a_large_body_is_taken_in_pieces(warehouse: Warehouse) -> None:
    warehouse.http(None, b"CREATE TABLE t (n UInt32, text String) ENGINE = MergeTree ORDER BY n")
    body = b"INSERT INTO t FORMAT TSV\n" + b"".join(b"%d\trow %d\n" % (n, n) for n in range(200_000))
    answer = warehouse.http(None, body)
    assert json.loads(answer.headers["X-ClickHouse-Summary"])["written_rows"] == "200000"
    assert warehouse.tsv("SELECT count(), uniqExact(text) FROM t") == ["200000\t200000"]


DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
    "zstd": lambda data: bytes(cramjam.zstd.decompress(data)),
    "br": lambda data: bytes(cramjam.brotli.decompress(data)),
    "lz4": lz4.frame.decompress,
}
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": lambda data: bytes(cramjam.zstd.compress(data)),
    "br": lambda data: bytes(cramjam.brotli.compress(data)),
    "lz4": lz4.frame.compress,
}


@pytest.mark.parametrize("coding", list(DECODERS))
def test_answers_and_bodies_are_compressed_as_asked(warehouse: Warehouse, coding: str) -> None:
    accepting = LOGIN | {"Accept-Encoding": f"{coding};q=1.0"}
    answer = warehouse.http("SELECT number FROM numbers(100000)", headers=accepting, enable_http_compression="1")
    assert answer.headers["Content-Encoding"] == coding
    assert DECODERS[coding](answer.body) == b"".join(b"%d\n" % n for n in range(100_000))
    assert "Content-Encoding" not in warehouse.http("SELECT 1", headers=accepting).headers

    warehouse.http(None, b"CREATE TABLE t (n UInt32) ENGINE = Memory")
    body = ENCODERS[coding](b"".join(b"%d\n" % n for n in range(50_000)))
    sent = warehouse.http("INSERT INTO t FORMAT TSV", body, LOGIN | {"Content-Encoding": coding})
    assert sent.status == 200, sent.text
    cut = warehouse.http("INSERT INTO t FORMAT TSV", body[: len(body) // 2], LOGIN | {"Content-Encoding": coding})
    assert cut.status >= 400
    assert warehouse.tsv("SELECT count(), max(n) FROM t") == ["50000\t49999"]


def test_clickhouse_own_frames_over_http(warehouse: Warehouse) -> None:
    framed = warehouse.http("SELECT number FROM numbers(3)", compress="1").body
    assert FrameSource(Source(framed)).take(6) == b"0\n1\n2\n"
    warehouse.http(None, b"CREATE TABLE t (n UInt32) ENGINE = Memory")
    warehouse.http("INSERT INTO t FORMAT TSV", b"".join(Compressor().frames(b"7\n8\n")), decompress="1")
    assert warehouse.tsv("SELECT sum(n) FROM t") == ["15"]


def test_parameters_and_settings(warehouse: Warehouse) -> None:
    query = "SELECT {text:String}, {list:Array(UInt8)}, getSetting('max_block_size')"
    assert (
        warehouse.http(query, param_text="it's", param_list="[1,2]", max_block_size="17").text == "it\\'s\t[1,2]\t17\n"
    )


def test_the_database_is_the_requests_own(warehouse: Warehouse) -> None:
    assert warehouse.http("SELECT currentDatabase()").text == f"{warehouse.database}\n"
    assert warehouse.http("SELECT currentDatabase()", database="system").text == "system\n"
    assert warehouse.http("SELECT 1", database="nowhere").status == 404


def test_a_session_keeps_its_tables_and_settings_until_it_is_left(warehouse: Warehouse) -> None:
    name = f"session of {warehouse.database}"
    for statement in (
        b"CREATE TEMPORARY TABLE mine (n UInt8)",
        b"INSERT INTO mine VALUES (1), (2)",
        b"SET max_block_size = 19",
    ):
        done = warehouse.http(None, statement, session_id=name)
        assert done.status == 200, done.text
    answer = warehouse.http("SELECT sum(n), getSetting('max_block_size') FROM mine", session_id=name)
    assert answer.text == "3\t19\n"
    assert warehouse.http("SELECT * FROM mine").status == 404
    assert (
        warehouse.http("SELECT 1", session_id="never seen", session_check="1").headers["X-ClickHouse-Exception-Code"]
        == "372"
    )


def test_a_client_that_leaves_after_its_answer_does_not_end_the_next_query_of_its_session(warehouse: Warehouse) -> None:
    # Each request has a connection of its own, closed as soon as the answer is read.
    warehouse.http(None, b"CREATE TEMPORARY TABLE mine (n UInt8)", session_id="one after the other")
    for number in range(60):
        done = warehouse.http(None, f"INSERT INTO mine VALUES ({number})".encode(), session_id="one after the other")
        assert done.status == 200, done.text


def test_head_has_the_headers_only(warehouse: Warehouse) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", warehouse.server.http_port, timeout=5)
    connection.request("HEAD", "/?query=SELECT+1", headers=LOGIN)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"")
    assert answer.headers["X-ClickHouse-Format"] == "TabSeparated"


def test_external_tables_come_as_parts_of_a_form(warehouse: Warehouse) -> None:
    boundary = "xiangmai"
    form = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="towns"; filename="towns"\r\n\r\n'
        f"1,柳河\n2,平原\n\r\n--{boundary}--\r\n"
    ).encode()
    headers = LOGIN | {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = warehouse.http(
        "SELECT name FROM towns WHERE n = 2", form, headers, towns_structure="n UInt8, name String", towns_format="CSV"
    )
    assert answer.text == "平原\n"


@pytest.mark.parametrize(
    "query", ["SELECT number FROM system.numbers FORMAT TSV", "SELECT number FROM system.numbers FORMAT JSON"]
)
def test_a_reader_who_leaves_frees_the_engine(warehouse: Warehouse, query: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", warehouse.server.http_port, timeout=10)
    connection.request("POST", "/", query.encode(), LOGIN)
    assert connection.getresponse().read(100_000)
    connection.close()
    client = warehouse.client()
    until(lambda: processes(client, "system.numbers") == 0)


def test_a_reader_who_leaves_before_the_first_row_frees_the_engine(warehouse: Warehouse) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", warehouse.server.http_port, timeout=10)
    connection.request("POST", "/", b"SELECT sum(sipHash64(number)) FROM system.numbers", LOGIN)
    client = warehouse.client()
    until(lambda: processes(client, "sipHash64") == 1)
    connection.close()
    until(lambda: processes(client, "sipHash64") == 0)


def test_an_answer_that_is_not_read_does_not_pile_up(warehouse: Warehouse) -> None:
    memory = psutil.Process(warehouse.server.process.pid).memory_info
    for output in ("TSV", "JSON"):
        connection = http.client.HTTPConnection("127.0.0.1", warehouse.server.http_port, timeout=10)
        connection.request(
            "POST",
            "/",
            f"SELECT repeat('x', 1000) FROM system.numbers SETTINGS max_block_size = 1000 FORMAT {output}".encode(),
            LOGIN,
        )
        answer = connection.getresponse()
        answer.read(10_000_000)
        before = memory().rss
        time.sleep(1.0)  # time enough to read gigabytes ahead
        assert memory().rss - before < 100 * 2**20
        connection.close()
