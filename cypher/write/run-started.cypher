// A write-back begins
//
// A run that began and did not end can no longer end: it has failed.
//
// Parameters
//   $id          text  the new run
//   $properties  map   its parameters
//
// Columns
//   seal  text  what the last run left to tell its figures by, taken away; may be empty or null

OPTIONAL MATCH (dead:InfluenceRun {status: 'writing'})
SET dead.status = 'failed'
WITH count(dead) AS died
MERGE (r:InfluenceRun {id: $id})
SET r += $properties, r.status = 'writing', r.current = false
WITH r
MATCH (l:InfluenceLock {id: 'store'})
WITH l, l.seal AS seal
// Not removed: setting it for the first time makes a key, in a transaction that nobody counts.
SET l.seal = ''
RETURN seal
