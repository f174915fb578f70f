-- Every value there is, whatever it is made of: the indexes are written from the catalogue (sinks/combined.py).
CREATE OR REPLACE VIEW {storage}.values AS
SELECT {value_columns} FROM {storage}.plain_values
UNION ALL
SELECT {value_columns} FROM
(
{index_values}
)
