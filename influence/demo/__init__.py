"""The sample company: generated from a seed and written as input files."""
