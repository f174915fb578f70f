"""The catalogue: what a case is, what an indicator is, written once as data and compiled for both engines."""
