"""The ClickHouse engine (chdb) behind ClickHouse's own protocols: native TCP and HTTP. See README.md."""
