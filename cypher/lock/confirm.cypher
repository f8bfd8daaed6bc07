// Confirm the lock before a commit
//
// Makes sure that the job still holds the lock. Each parallel writer of a job confirms at a node of
// its own, so that no writer waits for the commits of another. A takeover writes to all of these
// nodes first, so it waits until what is confirmed here is committed.
//
// Parameters
//   $job     text  job of the holder
//   $writer  text  id of the writer's node
//
// Columns
//   job  text  job of the holder; no row if another job holds the lock

MATCH (w:InfluenceLock {id: $writer})
// A write takes the node's lock, so it comes before the read.
SET w.confirmedAt = datetime()
WITH w
MATCH (l:InfluenceLock {id: 'store', job: $job})
RETURN l.job AS job
