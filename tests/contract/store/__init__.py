"""The contract of every store: data round-trips, repeats change nothing, writes are atomic.

Tests with the fixture `store` run on the embedded store and on a real Neo4j.
"""
