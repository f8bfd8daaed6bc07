// Heartbeat
//
// The lock holder is still at work.
//
// Parameters
//   $job  text  the holder
//
// Columns
//   job  text  the holder; no row where the lock has another one

MATCH (l:InfluenceLock {id: 'store', job: $job})
SET l.heartbeat = datetime()
SET l.commits = coalesce(l.commits, 0) + 1
RETURN l.job AS job
