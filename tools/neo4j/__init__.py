"""A real Neo4j without Docker: `server` starts one, `serve` is `make neo4j`."""
