// Start a write-back
//
// Runs that were still being written are marked as failed.
//
// Parameters
//   $id          text  the new run
//   $properties  map   its parameters
//
// Columns
//   seal  text  the seal of the last run, which is cleared; may be empty or null

OPTIONAL MATCH (dead:InfluenceRun {status: 'writing'})
SET dead.status = 'failed'
WITH count(dead) AS died
MERGE (r:InfluenceRun {id: $id})
SET r += $properties, r.status = 'writing', r.current = false
WITH r
MATCH (l:InfluenceLock {id: 'store'})
WITH l, l.seal AS seal
// Cleared, not removed: setting it again would create the key in an uncounted transaction.
SET l.seal = ''
RETURN seal
