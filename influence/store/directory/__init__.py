"""The embedded store: a directory of Parquet files and a manifest."""
