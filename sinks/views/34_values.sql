-- Every value there is, whatever it is made of. What is composed of others' values is written from the catalogue (sinks/composed.py).
CREATE OR REPLACE VIEW {storage}.values{tree} AS
SELECT {value_columns} FROM {storage}.counted_values{tree}
UNION ALL
SELECT {value_columns} FROM
(
{composed_values}
){kept_values}
