// Finish a write-back
//
// Makes the run the current one.
//
// Parameters
//   $id          text  the run
//   $finishedAt  date  time of completion
//   $basis       text  what it was computed from, see read/basis; may be null

MATCH (r:InfluenceRun {id: $id})
SET r.status = 'finished', r.current = true, r.finishedAt = $finishedAt, r.basis = $basis
WITH r
MATCH (before:InfluenceRun)
WHERE before.current AND before <> r
SET before.current = false
