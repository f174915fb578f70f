"""A believable county from a seed: what happens in it, how its reports arrive, and what is then true of it."""
