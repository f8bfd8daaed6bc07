// Start a write-back
//
// Marks unfinished runs as failed: their writer no longer holds the lock.
//
// Parameters
//   $id          text  the new run
//   $properties  map   its parameters

OPTIONAL MATCH (dead:InfluenceRun {status: 'writing'})
SET dead.status = 'failed'
WITH count(dead) AS died
MERGE (r:InfluenceRun {id: $id})
SET r += $properties, r.status = 'writing', r.current = false
