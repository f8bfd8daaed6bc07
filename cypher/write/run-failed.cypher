// A write-back was given up
//
// The customers it reached keep its figures; repeating the run completes it.
//
// Parameters
//   $id  text  the run

MATCH (r:InfluenceRun {id: $id})
SET r.status = 'failed'
