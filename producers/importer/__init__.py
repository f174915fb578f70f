"""`xiangmai import`: a department's export (CSV, XLSX, Avro) becomes events, once, however often it is imported."""
