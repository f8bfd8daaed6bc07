// Make sure that the lock is still ours
//
// Each writer has a seat at the lock, so that none waits while another commits; who takes the lock
// over takes all seats, and waits for the writers on them.
//
// Parameters
//   $job   text  the holder
//   $seat  text  the seat of one of its writers
//
// Columns
//   job  text  the holder; no row where the lock has another one

MATCH (s:InfluenceLock {id: $seat, job: $job})
SET s.confirmedAt = datetime()
RETURN s.job AS job
