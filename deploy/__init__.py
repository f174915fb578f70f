"""How the line runs: the local stack, what watches it, its alerts. Starts the other rooms, imports none of them."""
