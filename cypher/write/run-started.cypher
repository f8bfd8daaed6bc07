// A write-back begins
//
// A run that began and did not end can no longer end: it has failed.
//
// Parameters
//   $id          text  the new run
//   $properties  map   its parameters

OPTIONAL MATCH (dead:InfluenceRun {status: 'writing'})
SET dead.status = 'failed'
WITH count(dead) AS died
MERGE (r:InfluenceRun {id: $id})
SET r += $properties, r.status = 'writing', r.current = false
