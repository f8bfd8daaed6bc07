// Show life
//
// The holder of the lock is still at work.
//
// Parameters
//   $job  text  the holder

MATCH (l:InfluenceLock {id: 'store', job: $job})
SET l.heartbeat = datetime()
