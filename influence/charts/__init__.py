"""Charts by Altair, for the report, for notebooks and for files: rows in, a chart out."""
