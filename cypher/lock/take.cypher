// Take the lock
//
// The lock is free if it has no holder, or if the holder's process has ended or has sent no
// heartbeat for too long. Waits for commits in progress. Returns the holder.
//
// Parameters
//   $job      text     the process that asks for the lock
//   $host     text     on which host
//   $process  integer  in which process there
//   $born     number   when that began
//   $since    text     when it asked
//   $gone     text     a holder whose process has ended, or empty
//   $silence  integer  lock timeout in seconds
//   $writers  list     ids of the nodes of those who may write for a holder at once
//
// Columns
//   job        text     who holds the lock
//   host       text     on which host
//   process    integer  in which process there
//   born       number   when that began
//   since      text     when it took the lock
//   heartbeat  text     when it last showed life

MERGE (l:InfluenceLock {id: 'store'})
// Writing before reading takes the node's lock: two who ask at once are told apart.
SET l.askedAt = datetime()
SET l.commits = coalesce(l.commits, 0) + 1
FOREACH (writer IN $writers | MERGE (:InfluenceLock {id: writer}))
WITH l
CALL () {
  // All there are: another version of the holder's may have more of them.
  MATCH (w:InfluenceLock) WHERE w.id <> 'store'
  WITH w ORDER BY w.id
  SET w.askedAt = datetime()
}
WITH l, l.job IS NULL OR l.job = $gone
  OR l.heartbeat < datetime() - duration({seconds: $silence}) AS free
FOREACH (_ IN CASE WHEN free THEN [1] ELSE [] END |
  SET l.job = $job, l.host = $host, l.process = $process, l.born = $born,
      l.since = $since, l.heartbeat = datetime()
)
RETURN l.job AS job, l.host AS host, l.process AS process, l.born AS born, l.since AS since,
       toString(l.heartbeat) AS heartbeat
