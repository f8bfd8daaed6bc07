// Take the lock
//
// The lock is free if no job holds it, if the process of its holder has ended, or if the last
// heartbeat is longer ago than the lock timeout. Waits for what the holder is committing. Returns
// the holder, which is the job that asks or another one.
//
// Parameters
//   $job      text     the job that asks
//   $host     text     its host name
//   $process  integer  its process id
//   $born     number   when its process began, in seconds since 1970
//   $since    text     when it asked
//   $ended    text     job of a holder whose process has ended, or empty
//   $timeout  integer  seconds without a heartbeat after which a lock is free
//
// Columns
//   job        text     job of the holder
//   host       text     host name
//   process    integer  process id
//   born       number   when the process began
//   since      text     when the lock was taken
//   heartbeat  text     time of the last heartbeat

MERGE (l:InfluenceLock {id: 'store'})
// A write takes the node's lock, so two jobs that ask at once are served one after the other.
SET l.askedAt = datetime()
WITH l, l.job IS NULL OR l.job = $ended
  OR l.heartbeat < datetime() - duration({seconds: $timeout}) AS free
FOREACH (_ IN CASE WHEN free THEN [1] ELSE [] END |
  SET l.job = $job, l.host = $host, l.process = $process, l.born = $born,
      l.since = $since, l.heartbeat = datetime()
)
RETURN l.job AS job, l.host AS host, l.process AS process, l.born AS born, l.since AS since,
       toString(l.heartbeat) AS heartbeat
