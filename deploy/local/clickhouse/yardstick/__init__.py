"""clickhouse-driver's own test suite as the yardstick: `python -m deploy.local.clickhouse.yardstick`."""
