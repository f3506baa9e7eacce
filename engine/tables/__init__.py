"""Tables: the one door to the table engine (Ibis on DuckDB) and to Arrow."""
