// A write-back is complete
//
// The run becomes the current one.
//
// Parameters
//   $id          text  the run
//   $finishedAt  date  when

MATCH (r:InfluenceRun {id: $id})
SET r.status = 'finished', r.current = true, r.finishedAt = $finishedAt
WITH r
MATCH (before:InfluenceRun)
WHERE before.current AND before <> r
SET before.current = false
