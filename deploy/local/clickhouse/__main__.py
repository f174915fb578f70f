"""Start the embedded ClickHouse server: `python -m deploy.local.clickhouse --path FOLDER`."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import os
import signal
import socket
import sys
import threading
import zoneinfo
from pathlib import Path

WRONG_USE = 2
UNAVAILABLE = 3
PASSWORD_VARIABLE = "XIANGMAI_CLICKHOUSE_PASSWORD"  # noqa: S105 - the variable's name

EPILOG = f"""\
ready 行 · When it accepts connections it prints one line on standard output:
  ready native=127.0.0.1:9000 http=127.0.0.1:8123
试一试 · Try it:
  curl http://127.0.0.1:8123/ping
  curl --data-binary 'SELECT version()' http://127.0.0.1:8123/
  python -c "from clickhouse_driver import Client; print(Client('127.0.0.1').execute('SELECT 1'))"
停止 · Stop it with Ctrl-C or SIGTERM. The password may come from the variable {PASSWORD_VARIABLE}.
"""  # noqa: S608 - not a query

NO_PASSWORD = (
    "要在本机以外监听，先设密码 · To listen beyond this machine, set a password "
    f"(the variable {PASSWORD_VARIABLE}, or --password)."
)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line; exits with 2 for a wrong one."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.local.clickhouse",
        description="内嵌 ClickHouse 服务 · The ClickHouse engine in one process, over its native and HTTP protocols.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--path", type=Path, required=True, help="数据目录 · the data folder; one server at a time may use it")
    add("--native-port", type=int, default=9000, help="native protocol port; 0 takes a free one (default 9000)")
    add("--http-port", type=int, default=8123, help="HTTP port; 0 takes a free one (default 8123)")
    add(
        "--listen",
        type=_address_text,
        default="127.0.0.1",
        help="IP address to listen on (default 127.0.0.1: this machine only)",
    )
    add("--user", default="default", help="the only user (default: default)")
    add("--password", default=None, help=f"the user's password (default: ${PASSWORD_VARIABLE}, or none)")
    add("--metrics-port", type=int, default=0, help="Prometheus metrics on 127.0.0.1; 0 serves none (default)")
    add("--timezone", type=_zone, default="Asia/Shanghai", help="the server's time zone (default Asia/Shanghai)")
    add("--memory-limit", type=int, default=0, help="bytes the engine may use; 0: half the machine's")
    add("--log-level", default="info", choices=("debug", "info", "warning", "error"), help="for standard error")
    return parser.parse_args(arguments)


def _zone(name: str) -> str:
    try:
        return zoneinfo.ZoneInfo(name).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"没有这个时区 · there is no time zone {name}") from error


def _address_text(text: str) -> str:
    return str(ipaddress.ip_address(text))


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; returns the exit code (3: a port or the folder is taken)."""
    options = parse(arguments)
    logging.basicConfig(level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    password = options.password if options.password is not None else os.environ.get(PASSWORD_VARIABLE, "")
    if not password and not ipaddress.ip_address(options.listen).is_loopback:
        print(NO_PASSWORD, file=sys.stderr)
        return WRONG_USE
    # The engine takes its time zone from the environment, once, when it is imported.
    os.environ["TZ"] = options.timezone

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    try:
        listeners = [_listen(options.listen, port) for port in (options.native_port, options.http_port)]
    except OSError as error:
        print(error, file=sys.stderr)
        return UNAVAILABLE
    return _serve(options, password, listeners, stopping)


def _serve(
    options: argparse.Namespace, password: str, listeners: list[socket.socket], stopping: threading.Event
) -> int:
    from prometheus_client import start_http_server

    from deploy.local.clickhouse.access import Access
    from deploy.local.clickhouse.engine import Engine, FolderTakenError
    from deploy.local.clickhouse.errors import EngineError
    from deploy.local.clickhouse.http import HttpServer
    from deploy.local.clickhouse.server import NativeServer

    memory_bytes = options.memory_limit or os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    try:
        engine = Engine(options.path.absolute(), options={"max_server_memory_usage": str(memory_bytes)})
    except (FolderTakenError, EngineError) as error:
        print(f"不能打开数据目录 · Cannot open the data folder: {error}", file=sys.stderr)
        return UNAVAILABLE
    access = Access(options.user, password)
    native_listener, http_listener = listeners
    native = NativeServer(engine, access, native_listener, http_listener.getsockname()[1])
    http = HttpServer(engine, access, http_listener)
    if options.metrics_port:
        start_http_server(options.metrics_port, addr="127.0.0.1")
    native.start()
    http.start()
    print(f"ready native={_address(native_listener)} http={_address(http_listener)}", flush=True)
    stopping.wait()
    native.stop()
    http.stop()
    engine.close()
    return 0


def _listen(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise OSError(
            f"端口 {address}:{port} 不能用 · Cannot listen on {address}:{port} ({error.strerror}). "
            "Stop what uses it, or choose another port (0 takes a free one)."
        ) from None
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    sys.stdout.flush()
    # Threads that wait inside the engine must not hold up the end; all data is already with the kernel.
    os._exit(code)
