// Give the lock back
//
// Only by its holder.
//
// Parameters
//   $job  text  the holder

MATCH (l:InfluenceLock {id: 'store', job: $job})
REMOVE l.job
