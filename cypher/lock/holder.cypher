// Lock holder
//
// Read without taking the lock.
//
// Columns
//   job        text     who holds the lock; no row where nobody does
//   host       text     on which host
//   process    integer  in which process there
//   born       number   when that began
//   since      text     when it took the lock
//   heartbeat  text     last heartbeat

MATCH (l:InfluenceLock {id: 'store'})
WHERE l.job IS NOT NULL
RETURN l.job AS job, l.host AS host, l.process AS process, l.born AS born, l.since AS since,
       toString(l.heartbeat) AS heartbeat
