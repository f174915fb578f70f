"""The ladder of supervision: warnings raised, moved up and cleared by a rule, and awards; every step an event."""
