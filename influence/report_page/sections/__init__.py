"""One question of the page per file: each returns a `Section`."""
