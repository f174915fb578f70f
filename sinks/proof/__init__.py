"""The warehouse's own engine: every number computed again from the events, in SQL that people can read, and the proof of it."""
