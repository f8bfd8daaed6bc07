"""The contract of every store: what goes in comes out, a repeat changes nothing, all or nothing.

Tests with the fixture `store` run on the embedded store and on a real Neo4j.
"""
