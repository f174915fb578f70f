"""From Kafka records to columns: one module for each kind of record. Pure; nothing here waits or asks."""
