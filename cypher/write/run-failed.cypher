// Mark a write-back as failed
//
// The customers already written keep its figures; repeating the run completes it.
//
// Parameters
//   $id  text  the run

MATCH (r:InfluenceRun {id: $id})
SET r.status = 'failed'
