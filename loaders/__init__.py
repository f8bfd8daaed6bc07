"""Loaders: one module per source, each with `read(…) -> Tables`; get and transform only."""
