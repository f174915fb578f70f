-- Every value an index may be made of.
CREATE OR REPLACE VIEW {storage}.plain_values AS
SELECT {value_columns} FROM {storage}.counted_values
UNION ALL
SELECT {value_columns} FROM {storage}.derived_values
