// Have the last word of a batch
//
// Makes sure that the lock is still the holder's. Each of those who write for a holder has a node,
// which whoever takes the lock over has to wait for: from here to the commit nobody does, and none
// of them waits for another's commit.
//
// Parameters
//   $job     text  the holder
//   $writer  text  the id of the writer's node
//
// Columns
//   job  text  the holder; no row where the lock has another one

MATCH (w:InfluenceLock {id: $writer})
// Writing before reading takes the node's lock.
SET w.confirmedAt = datetime()
WITH w
MATCH (l:InfluenceLock {id: 'store', job: $job})
RETURN l.job AS job
