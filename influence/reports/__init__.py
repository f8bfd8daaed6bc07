"""Questions about all customers or the store: one a file, for Python and the command line."""
