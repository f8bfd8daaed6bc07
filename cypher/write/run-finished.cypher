// Complete a write-back
//
// The run becomes the current one.
//
// Parameters
//   $id          text  the run
//   $finishedAt  date  when
//   $seal        text  proves that the figures are unchanged; empty if that is unknown

MATCH (l:InfluenceLock {id: 'store'})
SET l.seal = $seal
WITH l
MATCH (r:InfluenceRun {id: $id})
SET r.status = 'finished', r.current = true, r.finishedAt = $finishedAt
WITH r
MATCH (before:InfluenceRun)
WHERE before.current AND before <> r
SET before.current = false
