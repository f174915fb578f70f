"""A plain event read, and what a shard writes written, in one pass in C; without a C compiler the other way, the same to the byte."""
