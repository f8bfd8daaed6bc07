// A write-back is complete
//
// The run becomes the current one.
//
// Parameters
//   $id          text  the run
//   $finishedAt  date  when
//   $seal        text  what tells that its figures stand; empty if that is not known

MATCH (l:InfluenceLock {id: 'store'})
SET l.seal = $seal
WITH l
MATCH (r:InfluenceRun {id: $id})
SET r.status = 'finished', r.current = true, r.finishedAt = $finishedAt
WITH r
MATCH (before:InfluenceRun)
WHERE before.current AND before <> r
SET before.current = false
