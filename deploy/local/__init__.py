"""The whole line on one machine: Kafka, registry, embedded ClickHouse and our processes under one supervisor."""
