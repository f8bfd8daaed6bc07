"""Reports on all customers or on the store, for Python and the command line."""
