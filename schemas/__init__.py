"""The contract every room imports: records, codec, registry, topics, rules, settings, and the front door."""
