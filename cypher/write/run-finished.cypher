// Finish a write-back
//
// Makes the run the current one.
//
// Parameters
//   $id          text  the run
//   $finishedAt  date  time of completion

MATCH (r:InfluenceRun {id: $id})
SET r.status = 'finished', r.current = true, r.finishedAt = $finishedAt
WITH r
MATCH (before:InfluenceRun)
WHERE before.current AND before <> r
SET before.current = false
