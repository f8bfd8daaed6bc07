// Confirm the lock before a commit
//
// Checks that the lock still belongs to the holder. Each writer locks a node of its own until it
// commits, and a new holder waits for all of these; writers do not wait for one another.
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
SET w.commits = coalesce(w.commits, 0) + 1
WITH w
MATCH (l:InfluenceLock {id: 'store', job: $job})
RETURN l.job AS job
