// Release the lock
//
// Only if the job holds it.
//
// Parameters
//   $job  text  job of the holder

MATCH (l:InfluenceLock {id: 'store', job: $job})
REMOVE l.job
