// Confirm the lock before a commit
//
// Makes sure that the job still holds the lock. A takeover writes to the same node first, so it
// waits until what is confirmed here is committed.
//
// Parameters
//   $job  text  job of the holder
//
// Columns
//   job  text  job of the holder; no row if another job holds the lock

MATCH (l:InfluenceLock {id: 'store'})
// A write takes the node's lock, so it comes before the read.
SET l.confirmedAt = datetime()
WITH l
WHERE l.job = $job
RETURN l.job AS job
