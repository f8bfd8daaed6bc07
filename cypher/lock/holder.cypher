// Who holds the lock
//
// Only reads; asking does not take the lock.
//
// Columns
//   job        text     run, load or removal; no row if the lock is free
//   host       text     host name
//   process    integer  process id
//   born       number   when the process began, in seconds since 1970
//   since      text     when the lock was taken
//   heartbeat  text     time of the last heartbeat

MATCH (l:InfluenceLock {id: 'store'})
WHERE l.job IS NOT NULL
RETURN l.job AS job, l.host AS host, l.process AS process, l.born AS born, l.since AS since,
       toString(l.heartbeat) AS heartbeat
