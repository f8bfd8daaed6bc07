"""Loaders: one module per source, each with `read(…) -> Tables`; they do not validate."""
