"""Stands in for the `clickhouse-client` program the suite calls: one query over HTTP, answered as TSV."""

import argparse
import http.client
import os
import sys
import urllib.parse

parser = argparse.ArgumentParser()
for name in ("--database", "--host", "--port", "--query"):
    parser.add_argument(name)
known, others = parser.parse_known_args()
settings = {name.removeprefix("--"): value for name, value in zip(others[::2], others[1::2], strict=True)}
if settings.pop("use_client_time_zone", "0") == "1":
    # The program shows times in its own zone; over HTTP it is the server that formats them, so it must be told.
    settings["session_timezone"] = os.environ["TZ"]
parameters = urllib.parse.urlencode({"database": known.database, "default_format": "TabSeparated", **settings})
connection = http.client.HTTPConnection(known.host, int(os.environ["XIANGMAI_YARDSTICK_HTTP_PORT"]))
connection.request("POST", "/?" + parameters, known.query.encode())
response = connection.getresponse()
body = response.read()
(sys.stdout if response.status == http.client.OK else sys.stderr).buffer.write(body)
