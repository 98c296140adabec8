"""The table format: bulk data as CSV, Parquet or JSON lines, one table a file."""
