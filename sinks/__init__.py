"""How events and numbers reach ClickHouse, and how people read them there."""
