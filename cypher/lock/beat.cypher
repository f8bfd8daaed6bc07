// Send a heartbeat
//
// Shows that the lock holder is still at work.
//
// Parameters
//   $job  text  job of the holder
//
// Columns
//   job  text  job of the holder; no row if another job holds the lock

MATCH (l:InfluenceLock {id: 'store', job: $job})
SET l.heartbeat = datetime()
RETURN l.job AS job
