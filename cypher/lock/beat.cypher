// Show life
//
// The holder of the lock is still at work.
//
// Parameters
//   $job  text  the holder
//
// Columns
//   job  text  the holder; no row where the lock has another one

MATCH (l:InfluenceLock {id: 'store', job: $job})
SET l.heartbeat = datetime()
RETURN l.job AS job
