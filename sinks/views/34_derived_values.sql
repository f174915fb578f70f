-- What is computed from other indicators' values by an expression; written from the catalogue (sinks/combined.py).
CREATE OR REPLACE VIEW {storage}.derived_values AS
{derived_values}
