// Release the lock
//
// Only its holder can.
//
// Parameters
//   $job  text  the holder

MATCH (l:InfluenceLock {id: 'store', job: $job})
REMOVE l.job
SET l.commits = coalesce(l.commits, 0) + 1
